package dev.pathgate.rule;

import java.util.Locale;

/** All rules in the order in which they speak, with what they do by default. */
public enum RuleId {
  SERVICE_LISTED_ONCE(Action.DENY),
  SERVICE_FOLLOWS_CHAIN(Action.DENY),
  SERVICE_PATH_PUBLISHED(Action.OFF),
  SERVICE_CHAIN_EXISTS(Action.WARN),
  SERVICE_FITS_CHAIN(Action.DENY),
  SERVICE_HAS_CHAIN(Action.WARN),
  SERVICE_VERSION_FITS(Action.DENY),
  SERVICE_IS_SETTLED(Action.WARN),
  SERVICE_REACHES_CLUSTERS(Action.WARN),
  CHAIN_IS_IMMUTABLE(Action.DENY),
  TEMPLATE_IS_IMMUTABLE(Action.DENY),
  CHAIN_IS_WELL_FORMED(Action.DENY),
  CHAIN_IS_TIDY(Action.WARN),
  CHAIN_TEMPLATES_EXIST(Action.WARN),
  TEMPLATE_IS_UNUSED(Action.DENY),
  CHAIN_IS_UNUSED(Action.DENY);

  private final String id;
  private final Action defaultAction;

  RuleId(Action defaultAction) {
    this.id = name().toLowerCase(Locale.ROOT).replace('_', '-');
    this.defaultAction = defaultAction;
  }

  /** The id as settings and messages show it, such as {@code service-follows-chain}. */
  public String id() {
    return id;
  }

  /** What it does about a violation where no setting says otherwise. */
  public Action defaultAction() {
    return defaultAction;
  }

  /** Whether the rule asks if a service keeps to its path, which a break-glass exemption lifts. */
  public boolean isAboutPaths() {
    return this == SERVICE_FOLLOWS_CHAIN
        || this == SERVICE_PATH_PUBLISHED
        || this == SERVICE_FITS_CHAIN
        || this == SERVICE_VERSION_FITS;
  }
}
