package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.rule.Action;
import dev.pathgate.rule.RuleId;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The settings that a Deployment gives its pods, as far as the checks ask.
 *
 * @param environment variables with a plain value; the last of a name holds
 */
record InstalledSettings(Map<String, String> environment) {
  InstalledSettings {
    environment = Map.copyOf(environment);
  }

  static InstalledSettings of(JsonNode deployment) {
    Map<String, String> environment = new HashMap<>();
    for (JsonNode container :
        deployment.path("spec").path("template").path("spec").path("containers")) {
      container
          .path("env")
          .forEach(one -> environment.put(one.path("name").asText(), one.path("value").asText()));
    }
    return new InstalledSettings(environment);
  }

  /** Whether its pods have that role, {@code webhook} or {@code status-patcher}. */
  boolean hasRole(String role) {
    return get("ROLES", "webhook").contains(role);
  }

  boolean warnsOnly() {
    return get("MODE", "enforce").equalsIgnoreCase("warn");
  }

  /** What becomes of a violation, the mode included. */
  Action action(RuleId rule) {
    String set =
        get(
            "RULES_" + rule.id().toUpperCase(Locale.ROOT).replace('-', '_'),
            rule.defaultAction().name());
    Action action =
        switch (set.toLowerCase(Locale.ROOT)) {
          case "off", "false" -> Action.OFF;
          case "warn" -> Action.WARN;
          default -> Action.DENY;
        };
    return action == Action.DENY && warnsOnly() ? Action.WARN : action;
  }

  boolean singleSteps() {
    return get("PATH_STEPS", "single").equalsIgnoreCase("single");
  }

  String systemNamespace() {
    return get("SYSTEM_NAMESPACE", "kcm-system");
  }

  private String get(String key, String otherwise) {
    String value = environment.getOrDefault("PATHGATE_" + key, "");
    return value.isEmpty() ? otherwise : value;
  }
}
