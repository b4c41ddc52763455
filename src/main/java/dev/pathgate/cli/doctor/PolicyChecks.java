package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.rule.Action;
import dev.pathgate.rule.RuleId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the API server's own policies say what the webhook says. */
final class PolicyChecks {
  static final String POLICIES = "policies";

  private static final String RENDER =
      "helm upgrade --reset-then-reuse-values renders policies and settings alike; a value in extraEnv reaches"
          + " the pods alone";

  /** What a policy's name ends in, and the rule that it is of. */
  private static final Map<String, RuleId> RULES = rules();

  private PolicyChecks() {}

  private static Map<String, RuleId> rules() {
    Map<String, RuleId> rules = new LinkedHashMap<>();
    rules.put("-service-follows-chain", RuleId.SERVICE_FOLLOWS_CHAIN);
    rules.put("-service-names-chain", RuleId.SERVICE_FOLLOWS_CHAIN);
    rules.put("-chain-is-immutable", RuleId.CHAIN_IS_IMMUTABLE);
    rules.put("-template-is-immutable", RuleId.TEMPLATE_IS_IMMUTABLE);
    return rules;
  }

  /** The installed policies that are of a rule, by what their names end in. */
  static Map<String, JsonNode> ofRules(Installation installation) {
    Map<String, JsonNode> found = new LinkedHashMap<>();
    for (JsonNode policy : installation.policies().value()) {
      RULES.keySet().stream()
          .filter(end -> Installation.isOurs(policy) && Installation.name(policy).endsWith(end))
          .forEach(end -> found.put(end, policy));
    }
    return found;
  }

  /** Policies are there whole, bound, and do what the webhook's settings say. */
  static CheckResult policies(Installation installation) {
    if (installation.policies().isUnseen()) {
      return CheckResult.unseen(POLICIES, installation.policies());
    }
    Map<String, JsonNode> found = ofRules(installation);
    if (found.isEmpty()) {
      return CheckResult.ok(POLICIES, "none is installed: the webhook alone judges");
    }
    if (installation.bindings().isUnseen()) {
      return CheckResult.unseen(POLICIES, installation.bindings());
    }
    Optional<InstalledSettings> settings = installation.settings();
    if (settings.isEmpty()) {
      return CheckResult.skipped(
          POLICIES,
          found.size()
              + " are installed; the settings to compare them with can't be seen"
              + (installation.deployments().isUnseen()
                  ? ": " + installation.deployments().unseen()
                  : ""),
          "see endpoints");
    }
    List<String> problems = new ArrayList<>();
    RULES.forEach(
        (end, rule) -> {
          Action action = settings.get().action(rule);
          JsonNode policy = found.get(end);
          if (policy == null && action != Action.OFF) {
            problems.add(
                "there is no policy …" + end + ", but rule " + rule.id() + " is " + word(action));
          } else if (policy != null) {
            compare(installation, policy, rule, settings.get(), problems);
          }
        });
    return problems.isEmpty()
        ? CheckResult.ok(POLICIES, found.size() + " are installed, in step with the settings")
        : CheckResult.warning(POLICIES, String.join("; ", problems), RENDER);
  }

  private static void compare(
      Installation installation,
      JsonNode policy,
      RuleId rule,
      InstalledSettings settings,
      List<String> problems) {
    String name = Installation.name(policy);
    Action action = settings.action(rule);
    List<JsonNode> bindings = new ArrayList<>();
    installation
        .bindings()
        .value()
        .forEach(
            binding -> {
              if (binding.path("spec").path("policyName").asText().equals(name)) {
                bindings.add(binding);
              }
            });
    if (bindings.isEmpty()) {
      problems.add("policy " + name + " has no binding and judges nothing");
    }
    for (JsonNode binding : bindings) {
      boolean denies = false;
      for (JsonNode does : binding.path("spec").path("validationActions")) {
        denies |= does.asText().equals("Deny");
      }
      if (denies != (action == Action.DENY)) {
        problems.add(
            "policy %s %s, the webhook's %s is %s"
                .formatted(name, denies ? "denies" : "warns", rule.id(), word(action)));
      }
    }
    if (rule == RuleId.SERVICE_FOLLOWS_CHAIN && name.endsWith("-service-follows-chain")) {
      boolean single = true;
      for (JsonNode variable : policy.path("spec").path("variables")) {
        // The policy of whole paths walks the chain, a variable for each edge.
        single &= !variable.path("name").asText().startsWith("walk");
      }
      if (single != settings.singleSteps()) {
        problems.add(
            "policy %s takes %s, the webhook's pathgate.path.steps is %s"
                .formatted(
                    name,
                    single ? "single edges" : "whole paths",
                    settings.singleSteps() ? "single" : "any"));
      }
    }
    for (JsonNode warning : policy.path("status").path("typeChecking").path("expressionWarnings")) {
      problems.add(
          "policy %s: %s: %s"
              .formatted(
                  name,
                  warning.path("fieldRef").asText(),
                  warning.path("warning").asText().lines().findFirst().orElse("")));
    }
  }

  private static String word(Action action) {
    return action.name().toLowerCase(java.util.Locale.ROOT);
  }
}
