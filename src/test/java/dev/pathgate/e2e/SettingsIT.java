package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pathgate.Settings;
import dev.pathgate.rule.Action;
import dev.pathgate.rule.RuleId;
import dev.pathgate.testkit.PathgateProcess;
import dev.pathgate.testkit.TestFolders;
import java.lang.reflect.Method;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged jar starts with every value of every setting that takes one of few words. */
class SettingsIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Every value is in one of them at least. */
  static Stream<Map<String, String>> starts() {
    return Stream.of(
        with(
            "deny",
            "PATHGATE_ROLES",
            "webhook",
            "PATHGATE_MODE",
            "enforce",
            "PATHGATE_LOG_FORMAT",
            "json",
            "PATHGATE_PATH_STEPS",
            "single",
            "PATHGATE_PATH_CHAIN_SWITCH",
            "separate",
            "PATHGATE_STATUS_OWNERSHIP",
            "force"),
        with(
            "warn",
            "PATHGATE_MODE",
            "warn",
            "PATHGATE_LOG_FORMAT",
            "text",
            "PATHGATE_PATH_STEPS",
            "any",
            "PATHGATE_PATH_CHAIN_SWITCH",
            "together",
            "PATHGATE_STATUS_OWNERSHIP",
            "yield"),
        with("off", "PATHGATE_LOG_FORMAT", "JSON"));
  }

  private static Map<String, String> with(String action, String... pairs) {
    Map<String, String> settings = new TreeMap<>();
    for (RuleId rule : RuleId.values()) {
      settings.put(
          "PATHGATE_RULES_" + rule.id().replace('-', '_').toUpperCase(Locale.ROOT), action);
    }
    for (int i = 0; i < pairs.length; i += 2) {
      settings.put(pairs[i], pairs[i + 1]);
    }
    return settings;
  }

  @ParameterizedTest
  @MethodSource
  void starts(Map<String, String> settings) throws Exception {
    try (PathgateProcess gate = launch(Reviews.folder(), settings)) {
      gate.awaitReady();
      Caller caller = Caller.of(gate, HttpClient.Version.HTTP_2);

      assertThat(caller.post("/validate", Reviews.refused()).statusCode()).isEqualTo(200);
      assertThat(gate.stop()).isZero();
    }
  }

  /** So that no value of a new setting is forgotten above; roles have a test of their own. */
  @Test
  void areTriedWithEveryValueOfEveryEnumeration() {
    Set<String> tried = new TreeSet<>();
    starts()
        .forEach(
            settings ->
                settings.forEach(
                    (name, value) -> tried.add(name + "=" + value.toLowerCase(Locale.ROOT))));

    assertThat(tried).containsAll(enumerated("PATHGATE", Settings.class));
  }

  private static Set<String> enumerated(String prefix, Class<?> group) {
    Set<String> values = new TreeSet<>();
    for (Method method : group.getDeclaredMethods()) {
      String name =
          prefix + "_" + method.getName().replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
      Class<?> type = prefix.endsWith("_RULES") ? Action.class : method.getReturnType();
      if (type.isEnum()) {
        for (Object value : type.getEnumConstants()) {
          values.add(name + "=" + value.toString().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
      } else if (List.of(Settings.class.getDeclaredClasses()).contains(type)) {
        values.addAll(enumerated(name, type));
      }
    }
    return values;
  }

  private static PathgateProcess launch(Path folder, Map<String, String> settings)
      throws Exception {
    PathgateProcess.Setup setup = PathgateProcess.onFolder(folder);
    settings.forEach(setup::with);
    return setup.launch();
  }

  /** A status patcher needs a cluster; that it is refused shows that its name is taken. */
  @Test
  void takesTheStatusPatchersRole() throws Exception {
    try (PathgateProcess gate =
        launch(Reviews.folder(), Map.of("PATHGATE_ROLES", "webhook,status-patcher"))) {
      assertThat(gate.process().waitFor()).isEqualTo(2);
      assertThat(gate.log())
          .contains("can't be used with the role status-patcher")
          .doesNotContain("pathgate.roles can't be");
    }
  }

  @Test
  void writesADecisionAsOneJsonObject() throws Exception {
    try (PathgateProcess gate = launch(Reviews.folder(), Map.of("PATHGATE_LOG_FORMAT", "json"))) {
      gate.awaitReady();
      Caller.of(gate, HttpClient.Version.HTTP_2).post("/validate", Reviews.refused());
      gate.stop();

      List<JsonNode> lines = gate.log().lines().map(SettingsIT::json).toList();
      JsonNode refusal =
          lines.stream().filter(line -> line.has("verdict")).findFirst().orElseThrow();
      assertThat(refusal.path("user").asText()).isEqualTo("jane");
      assertThat(refusal.path("object").asText()).isEqualTo("ClusterDeployment tenant/prod-eu");
      assertThat(refusal.path("rule").asText()).isEqualTo("service-follows-chain");
      assertThat(refusal.path("verdict").asText()).isEqualTo("denied");
      assertThat(refusal.path("message").asText()).startsWith("Refused UPDATE of");
      assertThat(lines.stream().filter(line -> line.has("user"))).hasSize(1);
    }
  }

  private static JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (com.fasterxml.jackson.core.JsonProcessingException noJson) {
      throw new AssertionError(line, noJson);
    }
  }

  /** Of what only shows once it starts; settings that contradict each other are told before. */
  @ParameterizedTest
  @ValueSource(strings = {"webhook", "status-patcher"})
  void saysWhyItCouldNotStart(String role) throws Exception {
    Path kubeconfig =
        Files.writeString(
            TestFolders.make("kubeconfig").resolve("config"),
            """
            apiVersion: v1
            kind: Config
            current-context: c
            contexts: [{name: c, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: u, user: {client-certificate: /missing.crt, client-key: /missing.key}}]
            """);
    try (PathgateProcess gate =
        PathgateProcess.onCluster(kubeconfig).with("PATHGATE_ROLES", role).launch()) {
      assertThat(gate.process().waitFor()).isEqualTo(1);
      assertThat(gate.log()).contains("pathgate: it could not start: ").contains("missing.");
    }
  }

  @Test
  void saysLittleWhenItStartsAndStops() throws Exception {
    try (PathgateProcess gate = launch(Reviews.folder(), Map.of())) {
      gate.awaitReady();

      assertThat(gate.log())
          .contains("pathgate ", "webhook;", "health and metrics on", "chains from", "Ready")
          .doesNotContain("Listening on", "Profile prod", "Installed features");
    }
  }
}
