package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.k0rdent.Kind;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an installed policy and its bindings leave out of that which the chart's judge. What the API
 * server adds by itself, such as empty selectors, makes no difference.
 *
 * @param json the policy itself
 */
record PolicyReach(ChartPolicy policy, JsonNode json) {
  private String name() {
    return "policy " + Installation.name(json);
  }

  /** What the policy itself leaves out, however it is bound. */
  Set<String> gaps(List<Hook> hooks) {
    Set<String> gaps = new LinkedHashSet<>();
    JsonNode match = json.path("spec").path("matchConstraints");
    for (Kind kind : policy.kinds()) {
      if (!isAbout(match, kind)) {
        gaps.add(name() + " is not about UPDATE of " + kind.plural());
      }
      List<Hook> asked =
          hooks.stream()
              .filter(hook -> !hook.mutating() && hook.isAskedAbout("UPDATE", kind))
              .toList();
      for (String selector : List.of("namespaceSelector", "objectSelector")) {
        if (!asked.isEmpty() && asked.stream().noneMatch(hook -> takes(match, hook, selector))) {
          gaps.add(
              "%s leaves out by its %s what %s judges: %s"
                  .formatted(name(), selector, asked.get(0).name(), match.path(selector)));
        }
      }
    }
    if (!match.path("excludeResourceRules").isEmpty()) {
      gaps.add(name() + " leaves out what its excludeResourceRules name");
    }
    for (JsonNode condition : json.path("spec").path("matchConditions")) {
      String named = condition.path("name").asText();
      if (!policy.conditions().contains(named)) {
        gaps.add(
            "%s has a match condition that the chart does not have: where %s does not hold, edits"
                    .formatted(name(), named)
                + " pass unjudged");
      }
    }
    return gaps;
  }

  /** Whether it asks for nothing that a webhook does not ask for. */
  private static boolean takes(JsonNode match, Hook hook, String selector) {
    return Selection.requirements(hook.json().path(selector))
        .containsAll(Selection.requirements(match.path(selector)));
  }

  /** Whether a match takes updates of a kind; one without rules takes whatever its policy takes. */
  static boolean isAbout(JsonNode match, Kind kind) {
    for (JsonNode rule : match.path("resourceRules")) {
      if (names(rule, "apiGroups", Kind.GROUP)
          && names(rule, "operations", "UPDATE")
          && (names(rule, "resources", kind.plural()) || names(rule, "resources", "*/*"))
          && rule.path("resourceNames").isEmpty()) {
        return true;
      }
    }
    return match.path("resourceRules").isEmpty();
  }

  private static boolean names(JsonNode rule, String field, String wanted) {
    return rule.path(field).isEmpty() || Hook.has(rule.path(field), wanted);
  }

  /** What a binding leaves out of the objects of a kind; empty if nothing. */
  Optional<String> gap(JsonNode binding, Kind kind, Optional<InstalledSettings> settings) {
    JsonNode match = binding.path("spec").path("matchResources");
    if (!Selection.requirements(match.path("namespaceSelector")).isEmpty()
        || !Selection.requirements(match.path("objectSelector")).isEmpty()
        || !match.path("excludeResourceRules").isEmpty()) {
      return Optional.of(name() + " is bound by a selector, and judges only what that takes");
    }
    return json.path("spec").path("paramKind").isEmpty()
        ? Optional.empty()
        : chainsGap(binding.path("spec").path("paramRef"), kind, settings);
  }

  /** The same of the chains that it is given. */
  private Optional<String> chainsGap(
      JsonNode chains, Kind kind, Optional<InstalledSettings> settings) {
    String one = chains.path("name").asText();
    if (chains.isMissingNode() || !one.isEmpty()) {
      return Optional.of(
          name() + " is bound to " + (one.isEmpty() ? "no chain" : "chain " + one + " alone"));
    }
    Set<String> selected = Selection.requirements(chains.path("selector"));
    if (!selected.isEmpty()) {
      return Optional.of(
          name() + " is bound to those chains alone that have " + String.join(", ", selected));
    }
    String namespace = chains.path("namespace").asText();
    String reads =
        "%s reads the chains of %s for %s, "
            .formatted(
                name(),
                namespace.isEmpty() ? "no namespace" : "namespace " + namespace,
                kind.plural());
    if (kind.isNamespaced()) {
      return namespace.isEmpty()
          ? Optional.empty()
          : Optional.of(reads + "not those of the object's own");
    }
    return settings
        .filter(seen -> seen.tells("SYSTEM_NAMESPACE"))
        .map(InstalledSettings::systemNamespace)
        .filter(system -> !system.equals(namespace))
        .map(system -> reads + "the webhook's pathgate.system-namespace is " + system);
  }
}
