package dev.pathgate.rule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All rules, each with what it does about a violation. The one place that says which rule is asked
 * of which edit.
 */
public final class Rulebook {
  private final Map<RuleId, Action> actions = new EnumMap<>(RuleId.class);
  private final Map<RuleId, ServiceRule> ofServices = new EnumMap<>(RuleId.class);
  private final Map<RuleId, ChainRule> ofNewChains = new EnumMap<>(RuleId.class);
  private final Map<RuleId, ChainRule> ofChangedChains = new EnumMap<>(RuleId.class);
  private final Map<RuleId, ChainRule> ofDeletedChains = new EnumMap<>(RuleId.class);
  private final Map<RuleId, TemplateRule> ofChangedTemplates = new EnumMap<>(RuleId.class);
  private final Map<RuleId, TemplateRule> ofDeletedTemplates = new EnumMap<>(RuleId.class);

  /**
   * @param actions what to do instead of the default, by rule
   * @param systemNamespace where k0rdent keeps its own templates and chains
   */
  public Rulebook(Map<RuleId, Action> actions, PathPolicy policy, String systemNamespace) {
    for (RuleId rule : RuleId.values()) {
      this.actions.put(rule, actions.getOrDefault(rule, rule.defaultAction()));
    }
    ofServices.put(RuleId.SERVICE_LISTED_ONCE, new ServiceListedOnce());
    ofServices.put(RuleId.SERVICE_FOLLOWS_CHAIN, new ServiceFollowsChain(policy, systemNamespace));
    ofServices.put(RuleId.SERVICE_PATH_PUBLISHED, new ServicePathPublished());
    ofServices.put(RuleId.SERVICE_CHAIN_EXISTS, new ServiceChainExists(systemNamespace));
    ofServices.put(RuleId.SERVICE_FITS_CHAIN, new ServiceFitsChain());
    ofServices.put(RuleId.SERVICE_HAS_CHAIN, new ServiceHasChain());
    ofServices.put(RuleId.SERVICE_IS_SETTLED, new ServiceIsSettled());
    ofServices.put(RuleId.SERVICE_REACHES_CLUSTERS, new ServiceReachesClusters());
    ofServices.put(RuleId.SERVICE_VERSION_FITS, new ServiceVersionFits());
    ofNewChains.put(RuleId.CHAIN_IS_WELL_FORMED, new ChainIsWellFormed());
    ofNewChains.put(RuleId.CHAIN_IS_TIDY, new ChainIsTidy());
    ofNewChains.put(RuleId.CHAIN_TEMPLATES_EXIST, new ChainTemplatesExist(systemNamespace));
    ofChangedChains.put(RuleId.CHAIN_IS_IMMUTABLE, new ChainIsImmutable());
    ofDeletedChains.put(RuleId.CHAIN_IS_UNUSED, new ChainIsUnused());
    ofChangedTemplates.put(RuleId.TEMPLATE_IS_IMMUTABLE, new TemplateIsImmutable());
    ofDeletedTemplates.put(RuleId.TEMPLATE_IS_UNUSED, new TemplateIsUnused());
  }

  /**
   * Everything that the services of a ClusterDeployment or MultiClusterService violate: per service
   * at most one finding, in list order. A denial goes before a warning, then the table's order.
   */
  public Findings ofServices(List<ServiceEdit> edits, Facts facts) {
    return ofServices(edits, facts, false);
  }

  /**
   * The same for someone whose path denials are lifted: a service's other denial, if it has one,
   * speaks before those.
   */
  public Findings ofServices(List<ServiceEdit> edits, Facts facts, boolean pathsAreExempted) {
    List<Finding> reported = new ArrayList<>();
    Set<Violation.Need> needs = new LinkedHashSet<>();
    List<Finding> all = new ArrayList<>();
    for (ServiceEdit edit : edits) {
      all.clear();
      ofServices.forEach(
          (rule, check) -> {
            if (isAsked(rule)) {
              check.check(edit, facts).map(broken -> finding(rule, broken)).ifPresent(all::add);
            }
          });
      if (!all.isEmpty()) {
        all.forEach(finding -> needs.addAll(finding.violation().needs()));
        first(all, pathsAreExempted).ifPresent(reported::add);
      }
    }
    if (reported.size() > 1) {
      dropWarningsOfDenied(reported);
    }
    return new Findings(reported, needs);
  }

  private static void dropWarningsOfDenied(List<Finding> reported) {
    Set<String> denied =
        reported.stream()
            .filter(Finding::denies)
            .map(Rulebook::service)
            .collect(Collectors.toSet());
    reported.removeIf(finding -> !finding.denies() && denied.contains(service(finding)));
  }

  private static String service(Finding finding) {
    return finding.violation().subject().service();
  }

  private static Optional<Finding> first(List<Finding> ofOneService, boolean pathsAreExempted) {
    return ofOneService.stream()
        .filter(Finding::isReportable)
        .min(
            Comparator.comparing(Finding::action)
                .thenComparing(finding -> pathsAreExempted && finding.isExemptible()));
  }

  /** Everything that is wrong with a chain that is created. */
  public Findings ofNewChain(ChainEdit edit, Facts facts) {
    return all(ofNewChains, edit, facts);
  }

  /** Everything that is wrong with an update of a chain. */
  public Findings ofChangedChain(ChainEdit edit, Facts facts) {
    return all(ofChangedChains, edit, facts);
  }

  /** Everything that speaks against the deletion of a chain. */
  public Findings ofDeletedChain(ChainEdit edit, Facts facts) {
    return all(ofDeletedChains, edit, facts);
  }

  /** Everything that is wrong with an update of a ServiceTemplate. */
  public Findings ofChangedTemplate(TemplateEdit edit, Facts facts) {
    return allOf(ofChangedTemplates, edit, facts);
  }

  /** Everything that speaks against the deletion of a ServiceTemplate. */
  public Findings ofDeletedTemplate(TemplateEdit edit, Facts facts) {
    return allOf(ofDeletedTemplates, edit, facts);
  }

  private Findings all(Map<RuleId, ChainRule> rules, ChainEdit edit, Facts facts) {
    return all(rules, check -> check.check(edit, facts));
  }

  private Findings allOf(Map<RuleId, TemplateRule> rules, TemplateEdit edit, Facts facts) {
    return all(rules, check -> check.check(edit, facts).stream().toList());
  }

  private <R> Findings all(Map<RuleId, R> rules, Function<R, List<Violation>> check) {
    List<Finding> all = new ArrayList<>();
    rules.forEach(
        (rule, asked) -> {
          if (isAsked(rule)) {
            check.apply(asked).forEach(broken -> all.add(finding(rule, broken)));
          }
        });
    return new Findings(
        all.stream().filter(Finding::isReportable).toList(),
        all.stream().flatMap(finding -> finding.violation().needs().stream()).toList());
  }

  /** What a rule does about a violation. */
  public Action action(RuleId rule) {
    return actions.get(rule);
  }

  private boolean isAsked(RuleId rule) {
    return actions.get(rule) != Action.OFF;
  }

  private Finding finding(RuleId rule, Violation violation) {
    return new Finding(rule, actions.get(rule), violation);
  }
}
