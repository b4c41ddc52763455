package dev.pathgate.status;

import static dev.pathgate.status.TestCluster.await;
import static dev.pathgate.status.TestCluster.condition;
import static dev.pathgate.status.TestCluster.ok;
import static dev.pathgate.status.TestCluster.paths;
import static dev.pathgate.status.TestCluster.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.status.TestCluster.RunningPatcher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the patcher writes, and what it leaves alone, on a real API server. */
@SuppressWarnings("try") // a patcher runs as long as its block, which need not name it
class StatusPatcherIT {
  private static TestCluster cluster;

  private static final String NGINX =
      "{name: nginx, namespace: web, template: nginx-0-9-0, templateChain: nginx}";

  @BeforeAll
  static void start() {
    cluster = TestCluster.start("v1.12");
    cluster.namespace("team");
  }

  @BeforeEach
  void chains() {
    cluster.chain(
        "team",
        "nginx",
        "nginx-0-9-0 -> nginx-0-10-0@0.10.0",
        "nginx-0-10-0 -> nginx-0-11-0",
        "nginx-0-11-0");
    cluster.chain("kcm-system", "nginx", "nginx-0-9-0 -> nginx-1-0-0", "nginx-1-0-0");
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @AfterEach
  void leaveNothing() {
    cluster.clear("team");
  }

  private static final String NGINX_PATHS =
      """
      [{name: nginx, namespace: web, template: nginx-0-9-0, availableUpgrades: [
        {upgradePaths: [nginx-0-10-0], versions: [{name: nginx-0-10-0, version: 0.10.0}]},
        {upgradePaths: [nginx-0-10-0, nginx-0-11-0], versions: [
          {name: nginx-0-10-0, version: 0.10.0}, {name: nginx-0-11-0, version: nginx-0-11-0}]}]}]
      """;

  @Test
  void writesTheWaysOfEachServiceInSpecOrder() {
    try (RunningPatcher patcher = cluster.patcher()) {
      cluster.deployment("team", "written", NGINX, "{name: bare, template: bare-1-0-0}");
      cluster.fleet("written", NGINX);

      awaitCondition("written");

      ArrayNode expected = (ArrayNode) yaml(NGINX_PATHS);
      expected.add(yaml("{name: bare, namespace: default, template: bare-1-0-0}"));
      JsonNode object = cluster.deployment("team", "written");
      assertThat(paths(object)).isEqualTo(expected);
      assertThat(condition(object).path("reason").asText()).isEqualTo("SomeWithoutPaths");
      assertThat(condition(object).path("message").asText())
          .isEqualTo("service default/bare has no paths: it has no templateChain");
      assertThat(condition(object).path("status").asText()).isEqualTo("True");
      assertThat(condition(object).path("observedGeneration").asLong()).isEqualTo(1);
      JsonNode fleet = cluster.get(TestCluster.path("MultiClusterService", "", "written"));
      assertThat(paths(fleet))
          .isEqualTo(
              yaml(
                  """
                  [{name: nginx, namespace: web, template: nginx-0-9-0, availableUpgrades: [
                    {upgradePaths: [nginx-1-0-0], versions: [{name: nginx-1-0-0, version: nginx-1-0-0}]}]}]
                  """));
      assertThat(patcher.gauge("pathgate.status.leader")).isEqualTo(1);
    }
  }

  private static void awaitCondition(String name) {
    await().until(() -> !condition(cluster.deployment("team", name)).isMissingNode());
  }

  private static void awaitReason(String name, String reason) {
    await()
        .until(
            () -> condition(cluster.deployment("team", name)).path("reason").asText(),
            reason::equals);
  }

  @Test
  void ownsItsFieldAndItsConditionAndNothingElse() {
    ObjectNode object = cluster.deployment("team", "owned", NGINX).deepCopy();
    object.set(
        "status",
        yaml(
            """
            observedGeneration: 1
            conditions: [{type: Ready, status: "True", reason: Fine, message: "",
              lastTransitionTime: "2026-01-01T00:00:00Z"}]
            """));
    ok(cluster.updateStatus("v1beta1", object, "kcm"));

    try (RunningPatcher patcher = cluster.patcher()) {
      awaitReason("owned", "AllResolved");
    }

    JsonNode after = cluster.deployment("team", "owned");
    assertThat(after.path("status").path("observedGeneration").asInt()).isEqualTo(1);
    assertThat(after.path("status").path("conditions")).hasSize(2);
    JsonNode ours = null;
    for (JsonNode entry : after.path("metadata").path("managedFields")) {
      if (entry.path("manager").asText().equals("pathgate")) {
        ours = entry.path("fieldsV1");
      }
    }
    assertThat(ours)
        .isEqualTo(
            yaml(
                """
                f:status:
                  f:servicesUpgradePaths: {}
                  f:conditions:
                    'k:{"type":"pathgate.dev/UpgradePathsResolved"}':
                      .: {}
                      f:type: {}
                      f:status: {}
                      f:reason: {}
                      f:message: {}
                      f:observedGeneration: {}
                      f:lastTransitionTime: {}
                """));
  }

  @Test
  void followsAChainThatComesLateLeavesAndComesBackDifferent() {
    try (RunningPatcher patcher = cluster.patcher()) {
      cluster.deployment("team", "late", "{name: a, template: a-1, templateChain: late}");
      awaitReason("late", "SomeWithoutPaths");
      assertThat(condition(cluster.deployment("team", "late")).path("message").asText())
          .isEqualTo(
              "service default/a has no paths: ServiceTemplateChain team/late does not exist");

      cluster.chain("team", "late", "a-1 -> a-2", "a-2");
      awaitPaths("late", "[{upgradePaths: [a-2], versions: [{name: a-2, version: a-2}]}]");

      cluster.delete("ServiceTemplateChain", "team", "late");
      await()
          .until(
              () -> paths(cluster.deployment("team", "late")).path(0),
              entry -> !entry.has("availableUpgrades"));

      cluster.chain("team", "late", "a-1 -> a-3", "a-3");
      awaitPaths("late", "[{upgradePaths: [a-3], versions: [{name: a-3, version: a-3}]}]");
      awaitReason("late", "AllResolved");

      await()
          .until(
              () -> events("late"),
              events ->
                  events.stream().filter("UpgradePathsAvailable"::equals).count() == 1
                      && events.contains("UpgradePathsUnavailable"));
    }
  }

  private static java.util.List<String> events(String name) {
    java.util.List<String> reasons = new java.util.ArrayList<>();
    for (JsonNode event :
        cluster.get("/apis/events.k8s.io/v1/namespaces/team/events").path("items")) {
      if (event.path("regarding").path("name").asText().equals(name)) {
        reasons.add(event.path("reason").asText());
      }
    }
    return reasons;
  }

  @Test
  void writesNoEventsWhereTheyAreOff() {
    try (RunningPatcher patcher = cluster.patcher("status.events", "false")) {
      cluster.chain("team", "silent", "a-1 -> a-2", "a-2");
      cluster.deployment("team", "silent", "{name: a, template: a-1, templateChain: silent}");
      awaitReason("silent", "AllResolved");
      cluster.delete("ServiceTemplateChain", "team", "silent");
      awaitReason("silent", "SomeWithoutPaths");
    }
    assertThat(events("silent")).isEmpty();
  }

  private static void awaitPaths(String name, String upgrades) {
    await()
        .until(
            () -> paths(cluster.deployment("team", name)).path(0).path("availableUpgrades"),
            yaml(upgrades)::equals);
  }

  @Test
  void leavesARightObjectAlone() throws InterruptedException {
    try (RunningPatcher patcher = cluster.patcher()) {
      cluster.deployment("team", "quiet", NGINX);
      awaitReason("quiet", "AllResolved");
      double writes = writesOnceSettled(patcher);
      String version = version("quiet");

      cluster.chain("team", "other", "a -> b", "b");
      TimeUnit.SECONDS.sleep(3);

      assertThat(version("quiet")).isEqualTo(version);
      assertThat(patcher.writes("written")).isEqualTo(writes);
    }
    try (RunningPatcher again = cluster.patcher()) {
      String version = version("quiet");
      await().until(again::hasLookedAtAll);

      assertThat(version("quiet")).isEqualTo(version);
      assertThat(again.writes("written")).isZero();
    }
  }

  /** How often it wrote, once the answers to all writes are there. */
  private static double writesOnceSettled(RunningPatcher patcher) {
    double[] last = {0};
    await()
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              double before = last[0];
              last[0] = patcher.writes("written");
              return before > 0 && last[0] == before;
            });
    return last[0];
  }

  private static String version(String name) {
    return cluster.deployment("team", name).path("metadata").path("resourceVersion").asText();
  }

  @Test
  void yieldsToAWriterThatCameFirstAndComesBackWhenItLeaves() {
    foreign("first", "kcm", "[{name: x, namespace: y, template: z}]");
    try (RunningPatcher patcher = cluster.patcher()) {
      awaitReason("first", "Yielded");

      JsonNode object = cluster.deployment("team", "first");
      assertThat(paths(object)).isEqualTo(yaml("[{name: x, namespace: y, template: z}]"));
      assertThat(condition(object).path("message").asText())
          .isEqualTo(
              "status.servicesUpgradePaths is left as kcm wrote it, which is not what the chains"
                  + " lead to; it is written once nobody else owns the field");
      assertThat(patcher.gauge("pathgate.status.yielded")).isEqualTo(1);

      ObjectNode without = object.deepCopy();
      ((ObjectNode) without.path("status")).remove("servicesUpgradePaths");
      ok(cluster.updateStatus("v1beta1", without, "kcm"));

      awaitReason("first", "AllResolved");
      assertThat(paths(cluster.deployment("team", "first"))).isEqualTo(yaml(NGINX_PATHS));
      assertThat(patcher.gauge("pathgate.status.yielded")).isZero();
    }
  }

  /** To clear them is Kubernetes' way to make nobody own a field. */
  @Test
  void writesOnWhereManagedFieldsWereCleared() {
    try (RunningPatcher patcher = cluster.patcher()) {
      cluster.deployment("team", "cleared", NGINX);
      awaitReason("cleared", "AllResolved");
      String path = TestCluster.path("ClusterDeployment", "team", "cleared");
      ok(
          cluster.patch(
              path, ApiServer.MERGE, "user", false, yaml("metadata: {managedFields: [{}]}")));

      for (String template : List.of("nginx-0-10-0", "nginx-0-11-0")) {
        JsonNode moved =
            yaml(
                "spec: {serviceSpec: {services: ["
                    + NGINX.replace("nginx-0-9-0", template)
                    + "]}}");
        ok(cluster.patch(path, ApiServer.MERGE, "user", false, moved));
        await()
            .until(
                () ->
                    paths(cluster.deployment("team", "cleared")).path(0).path("template").asText(),
                template::equals);
      }

      assertThat(patcher.gauge("pathgate.status.yielded")).isZero();
    }
  }

  private static void foreign(String name, String manager, String value) {
    ObjectNode object = cluster.deployment("team", name, NGINX).deepCopy();
    object.withObjectProperty("status").set("servicesUpgradePaths", yaml(value));
    ok(cluster.updateStatus("v1beta1", object, manager));
  }

  @Test
  void yieldsToAWriterThatComesAfterwards() {
    try (RunningPatcher patcher = cluster.patcher()) {
      cluster.deployment("team", "second", NGINX);
      awaitReason("second", "AllResolved");

      await()
          .until(
              () -> {
                ObjectNode object = cluster.deployment("team", "second").deepCopy();
                object
                    .withObjectProperty("status")
                    .set("servicesUpgradePaths", yaml("[{name: x, namespace: y, template: z}]"));
                return cluster.updateStatus("v1beta1", object, "kcm").isSuccess();
              });

      awaitReason("second", "Yielded");
      assertThat(paths(cluster.deployment("team", "second")))
          .isEqualTo(yaml("[{name: x, namespace: y, template: z}]"));
    }
  }

  @Test
  void takesAnEqualValueInAnotherOrderForItsOwn() throws InterruptedException {
    ArrayNode reversed = (ArrayNode) yaml(NGINX_PATHS);
    ArrayNode upgrades = (ArrayNode) reversed.path(0).path("availableUpgrades");
    upgrades.add(upgrades.remove(0));
    foreign("equal", "kcm", reversed.toString());
    try (RunningPatcher patcher = cluster.patcher()) {
      awaitReason("equal", "AllResolved");
      TimeUnit.SECONDS.sleep(1);

      assertThat(paths(cluster.deployment("team", "equal"))).isEqualTo(reversed);
      assertThat(patcher.gauge("pathgate.status.yielded")).isZero();
    }
  }

  @Test
  void overwritesAnotherWriterWhereForced() {
    foreign("forced", "kcm", "[{name: x, namespace: y, template: z}]");
    try (RunningPatcher patcher = cluster.patcher("status.ownership", "force")) {
      awaitReason("forced", "AllResolved");

      assertThat(paths(cluster.deployment("team", "forced"))).isEqualTo(yaml(NGINX_PATHS));
    }
  }

  @Test
  void neverAlternatesWithAWriterInALoop() throws InterruptedException {
    cluster.deployment("team", "loop", NGINX);
    try (RunningPatcher patcher = cluster.patcher()) {
      awaitReason("loop", "AllResolved");
      double before = writesOnceSettled(patcher);
      int theirs = 0;
      for (int i = 0; i < 100; i++) {
        ObjectNode object = cluster.deployment("team", "loop").deepCopy();
        object.set(
            "status",
            yaml("{servicesUpgradePaths: [{name: x%d, namespace: y, template: z}]}".formatted(i)));
        theirs += cluster.updateStatus("v1beta1", object, "kcm").isSuccess() ? 1 : 0;
        TimeUnit.MILLISECONDS.sleep(50);
      }

      // They erase our condition each time as well: we add it again ever more rarely.
      assertThat(theirs).isGreaterThan(90);
      assertThat(patcher.writes("written") - before).isBetween(1.0, 5.0);
      assertThat(paths(cluster.deployment("team", "loop")).path(0).path("name").asText())
          .isEqualTo("x99");
    }
  }

  @Test
  void leavesOutTheConditionAndTakesItAwayWhereItIsOff() {
    cluster.deployment("team", "uncondition", NGINX);
    try (RunningPatcher patcher = cluster.patcher()) {
      awaitReason("uncondition", "AllResolved");
    }
    try (RunningPatcher patcher = cluster.patcher("status.condition", "false")) {
      await().until(() -> condition(cluster.deployment("team", "uncondition")).isMissingNode());

      assertThat(paths(cluster.deployment("team", "uncondition"))).isEqualTo(yaml(NGINX_PATHS));
    }
  }

  @Test
  void rewritesTheConditionOfANewGenerationAndKeepsItsTransitionTime() {
    try (RunningPatcher patcher = cluster.patcher()) {
      cluster.deployment("team", "edited", NGINX);
      awaitReason("edited", "AllResolved");
      String since =
          condition(cluster.deployment("team", "edited")).path("lastTransitionTime").asText();

      cluster.deployment("team", "edited", NGINX.replace("nginx-0-9-0", "nginx-0-11-0"));

      await()
          .until(
              () ->
                  condition(cluster.deployment("team", "edited")).path("observedGeneration").asInt()
                      == 2);
      JsonNode object = cluster.deployment("team", "edited");
      assertThat(paths(object))
          .isEqualTo(yaml("[{name: nginx, namespace: web, template: nginx-0-11-0}]"));
      assertThat(condition(object).path("reason").asText()).isEqualTo("AllResolved");
      assertThat(condition(object).path("lastTransitionTime").asText()).isEqualTo(since);
    }
  }

  @Test
  void cutsWhatDoesNotFitAndCountsIt() {
    try (RunningPatcher patcher = cluster.patcher("status.max-bytes", "200")) {
      cluster.deployment("team", "cut", NGINX);

      awaitReason("cut", "Truncated");

      JsonNode object = cluster.deployment("team", "cut");
      assertThat(paths(object).toString().length()).isLessThanOrEqualTo(200);
      assertThat(paths(object).path(0).path("availableUpgrades")).hasSize(1);
      assertThat(condition(object).path("message").asText())
          .isEqualTo(
              "1 paths left out: web/nginx (1 of 2), so that status.servicesUpgradePaths keeps"
                  + " within 200 bytes");
    }
  }
}
