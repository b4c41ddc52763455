package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.rule.Action;
import dev.pathgate.rule.RuleId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether the API server's own policies say what the webhook says. */
final class PolicyChecks {
  static final String POLICIES = "policies";

  private static final String RENDER =
      "helm upgrade --reset-then-reuse-values renders policies and settings alike; a value in extraEnv reaches"
          + " the pods alone";

  private static final String ANY = "*";

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
    List<String> problems = gaps(installation);
    RULES.forEach(
        (end, rule) -> {
          if (found.containsKey(end)) {
            compare(installation, found.get(end), rule, settings.get(), problems);
          }
        });
    return problems.isEmpty()
        ? CheckResult.ok(POLICIES, found.size() + " are installed, in step with the settings")
        : CheckResult.warning(POLICIES, String.join("; ", problems), RENDER);
  }

  /** What the policies let pass of that which the settings have refused or warned of. */
  static List<String> gaps(Installation installation) {
    Map<String, JsonNode> found = ofRules(installation);
    List<String> gaps = new ArrayList<>();
    RULES.forEach(
        (end, rule) -> {
          Action action =
              installation
                  .settings()
                  .map(settings -> settings.action(rule))
                  .orElse(rule.defaultAction());
          if (action != Action.OFF && !found.containsKey(end)) {
            gaps.add(
                "there is no policy …" + end + ", but rule " + rule.id() + " is " + word(action));
          } else if (action != Action.OFF) {
            gaps.addAll(gaps(installation, found.get(end), rule, action));
          }
        });
    return gaps;
  }

  /** The same of one policy: of each resource that it is about, some binding does what is set. */
  private static Set<String> gaps(
      Installation installation, JsonNode policy, RuleId rule, Action action) {
    Set<String> gaps = new LinkedHashSet<>();
    String name = "policy " + Installation.name(policy);
    List<JsonNode> all = bindings(installation, policy);
    if (all.isEmpty()) {
      gaps.add(name + " has no binding and judges nothing");
      return gaps;
    }
    for (String resource : resources(policy.path("spec").path("matchConstraints"))) {
      List<JsonNode> bindings = all.stream().filter(one -> isAbout(one, resource)).toList();
      List<JsonNode> whole = bindings.stream().filter(one -> !isNarrowed(one)).toList();
      if (bindings.isEmpty()) {
        gaps.add(name + " has no binding for " + resource);
      } else if (whole.isEmpty()) {
        gaps.add(name + " is bound by a selector, and judges only what that takes");
      } else if (whole.stream()
          .noneMatch(one -> does(one, "Deny") || (action == Action.WARN && does(one, "Warn")))) {
        String only = whole.stream().anyMatch(one -> does(one, "Warn")) ? "warns" : "audits";
        gaps.add(
            name
                + " only "
                + only
                + installation
                    .settings()
                    .map(seen -> ", the webhook's " + rule.id() + " is " + word(action))
                    .orElse(""));
      }
    }
    return gaps;
  }

  private static List<JsonNode> bindings(Installation installation, JsonNode policy) {
    List<JsonNode> bindings = new ArrayList<>();
    for (JsonNode binding : installation.bindings().value()) {
      if (binding.path("spec").path("policyName").asText().equals(Installation.name(policy))) {
        bindings.add(binding);
      }
    }
    return bindings;
  }

  private static boolean does(JsonNode binding, String action) {
    return Hook.has(binding.path("spec").path("validationActions"), action);
  }

  private static boolean isAbout(JsonNode binding, String resource) {
    Set<String> named = resources(binding.path("spec").path("matchResources"));
    return resource.equals(ANY) || named.contains(ANY) || named.contains(resource);
  }

  /** The resources that are matched; {@link #ANY} alone where none is named. */
  private static Set<String> resources(JsonNode match) {
    Set<String> named = new LinkedHashSet<>();
    for (JsonNode rule : match.path("resourceRules")) {
      rule.path("resources").forEach(one -> named.add(one.asText().replaceAll("/[*]$", "")));
    }
    return named.isEmpty() ? Set.of(ANY) : named;
  }

  /** Whether it leaves out objects that its policy would judge; the chart's leave out none. */
  private static boolean isNarrowed(JsonNode binding) {
    JsonNode match = binding.path("spec").path("matchResources");
    return !Selection.requirements(match.path("namespaceSelector")).isEmpty()
        || !Selection.requirements(match.path("objectSelector")).isEmpty()
        || !match.path("excludeResourceRules").isEmpty();
  }

  private static void compare(
      Installation installation,
      JsonNode policy,
      RuleId rule,
      InstalledSettings settings,
      List<String> problems) {
    String name = Installation.name(policy);
    Action action = settings.action(rule);
    for (JsonNode binding : bindings(installation, policy)) {
      if (action != Action.DENY && does(binding, "Deny")) {
        problems.add(
            "policy %s denies, the webhook's %s is %s".formatted(name, rule.id(), word(action)));
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
