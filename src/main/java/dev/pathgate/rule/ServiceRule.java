package dev.pathgate.rule;

import java.util.Optional;

/** A rule that is asked of every service entry which an edit adds or changes. */
interface ServiceRule {
  /** How the edit breaks the rule; empty if it doesn't. */
  Optional<Violation> check(ServiceEdit edit, Facts facts);
}
