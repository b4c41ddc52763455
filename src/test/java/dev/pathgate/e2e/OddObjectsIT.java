package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.attack.OddObjects;
import dev.pathgate.testkit.CrdShape;
import dev.pathgate.testkit.K0rdentObjects;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.NeedsApiServer;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Objects that any tenant can store and that parsers with limits of their own refuse: keys of
 * 50,001 characters, nesting of 1,500. Neither role may lose sight of anything by them.
 */
@NeedsApiServer
class OddObjectsIT {
  private static final Duration SEEN = Duration.ofSeconds(30);
  private static final List<String> ODD = List.of("odd-key", "odd-nesting", "odd-owner");

  private static KubeServer api;
  private static CrdShape shape;
  private static String home;
  private static PathgateProcess before;
  private static PathgateProcess after;

  @BeforeAll
  static void storeThemWhileOneProcessWatchesAndLetAnotherFindThem() throws IOException {
    api = KubeServer.shared();
    List<CrdShape> shapes = CrdShape.ofRepository();
    shape = shapes.get(shapes.size() - 1);
    shape.serve(api);
    home = api.freshNamespace();
    api.put("apiVersion: v1\nkind: Namespace\nmetadata: {name: kcm-system}\n");
    api.create(K0rdentObjects.chain(shape, home, "plain", "a > b", "b"));
    for (String name : ODD) {
      api.create(K0rdentObjects.chain(shape, home, "of-" + name, "a > b", "b"));
    }
    before = gate();
    before.awaitReady();

    store("clusterdeployments", cluster("odd-key", OddObjects.LONG_KEY + ",", ""));
    store("clusterdeployments", cluster("odd-nesting", OddObjects.DEEP_NESTING + ",", ""));
    store("clusterdeployments", cluster("odd-owner", "", owner()));
    store(
        "servicetemplatechains",
        object("ServiceTemplateChain", "odd-chain", owner(), "{\"supportedTemplates\": []}"));
    store(
        "servicetemplates",
        object(
            "ServiceTemplate",
            "odd-template",
            owner(),
            "{\"helm\": {\"chartSpec\": {\"chart\": \"a\", \"version\": \"1.0.0\", \"interval\":"
                + " \"10m\", \"sourceRef\": {\"kind\": \"HelmRepository\", \"name\": \"a\"}}}}"));
    String fleet = object("MultiClusterService", "odd-fleet", owner(), "{\"serviceSpec\": {}}");
    assertThat(
            api.exchange("POST", "apis/k0rdent.mirantis.com/v1beta1/multiclusterservices", fleet))
        .startsWith("201");
    after = gate();
    after.awaitReady();
  }

  private static PathgateProcess gate() throws IOException {
    return PathgateProcess.onCluster(api.kubeconfig())
        .with("PATHGATE_ROLES", "webhook,status-patcher")
        .start();
  }

  @AfterAll
  static void stop() {
    before.close();
    after.close();
  }

  private static String owner() {
    return ", " + OddObjects.LONG_OWNER;
  }

  private static String object(String kind, String name, String metadata, String spec) {
    return """
    {"apiVersion": "k0rdent.mirantis.com/v1beta1", "kind": "%s",
     "metadata": {"name": "%s"%s}, "spec": %s}
    """
        .formatted(kind, name, metadata, spec);
  }

  private static String cluster(String name, String config, String metadata) {
    return object(
        "ClusterDeployment",
        name,
        metadata,
        """
        {"template": "aws", "credential": "aws", %s "serviceSpec": {"services":
          [{"name": "dns", "namespace": "edge", "template": "a", "templateChain": "of-%s"}]}}
        """
            .formatted(config, name));
  }

  private static void store(String plural, String object) {
    String path = "apis/k0rdent.mirantis.com/v1beta1/namespaces/" + home + "/" + plural;
    assertThat(api.exchange("POST", path, object)).startsWith("201");
  }

  @ParameterizedTest
  @ValueSource(strings = {"before", "after"})
  void goOnBeingFollowed(String which) {
    PathgateProcess gate = which.equals("before") ? before : after;
    String born = "born-" + which;

    api.create(K0rdentObjects.chain(shape, home, born, "a > b", "b"));
    api.create(
        K0rdentObjects.cluster(home, born, K0rdentObjects.service("edge", "dns", "a", born)));

    Awaitility.await("all kinds are watched, all objects known")
        .atMost(SEEN)
        .untilAsserted(
            () ->
                assertThat(metrics(gate))
                    .containsEntry("pathgate_cache_watching{kind=\"ClusterDeployment\"}", 1.0)
                    .containsEntry("pathgate_cache_watching{kind=\"MultiClusterService\"}", 1.0)
                    .containsEntry("pathgate_cache_watching{kind=\"ServiceTemplateChain\"}", 1.0)
                    .containsEntry("pathgate_cache_watching{kind=\"ServiceTemplate\"}", 1.0)
                    .containsEntry("pathgate_cache_skipped_total{kind=\"ClusterDeployment\"}", 0.0)
                    .hasEntrySatisfying(
                        "pathgate_cache_objects{kind=\"ClusterDeployment\"}",
                        known -> assertThat(known).isGreaterThanOrEqualTo(4)));
    Awaitility.await("the patcher sees the new object").atMost(SEEN).until(() -> hasPaths(born));
  }

  @ParameterizedTest
  @ValueSource(strings = {"before", "after"})
  void areSeenToUseTheirChains(String which) throws Exception {
    PathgateProcess gate = which.equals("before") ? before : after;
    Caller caller = Caller.of(gate, HttpClient.Version.HTTP_2);

    for (String name : ODD) {
      assertThat(caller.post("/validate", deletion("of-" + name)).body())
          .contains("is in use by ClusterDeployment " + home + "/" + name);
    }
    assertThat(caller.post("/validate", deletion("plain")).body()).contains("\"allowed\":true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"odd-key", "odd-nesting", "odd-owner"})
  void areWrittenToLikeAnyOther(String name) {
    Awaitility.await("its status has paths").atMost(SEEN).until(() -> hasPaths(name));
  }

  private static boolean hasPaths(String cluster) {
    return api.get(K0rdentObjects.CLUSTERS.formatted(home) + "/" + cluster)
        .contains("\"upgradePaths\"");
  }

  private static Map<String, Double> metrics(PathgateProcess gate) {
    Map<String, Double> metrics = new TreeMap<>();
    gate.body("/q/metrics")
        .lines()
        .filter(line -> line.startsWith("pathgate_cache_"))
        .forEach(
            line -> {
              int blank = line.lastIndexOf(' ');
              metrics.put(line.substring(0, blank), Double.valueOf(line.substring(blank + 1)));
            });
    return metrics;
  }

  private static String deletion(String chain) {
    return """
    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {
      "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
      "kind": {"group": "k0rdent.mirantis.com", "version": "v1beta1",
        "kind": "ServiceTemplateChain"},
      "resource": {"group": "k0rdent.mirantis.com", "version": "v1beta1",
        "resource": "servicetemplatechains"},
      "name": "%s", "namespace": "%s", "operation": "DELETE",
      "userInfo": {"username": "jane", "groups": ["system:authenticated"]},
      "object": null, "oldObject": {"apiVersion": "k0rdent.mirantis.com/v1beta1",
        "kind": "ServiceTemplateChain", "metadata": {"name": "%s", "namespace": "%s"},
        "spec": {"supportedTemplates": [{"name": "a"}]}},
      "dryRun": false, "options": null}}
    """
        .formatted(chain, home, chain, home);
  }
}
