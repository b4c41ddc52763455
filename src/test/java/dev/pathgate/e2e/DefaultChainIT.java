package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.e2e.Kubectl.Answer;
import dev.pathgate.testkit.CrdShape;
import dev.pathgate.testkit.K0rdentObjects;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.NeedsApiServer;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The mutating webhook, which gives a service the default chain of its namespace. */
@NeedsApiServer
class DefaultChainIT {
  private static final CrdShape SHAPE = CrdShape.ofRepository().get(0);
  private static final String CREATED = "clusterdeployment.k0rdent.mirantis.com/prod-eu created";

  private static KubeServer api;
  private static Kubectl kubectl;
  private static String registration;

  private String home;

  @BeforeAll
  static void register() throws IOException {
    api = KubeServer.shared();
    SHAPE.serve(api);
    kubectl = new Kubectl(api);
    registration = MutatingRegistration.of("pathgate", PathgateProcess.shared());
    api.put(registration);
    String probed = api.freshNamespace();
    api.create(defaultChain(probed, "standard"));
    Awaitility.await("the API server asks for defaults")
        .pollInterval(Duration.ofMillis(100))
        .until(() -> probe(probed).contains("\"templateChain\":\"standard\""));
  }

  private static String probe(String namespace) {
    return api.exchange(
        "POST",
        K0rdentObjects.CLUSTERS.formatted(namespace) + "?dryRun=All",
        """
        {"apiVersion": "k0rdent.mirantis.com/v1beta1", "kind": "ClusterDeployment",
         "metadata": {"name": "probe"}, "spec": {"template": "a", "serviceSpec": {"services": [
           {"name": "probe", "namespace": "probe", "template": "a"}]}}}
        """);
  }

  @AfterAll
  static void unregister() {
    api.delete(registration);
  }

  @BeforeEach
  void makeAHome() {
    home = api.freshNamespace();
  }

  private static String defaultChain(String namespace, String name) {
    return K0rdentObjects.chain(SHAPE, namespace, name, "a > b", "b")
        .replace("metadata: {", "metadata: {annotations: {pathgate.dev/default-chain: \"true\"}, ");
  }

  /** The cache says which chains come into question: waits until it knows them. */
  private void awaitDefault(String expected) {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(50))
        .until(() -> probe(home).contains(expected));
  }

  private String prodEu(String template) {
    return K0rdentObjects.cluster(
        home, "prod-eu", K0rdentObjects.service(home, "dns", template, ""));
  }

  private String chainOf(int service) throws Exception {
    return kubectl
        .run(
            "-n",
            home,
            "get",
            "clusterdeployment",
            "prod-eu",
            "-o",
            "jsonpath={.spec.serviceSpec.services[" + service + "].templateChain}")
        .out();
  }

  @Test
  void givesANewServiceTheDefaultChain() throws Exception {
    api.create(defaultChain(home, "standard"));
    awaitDefault("\"templateChain\":\"standard\"");

    Answer answer = kubectl.on(prodEu("a"), "create");

    assertThat(answer).isEqualTo(Answer.ok(CREATED));
    assertThat(chainOf(0)).isEqualTo("standard");
  }

  @Test
  void givesNothingWhereNoDefaultListsTheTemplate() throws Exception {
    api.create(defaultChain(home, "standard"));
    awaitDefault("\"templateChain\":\"standard\"");

    Answer answer = kubectl.on(prodEu("z"), "create");

    assertThat(answer.err()).contains("names no templateChain");
    assertThat(chainOf(0)).isEmpty();
  }

  @Test
  void givesNothingAndWarnsWhereTwoDefaultsFit() throws Exception {
    api.create(defaultChain(home, "standard"));
    api.create(defaultChain(home, "another"));
    awaitDefault("more than one");

    Answer answer = kubectl.on(prodEu("a"), "create");

    assertThat(answer.err())
        .contains(
            "Warning: service %1$s/dns gets no default templateChain: more than one lists a: %1$s/another, %1$s/standard\n"
                .formatted(home));
    assertThat(chainOf(0)).isEmpty();
  }

  @Test
  void leavesAServiceThatExistsAloneAndServesTheNewOneBesideIt() throws Exception {
    kubectl.on(prodEu("a"), "create");
    api.create(defaultChain(home, "standard"));
    awaitDefault("\"templateChain\":\"standard\"");

    Answer answer =
        kubectl.run(
            "-n",
            home,
            "patch",
            "clusterdeployment",
            "prod-eu",
            "--type",
            "json",
            "-p",
            "[{\"op\": \"add\", \"path\": \"/spec/serviceSpec/services/-\", \"value\":"
                + " {\"name\": \"new\", \"namespace\": \"edge\", \"template\": \"b\"}}]");

    assertThat(answer.exit()).as(answer.err()).isZero();
    assertThat(chainOf(0)).isEmpty();
    assertThat(chainOf(1)).isEqualTo("standard");
  }
}
