package dev.pathgate.rule;

/** What happens to an edit that breaks a rule; the settings spell it in lower case. */
public enum Action {
  /** The edit is refused. */
  DENY,
  /** The edit goes through with a warning. */
  WARN,
  /** The rule is not asked. */
  OFF
}
