package dev.pathgate.admission;

import dev.pathgate.Settings;
import dev.pathgate.rule.Action;
import dev.pathgate.rule.RuleId;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What the settings say about each rule; the settings have a method each, the rulebook a map. */
final class RuleActions {
  private RuleActions() {}

  /** The actions that are set, by rule; a rule without one keeps its default. */
  static Map<RuleId, Action> of(Settings.RuleSettings rules) {
    Map<RuleId, Action> actions = new EnumMap<>(RuleId.class);
    for (RuleId rule : RuleId.values()) {
      setting(rules, rule).ifPresent(action -> actions.put(rule, action));
    }
    return actions;
  }

  private static Optional<Action> setting(Settings.RuleSettings rules, RuleId rule) {
    return switch (rule) {
      case SERVICE_LISTED_ONCE -> rules.serviceListedOnce();
      case SERVICE_FOLLOWS_CHAIN -> rules.serviceFollowsChain();
      case SERVICE_PATH_PUBLISHED -> rules.servicePathPublished();
      case SERVICE_CHAIN_EXISTS -> rules.serviceChainExists();
      case SERVICE_FITS_CHAIN -> rules.serviceFitsChain();
      case SERVICE_HAS_CHAIN -> rules.serviceHasChain();
      case SERVICE_VERSION_FITS -> rules.serviceVersionFits();
      case SERVICE_IS_SETTLED -> rules.serviceIsSettled();
      case SERVICE_REACHES_CLUSTERS -> rules.serviceReachesClusters();
      case CHAIN_IS_IMMUTABLE -> rules.chainIsImmutable();
      case TEMPLATE_IS_IMMUTABLE -> rules.templateIsImmutable();
      case CHAIN_IS_WELL_FORMED -> rules.chainIsWellFormed();
      case CHAIN_IS_TIDY -> rules.chainIsTidy();
      case CHAIN_TEMPLATES_EXIST -> rules.chainTemplatesExist();
      case TEMPLATE_IS_UNUSED -> rules.templateIsUnused();
      case CHAIN_IS_UNUSED -> rules.chainIsUnused();
    };
  }
}
