package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings that the chart wrote into a policy's expressions, read back from them.
 *
 * @param json the policy itself
 */
record RenderedSettings(ChartPolicy policy, JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern GROUPS = Pattern.compile("exists\\(g, g in (\\[.*])\\)$");

  /** With the chain switch {@code separate}, the chain of the old service is asked for, too. */
  private static final String SWITCHES =
      "b.?templateChain.orValue('') != s.?templateChain.orValue('')";

  /**
   * Where a policy and the webhook's settings part.
   *
   * @param lenient whether the policy lets pass what the webhook would not
   */
  record Drift(boolean lenient, String text) {}

  /** What differs from the webhook's settings, as far as those can be seen. */
  List<Drift> drifts(InstalledSettings settings) {
    List<Drift> drifts = new ArrayList<>();
    switch (policy) {
      case SERVICE_FOLLOWS_CHAIN -> {
        steps(settings, drifts);
        exemptions(settings, drifts);
      }
      case SERVICE_NAMES_CHAIN -> {
        chainSwitch(settings, drifts);
        exemptions(settings, drifts);
      }
      case CHAIN_IS_IMMUTABLE, TEMPLATE_IS_IMMUTABLE -> {} // no setting is in them
    }
    return drifts;
  }

  private void steps(InstalledSettings settings, List<Drift> drifts) {
    boolean single = true;
    for (JsonNode variable : json.path("spec").path("variables")) {
      // The policy of whole paths walks the chain, a variable for each edge.
      single &= !variable.path("name").asText().startsWith("walk");
    }
    if (single != settings.singleSteps() && settings.tells("PATH_STEPS")) {
      drifts.add(
          new Drift(
              !single,
              "%s takes %s, the webhook's pathgate.path.steps is %s"
                  .formatted(
                      name(),
                      single ? "single edges" : "whole paths",
                      settings.singleSteps() ? "single" : "any")));
    }
  }

  private void chainSwitch(InstalledSettings settings, List<Drift> drifts) {
    boolean separate = variable("refused").contains(SWITCHES);
    if (separate != settings.separateChainSwitch() && settings.tells("PATH_CHAIN_SWITCH")) {
      drifts.add(
          new Drift(
              !separate,
              "%s %s in one edit, the webhook's pathgate.path.chain-switch is %s"
                  .formatted(
                      name(),
                      separate ? "refuses chain and template" : "takes chain and template",
                      settings.separateChainSwitch() ? "separate" : "together")));
    }
  }

  private void exemptions(InstalledSettings settings, List<Drift> drifts) {
    if (!settings.tells("EXEMPT_GROUPS")) {
      return;
    }
    Optional<Set<String>> exempt = exemptGroups();
    if (exempt.isEmpty()) {
      drifts.add(new Drift(true, name() + " exempts by an expression that is not the chart's"));
    } else if (!exempt.get().equals(settings.exemptGroups())) {
      drifts.add(
          new Drift(
              !settings.exemptGroups().containsAll(exempt.get()),
              "%s exempts %s, the webhook's pathgate.exempt.groups is %s"
                  .formatted(
                      name(),
                      words(exempt.get(), "nobody"),
                      words(settings.exemptGroups(), "empty"))));
    }
  }

  /** Whose break-glass it takes; empty if its expression can't be read. */
  private Optional<Set<String>> exemptGroups() {
    String expression = variable("exempt");
    if (expression.isEmpty() || expression.equals("false")) {
      return Optional.of(Set.of());
    }
    Matcher groups = GROUPS.matcher(expression);
    if (!groups.find()) {
      return Optional.empty();
    }
    try {
      Set<String> named = new TreeSet<>();
      JSON.readTree(groups.group(1)).forEach(group -> named.add(group.asText()));
      return Optional.of(named);
    } catch (JsonProcessingException otherwise) {
      return Optional.empty();
    }
  }

  private static String words(Set<String> groups, String none) {
    return groups.isEmpty() ? none : String.join(", ", groups);
  }

  private String name() {
    return "policy " + Installation.name(json);
  }

  /** The expression of a variable, on one line; empty if there is none. */
  private String variable(String name) {
    for (JsonNode variable : json.path("spec").path("variables")) {
      if (variable.path("name").asText().equals(name)) {
        return variable.path("expression").asText().strip().replaceAll("\\s+", " ");
      }
    }
    return "";
  }
}
