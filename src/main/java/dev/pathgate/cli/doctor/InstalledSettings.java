package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.rule.Action;
import dev.pathgate.rule.RuleId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The settings that a Deployment gives its pods, as far as the checks ask.
 *
 * @param environment variables with a plain value; the last of a name holds
 * @param elsewhere variables whose value is not in the Deployment, but in a ConfigMap say
 */
record InstalledSettings(Map<String, String> environment, Set<String> elsewhere) {
  InstalledSettings {
    environment = Map.copyOf(environment);
    elsewhere = Set.copyOf(elsewhere);
  }

  static InstalledSettings of(JsonNode deployment) {
    Map<String, String> environment = new HashMap<>();
    Set<String> elsewhere = new HashSet<>();
    for (JsonNode container :
        deployment.path("spec").path("template").path("spec").path("containers")) {
      for (JsonNode one : container.path("env")) {
        String name = one.path("name").asText();
        environment.put(name, one.path("value").asText());
        if (one.has("valueFrom")) {
          elsewhere.add(name);
        } else {
          elsewhere.remove(name);
        }
      }
    }
    return new InstalledSettings(environment, elsewhere);
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
    Action own = ownAction(rule);
    return own == Action.DENY && warnsOnly() ? Action.WARN : own;
  }

  /** What the rule itself is set to. */
  Action ownAction(RuleId rule) {
    String set =
        get(
            "RULES_" + rule.id().toUpperCase(Locale.ROOT).replace('-', '_'),
            rule.defaultAction().name());
    return switch (set.toLowerCase(Locale.ROOT)) {
      case "off", "false" -> Action.OFF;
      case "warn" -> Action.WARN;
      default -> Action.DENY;
    };
  }

  /** Whether every rule is off. */
  boolean asksNothing() {
    return Arrays.stream(RuleId.values()).allMatch(rule -> action(rule) == Action.OFF);
  }

  /** As the settings spell it. */
  static String word(Action action) {
    return action.name().toLowerCase(Locale.ROOT);
  }

  boolean singleSteps() {
    return get("PATH_STEPS", "single").equalsIgnoreCase("single");
  }

  boolean separateChainSwitch() {
    return get("PATH_CHAIN_SWITCH", "together").equalsIgnoreCase("separate");
  }

  Set<String> exemptGroups() {
    return Arrays.stream(get("EXEMPT_GROUPS", "").split(",", -1))
        .map(String::strip)
        .filter(group -> !group.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  String systemNamespace() {
    return get("SYSTEM_NAMESPACE", "kcm-system");
  }

  /** Whether the Deployment tells of a setting, by its value or by having none. */
  boolean tells(String key) {
    return !elsewhere.contains("PATHGATE_" + key);
  }

  private String get(String key, String otherwise) {
    String value = environment.getOrDefault("PATHGATE_" + key, "");
    return value.isEmpty() ? otherwise : value;
  }
}
