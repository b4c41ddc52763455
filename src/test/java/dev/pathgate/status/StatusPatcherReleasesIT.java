package dev.pathgate.status;

import static dev.pathgate.status.TestCluster.await;
import static dev.pathgate.status.TestCluster.condition;
import static dev.pathgate.status.TestCluster.ok;
import static dev.pathgate.status.TestCluster.path;
import static dev.pathgate.status.TestCluster.paths;
import static dev.pathgate.status.TestCluster.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.status.TestCluster.RunningPatcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The CRDs of k0rdent's releases differ in what status can hold. */
@SuppressWarnings("try") // a patcher runs as long as its block, which need not name it
class StatusPatcherReleasesIT {
  private static final String SERVICE = "{name: a, template: a-0-9-0, templateChain: c}";

  @AfterAll
  static void stop() {
    TestCluster.endReleases();
  }

  /** The compact CRDs, and the real ones where they lie beside the checkout. */
  static Stream<Path> releases() throws IOException {
    List<Path> releases = new ArrayList<>();
    for (Path folder : List.of(TestCluster.COMPACT_CRDS, Path.of("../shared/crds"))) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> found = Files.list(folder)) {
          found.sorted().forEach(releases::add);
        }
      }
    }
    return releases.stream();
  }

  @ParameterizedTest
  @MethodSource("releases")
  void writesWhatTheReleaseCanHold(Path release) {
    boolean old = release.getFileName().toString().startsWith("v1.0");
    try (TestCluster cluster = TestCluster.start(release);
        RunningPatcher patcher = cluster.patcher()) {
      cluster.namespace("team");
      // k0rdent 1.6 to 1.8 require a version of every upgrade; 1.0 knows none.
      String version = old ? "" : "@1.1.1";
      cluster.chain("team", "c", "a-0-9-0 -> a-0-10-0" + version, "a-0-10-0");
      cluster.chain("kcm-system", "c", "a-0-9-0 -> a-0-11-0" + version, "a-0-11-0");

      cluster.deployment("team", "d", SERVICE);
      await().until(() -> !paths(cluster.deployment("team", "d")).isMissingNode());
      // A client of the version that the release calls its first.
      await().until(() -> addReady(cluster, old ? "v1alpha1" : "v1beta1"));
      cluster.fleet("f", SERVICE);
      cluster.deployment("team", "d", SERVICE.replace("0-9-0", "0-10-0"));

      await()
          .until(
              () ->
                  paths(cluster.deployment("team", "d"))
                      .path(0)
                      .path("template")
                      .asText()
                      .equals("a-0-10-0"));
      // The object may be known before its chain; then the first value has no upgrades yet.
      await()
          .until(
              () ->
                  paths(cluster.get(path("MultiClusterService", "", "f")))
                      .path(0)
                      .has("availableUpgrades"));
      JsonNode fleet = cluster.get(path("MultiClusterService", "", "f"));
      JsonNode deployment = cluster.deployment("team", "d");
      String versions = old ? "" : ", versions: [{name: a-0-11-0, version: 1.1.1}]";
      assertThat(paths(fleet))
          .isEqualTo(
              yaml(
                  "[{name: a, namespace: default, template: a-0-9-0, availableUpgrades: [{upgradePaths: [a-0-11-0]%s}]}]"
                      .formatted(versions)));
      assertThat(condition(fleet).isMissingNode()).isEqualTo(old);
      assertThat(condition(deployment).isMissingNode()).isEqualTo(old);
      assertThat(deployment.path("status").path("conditions").toString()).contains("Ready");
      assertThat(patcher.writes("refused")).isZero();
    }
  }

  private static boolean addReady(TestCluster cluster, String version) {
    ObjectNode object = cluster.deployment("team", "d").deepCopy();
    object.put("apiVersion", "k0rdent.mirantis.com/" + version);
    object
        .withObjectProperty("status")
        .withArrayProperty("conditions")
        .add(
            yaml(
                """
                {type: Ready, status: "True", reason: Fine, message: "",
                 lastTransitionTime: "2026-01-01T00:00:00Z"}
                """));
    return cluster.updateStatus(version, object, "kcm").isSuccess();
  }

  @Test
  void readsTheSchemaAgainWhenTheCrdsChange() {
    try (TestCluster cluster = TestCluster.start(TestCluster.COMPACT_CRDS.resolve("v1.0"));
        RunningPatcher patcher = cluster.patcher()) {
      cluster.namespace("team");
      cluster.chain("team", "c", "a-0-9-0 -> a-0-10-0", "a-0-10-0");
      cluster.deployment("team", "d", SERVICE);
      await().until(() -> !paths(cluster.deployment("team", "d")).isMissingNode());
      assertThat(upgrade(cluster).has("versions")).isFalse();

      cluster.install("v1.12");
      await().until(() -> upgrade(cluster).has("versions"));
      await().until(() -> !condition(cluster.deployment("team", "d")).isMissingNode());

      // A chain that changes at once after a downgrade meets the old shape in the patcher.
      cluster.install("v1.0");
      cluster.delete("ServiceTemplateChain", "team", "c");
      cluster.chain("team", "c", "a-0-9-0 -> a-0-11-0", "a-0-11-0");
      await().until(() -> upgrade(cluster), yaml("{upgradePaths: [a-0-11-0]}")::equals);
      assertThat(patcher.patcher.isReady()).isTrue();
    }
  }

  /** Up to k0rdent 1.3 its controller compares a service with the stored entry's template. */
  @ParameterizedTest
  @MethodSource("releases")
  void movesAnEntryOffTheChainOnlyWhereItIsNobodysGuard(Path release) {
    boolean guarded = release.getFileName().toString().startsWith("v1.0");
    try (TestCluster cluster = TestCluster.start(release);
        RunningPatcher patcher = cluster.patcher()) {
      cluster.namespace("team");
      String version = guarded ? "" : "@1.1.1";
      cluster.chain("team", "c", "a-1 -> a-2" + version, "a-2 -> a-3" + version, "a-3", "z-1");
      cluster.deployment("team", "d", "{name: a, template: a-1, templateChain: c}");
      cluster.fleet("f", "{name: a, template: a-1}");
      awaitTemplate(cluster, path("ClusterDeployment", "team", "d"), "a-1");
      awaitTemplate(cluster, path("MultiClusterService", "", "f"), "a-1");

      // Along the chain, by more than one edge; and off it, beside a service that is new.
      cluster.deployment("team", "d", "{name: a, template: a-3, templateChain: c}");
      awaitTemplate(cluster, path("ClusterDeployment", "team", "d"), "a-3");
      cluster.deployment(
          "team", "d", "{name: a, template: z-1, templateChain: c}", "{name: b, template: b-1}");
      cluster.fleet("f", "{name: a, template: z-1}", "{name: b, template: b-1}");

      for (String object :
          List.of(path("ClusterDeployment", "team", "d"), path("MultiClusterService", "", "f"))) {
        await().until(() -> paths(cluster.get(object)).size() == 2);
        String before = object.contains("deployments") ? "a-3" : "a-1";
        assertThat(paths(cluster.get(object)).path(0).path("template").asText())
            .isEqualTo(guarded ? before : "z-1");
        assertThat(paths(cluster.get(object)).path(1).path("template").asText()).isEqualTo("b-1");
      }
      assertThat(patcher.writes("refused")).isZero();
    }
  }

  private static void awaitTemplate(TestCluster cluster, String object, String template) {
    await()
        .until(() -> paths(cluster.get(object)).path(0).path("template").asText().equals(template));
  }

  /** k0rdent from 1.6 on writes {@code versions} alone. */
  @ParameterizedTest
  @ValueSource(strings = {"v1.6", "v1.12"})
  void yieldsToOtherPathsInVersionsAloneAndNotToTheSame(String release) {
    try (TestCluster cluster = TestCluster.start(TestCluster.COMPACT_CRDS.resolve(release));
        RunningPatcher patcher = cluster.patcher()) {
      cluster.namespace("team");
      cluster.chain("team", "c", "a-1 -> a-2@1.1.1", "a-2");
      cluster.deployment("team", "d", "{name: a, template: a-1, templateChain: c}");
      await().until(() -> paths(cluster.deployment("team", "d")).path(0).has("availableUpgrades"));

      await().until(() -> overwrite(cluster, "a-9"));
      await().until(() -> reason(cluster, "d").equals("Yielded"));
      assertThat(patcher.gauge("pathgate.status.yielded")).isEqualTo(1);
      assertThat(paths(cluster.deployment("team", "d")).toString()).contains("a-9");

      await().until(() -> overwrite(cluster, "a-2"));
      await().until(() -> reason(cluster, "d").equals("AllResolved"));
      assertThat(patcher.gauge("pathgate.status.yielded")).isZero();
      assertThat(owns(cluster)).isFalse();
      assertThat(paths(cluster.deployment("team", "d")).toString()).doesNotContain("upgradePaths");
    }
  }

  /** A full status update, as k0rdent's controller does it, in its own words. */
  private static boolean overwrite(TestCluster cluster, String target) {
    ObjectNode object = cluster.deployment("team", "d").deepCopy();
    object
        .withObjectProperty("status")
        .set(
            "servicesUpgradePaths",
            yaml(
                "[{name: a, namespace: default, template: a-1, availableUpgrades: [{versions: [{name: %s, version: 1.1.1}]}]}]"
                    .formatted(target)));
    return cluster.updateStatus("v1beta1", object, "kcm").isSuccess();
  }

  private static boolean owns(TestCluster cluster) {
    for (JsonNode entry : cluster.deployment("team", "d").path("metadata").path("managedFields")) {
      if (entry.path("manager").asText().equals("pathgate")
          && entry.at("/fieldsV1/f:status").has("f:servicesUpgradePaths")) {
        return true;
      }
    }
    return false;
  }

  private static String reason(TestCluster cluster, String name) {
    return condition(cluster.deployment("team", name)).path("reason").asText();
  }

  @Test
  void claimsItsValueUnderForceOnlyWhileItStands() {
    try (TestCluster cluster = TestCluster.start(TestCluster.COMPACT_CRDS.resolve("v1.12"));
        RunningPatcher patcher = cluster.patcher("status.ownership", "force")) {
      cluster.namespace("team");
      cluster.chain("team", "c", "a-1 -> a-2", "a-2");
      cluster.deployment("team", "d", "{name: a, template: a-1, templateChain: c}");
      await().until(() -> reason(cluster, "d").equals("AllResolved"));

      // Each time that ours comes back it is overwritten again, and the pauses grow.
      for (int i = 0; i < 3; i++) {
        await()
            .until(
                () ->
                    paths(cluster.deployment("team", "d")).toString().contains("a-2")
                        && overwrite(cluster, "a-9"));
        await().until(() -> reason(cluster, "d").equals("Yielded"));
        assertThat(paths(cluster.deployment("team", "d")).toString()).contains("a-9");
      }

      await().until(() -> reason(cluster, "d").equals("AllResolved"));
      assertThat(paths(cluster.deployment("team", "d")).toString()).contains("a-2");
      assertThat(patcher.writes("written")).isLessThan(12);
    }
  }

  @Test
  void takesAChainThatIsBeingDeletedForMissing() {
    try (TestCluster cluster = TestCluster.start(TestCluster.COMPACT_CRDS.resolve("v1.12"));
        RunningPatcher patcher = cluster.patcher()) {
      cluster.namespace("team");
      cluster.chain("team", "c", "a-1 -> a-2", "a-2");
      cluster.deployment("team", "d", "{name: a, template: a-1, templateChain: c}");
      await().until(() -> reason(cluster, "d").equals("AllResolved"));

      ok(
          cluster.patch(
              path("ServiceTemplateChain", "team", "c"),
              ApiServer.MERGE,
              "user",
              false,
              yaml("{metadata: {finalizers: [test/keep]}}")));
      cluster.delete("ServiceTemplateChain", "team", "c");

      await()
          .until(
              () ->
                  condition(cluster.deployment("team", "d"))
                      .path("message")
                      .asText()
                      .contains("ServiceTemplateChain team/c is being deleted"));
      assertThat(paths(cluster.deployment("team", "d")).path(0).has("availableUpgrades")).isFalse();
      assertThat(patcher.writes("refused")).isZero();
    }
  }

  private static JsonNode upgrade(TestCluster cluster) {
    return paths(cluster.deployment("team", "d")).path(0).path("availableUpgrades").path(0);
  }
}
