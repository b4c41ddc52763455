package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.Action;
import java.util.ArrayList;
import java.util.EnumMap;
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

  private PolicyChecks() {}

  /** The installed policies that are of a rule. */
  static Map<ChartPolicy, JsonNode> ofRules(Installation installation) {
    Map<ChartPolicy, JsonNode> found = new EnumMap<>(ChartPolicy.class);
    for (JsonNode policy : installation.policies().value()) {
      for (ChartPolicy one : ChartPolicy.values()) {
        if (one.is(policy)) {
          found.put(one, policy);
        }
      }
    }
    return found;
  }

  /** Policies are there whole, bound, and do what the webhook's settings say. */
  static CheckResult policies(Installation installation) {
    if (installation.policies().isUnseen()) {
      return CheckResult.unseen(POLICIES, installation.policies());
    }
    Map<ChartPolicy, JsonNode> found = ofRules(installation);
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
    found.forEach((kind, policy) -> compare(installation, kind, policy, settings.get(), problems));
    return problems.isEmpty()
        ? CheckResult.ok(POLICIES, found.size() + " are installed, in step with the settings")
        : CheckResult.warning(POLICIES, String.join("; ", problems), RENDER);
  }

  /** What the policies let pass of that which the settings have refused or warned of. */
  static List<String> gaps(Installation installation) {
    Map<ChartPolicy, JsonNode> found = ofRules(installation);
    List<String> gaps = new ArrayList<>();
    for (ChartPolicy kind : ChartPolicy.values()) {
      Action action =
          installation
              .settings()
              .map(settings -> settings.action(kind.rule()))
              .orElse(kind.rule().defaultAction());
      if (action != Action.OFF && !found.containsKey(kind)) {
        gaps.add(
            "there is no policy …%s, but rule %s is %s"
                .formatted(kind.ending(), kind.rule().id(), InstalledSettings.word(action)));
      } else if (action != Action.OFF) {
        gaps.addAll(gaps(installation, kind, found.get(kind), action));
      }
    }
    return gaps;
  }

  /** The same of one policy: of each kind that it is about, some binding does what is set. */
  private static Set<String> gaps(
      Installation installation, ChartPolicy kind, JsonNode policy, Action action) {
    PolicyReach reach = new PolicyReach(kind, policy);
    Set<String> gaps = new LinkedHashSet<>(reach.gaps(installation.hooksHere()));
    String name = "policy " + Installation.name(policy);
    List<JsonNode> all = bindings(installation, policy);
    if (all.isEmpty()) {
      gaps.add(name + " has no binding and judges nothing");
      return gaps;
    }
    for (Kind judged : kind.kinds()) {
      List<JsonNode> bindings =
          all.stream()
              .filter(one -> PolicyReach.isAbout(one.path("spec").path("matchResources"), judged))
              .toList();
      List<JsonNode> whole = new ArrayList<>();
      Set<String> narrowed = new LinkedHashSet<>();
      for (JsonNode binding : bindings) {
        reach
            .gap(binding, judged, installation.settings())
            .ifPresentOrElse(narrowed::add, () -> whole.add(binding));
      }
      if (bindings.isEmpty()) {
        gaps.add(name + " has no binding for " + judged.plural());
      } else if (whole.isEmpty()) {
        gaps.addAll(narrowed);
      } else if (whole.stream()
          .noneMatch(one -> does(one, "Deny") || (action == Action.WARN && does(one, "Warn")))) {
        String only = whole.stream().anyMatch(one -> does(one, "Warn")) ? "warns" : "audits";
        gaps.add(
            name
                + " only "
                + only
                + installation
                    .settings()
                    .map(
                        seen ->
                            ", the webhook's "
                                + kind.rule().id()
                                + " is "
                                + InstalledSettings.word(action))
                    .orElse(""));
      }
    }
    installation
        .settings()
        .ifPresent(settings -> gaps.addAll(drifts(kind, policy, settings, true)));
    return gaps;
  }

  private static List<String> drifts(
      ChartPolicy kind, JsonNode policy, InstalledSettings settings, boolean lenient) {
    return new RenderedSettings(kind, policy)
        .drifts(settings).stream()
            .filter(drift -> drift.lenient() == lenient)
            .map(RenderedSettings.Drift::text)
            .toList();
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

  private static void compare(
      Installation installation,
      ChartPolicy kind,
      JsonNode policy,
      InstalledSettings settings,
      List<String> problems) {
    String name = Installation.name(policy);
    Action action = settings.action(kind.rule());
    for (JsonNode binding : bindings(installation, policy)) {
      if (action != Action.DENY && does(binding, "Deny")) {
        problems.add(
            "policy %s denies, the webhook's %s is %s"
                .formatted(name, kind.rule().id(), InstalledSettings.word(action)));
      }
    }
    problems.addAll(drifts(kind, policy, settings, false));
    for (JsonNode warning : policy.path("status").path("typeChecking").path("expressionWarnings")) {
      problems.add(
          "policy %s: %s: %s"
              .formatted(
                  name,
                  warning.path("fieldRef").asText(),
                  warning.path("warning").asText().lines().findFirst().orElse("")));
    }
  }
}
