package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.e2e.Kubectl.Answer;
import dev.pathgate.testkit.CrdShape;
import dev.pathgate.testkit.K0rdentObjects;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.NeedsApiServer;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of the clusters that services run on, with k0rdent's ServiceSets and without. */
@NeedsApiServer
class ServiceSetsIT {
  private static final CrdShape WITH_SETS = last(CrdShape.ofRepository());
  private static final String PATCHED = "clusterdeployment.k0rdent.mirantis.com/prod-eu patched";
  private static final String REGISTRATION = "pathgate-of-sets";

  private static KubeServer api;
  private static PathgateProcess gate;
  private static Kubectl kubectl;

  private String home;

  private static CrdShape last(List<CrdShape> shapes) {
    return shapes.get(shapes.size() - 1);
  }

  @BeforeAll
  static void start() throws IOException {
    api = KubeServer.shared();
    WITH_SETS.serve(api);
    awaitKind("200");
    kubectl = new Kubectl(api);
    gate = PathgateProcess.onCluster(api.kubeconfig()).start();
    gate.registerAt(api, REGISTRATION);
  }

  @AfterAll
  static void stop() throws Exception {
    api.delete(gate.registration(REGISTRATION));
    gate.stop();
    WITH_SETS.serve(api);
    awaitKind("200");
  }

  private static void awaitKind(String code) {
    Awaitility.await("ServiceSets are served or not")
        .pollInterval(Duration.ofMillis(100))
        .until(
            () ->
                api.get("apis/k0rdent.mirantis.com/v1beta1/servicesets?limit=1").startsWith(code));
  }

  @BeforeEach
  void makeAHome() throws Exception {
    home = api.freshNamespace();
    api.create(K0rdentObjects.chain(WITH_SETS, home, "chain", "a > b", "b > c", "c"));
    kubectl.on(
        K0rdentObjects.cluster(home, "prod-eu", K0rdentObjects.service(home, "dns", "a", "chain")),
        "create");
  }

  private String set(String template) {
    return """
    apiVersion: k0rdent.mirantis.com/v1beta1
    kind: ServiceSet
    metadata: {name: prod-eu, namespace: %1$s}
    spec:
      cluster: prod-eu
      provider: {name: ksm-projectsveltos}
      services: [{name: dns, namespace: %1$s, template: %2$s, version: %2$s}]
    """
        .formatted(home, template);
  }

  private void report(String template, String state) throws Exception {
    String status =
        """
        {"status": {"deployed": false, "services": [
          {"name": "dns", "namespace": "%1$s", "template": "%2$s", "version": "%2$s",
           "type": "Helm", "state": "%3$s", "lastStateTransitionTime": "2026-11-25T17:00:00Z"}]}}
        """
            .formatted(home, template, state);
    Answer answer =
        kubectl.run(
            "-n",
            home,
            "patch",
            "serviceset",
            "prod-eu",
            "--subresource=status",
            "--type=merge",
            "-p",
            status);
    assertThat(answer.exit()).as(answer.err()).isZero();
  }

  private Answer moveTo(String template, String... options) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of("-n", home, "patch", "clusterdeployment", "prod-eu", "--type", "json", "-p"));
    arguments.add(
        "[{\"op\": \"replace\", \"path\": \"/spec/serviceSpec/services/0/template\", \"value\": \""
            + template
            + "\"}]");
    arguments.addAll(List.of(options));
    return kubectl.run(arguments.toArray(String[]::new));
  }

  /** A set that the cache has not heard of yet is as good as none: waits until it has. */
  private void awaitObjectionTo(String template) {
    Awaitility.await("the cache knows the set")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> moveTo(template, "--dry-run=server").err().contains("[service-is-settled]"));
  }

  private String warning(String what) {
    return "service %1$s/dns moves on before %2$s, or k0rdent skips it [service-is-settled]"
        .formatted(home, what.formatted(home));
  }

  @Test
  void warnsOfAnEditThatDoesNotWaitForTheLastOne() throws Exception {
    api.create(set("a"));
    report("a", "Deployed");

    assertThat(moveTo("b")).isEqualTo(Answer.ok(PATCHED));
    awaitObjectionTo("c");
    assertThat(moveTo("c"))
        .isEqualTo(
            Answer.warned(PATCHED, warning("b runs; wait for ServiceSet %s/prod-eu (still at a)")));
  }

  @Test
  void warnsOfAnEditUntilTheLastTemplateRuns() throws Exception {
    api.create(set("a"));
    report("a", "Provisioning");

    awaitObjectionTo("b");
    assertThat(moveTo("b").err())
        .contains(
            warning(
                "a runs; wait for ServiceSet %s/prod-eu (Provisioning since"
                    + " 2026-11-25T17:00:00Z)"));
    api.put(set("b"));
    report("b", "Deployed");
    assertThat(moveTo("c")).isEqualTo(Answer.ok(PATCHED));
  }

  @Test
  void saysNothingWhereThereIsNoSet() throws Exception {
    assertThat(moveTo("b")).isEqualTo(Answer.ok(PATCHED));
  }

  @Test
  void saysNothingWhereThereIsNoSuchKind() throws Exception {
    api.create(set("a"));
    report("a", "Provisioning");
    awaitObjectionTo("b");
    moveTo("b");
    Path crd = WITH_SETS.folder().resolve("servicesets.yaml");

    api.delete(Files.readString(crd));
    awaitKind("404");

    assertThat(moveTo("c")).isEqualTo(Answer.ok(PATCHED));
    assertThat(gate.isReady()).isTrue();
    try (PathgateProcess fresh = PathgateProcess.onCluster(api.kubeconfig()).start()) {
      assertThat(fresh.isReady()).isTrue();
    } finally {
      api.put(Files.readString(crd));
      awaitKind("200");
    }
  }

  @Test
  void warnsOfClustersThatAFleetDoesNotReach() throws Exception {
    String reached = api.freshNamespace();
    String missed = api.freshNamespace();
    for (String namespace : new String[] {reached, missed}) {
      api.create(
          K0rdentObjects.cluster(namespace, "eu")
              .replace("metadata: {", "metadata: {labels: {fleet: " + home + "}, "));
    }
    String chain = "chain-" + home;
    api.put("apiVersion: v1\nkind: Namespace\nmetadata: {name: kcm-system}\n");
    api.create(K0rdentObjects.chain(WITH_SETS, "kcm-system", chain, "a"));
    api.create(K0rdentObjects.template(reached, "a"));
    api.create(K0rdentObjects.chain(WITH_SETS, reached, chain, "a"));
    String fleet =
        K0rdentObjects.fleet(
                "fleet-" + home, K0rdentObjects.service("kube-system", "dns", "a", chain))
            + "  clusterSelector: {matchLabels: {fleet: "
            + home
            + "}}\n";
    String said =
        "Warning: service kube-system/dns does not reach ClusterDeployment "
            + missed
            + "/eu; their namespaces have no ServiceTemplate a [service-reaches-clusters]";

    Awaitility.await("the cache knows them all")
        .pollInterval(Duration.ofMillis(200))
        .until(() -> kubectl.on(fleet, "create", "--dry-run=server").err().contains(said));
    api.create(K0rdentObjects.template(missed, "a"));
    api.create(K0rdentObjects.chain(WITH_SETS, missed, chain, "a"));
    Awaitility.await("the cache knows that nothing is missing")
        .pollInterval(Duration.ofMillis(200))
        .until(
            () ->
                !kubectl
                    .on(fleet, "create", "--dry-run=server")
                    .err()
                    .contains("service-reaches-clusters"));
  }
}
