package dev.pathgate.rule;

import java.util.List;

/** A rule about a ServiceTemplateChain itself. */
interface ChainRule {
  /** All the ways in which the edit breaks the rule, in the order of the spec. */
  List<Violation> check(ChainEdit edit, Facts facts);
}
