package dev.pathgate.rule;

import java.util.Optional;

/** A rule about a ServiceTemplate itself. */
interface TemplateRule {
  /** How the edit breaks the rule; empty if it doesn't. */
  Optional<Violation> check(TemplateEdit edit, Facts facts);
}
