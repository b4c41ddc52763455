package dev.pathgate.rule;

/** A violation, the rule that it violates and what that rule does about it. */
public record Finding(RuleId rule, Action action, Violation violation) {
  /** The violation's message with the rule's id in brackets at its end. */
  public String message() {
    return violation.message() + " [" + rule.id() + "]";
  }

  /** Whether the edit is refused for it, unless break-glass or a trial says otherwise. */
  public boolean denies() {
    return action == Action.DENY;
  }

  /** Whether break-glass makes a warning of it. */
  public boolean isExemptible() {
    return denies() && rule.isAboutPaths();
  }

  /** Whether it may be told: a warning that could not be checked in time is not. */
  boolean isReportable() {
    return denies() || violation.needs().isEmpty();
  }
}
