package dev.pathgate.rule;

import java.util.List;

/**
 * A chain's {@code spec} stays as it was created, fields included that Pathgate doesn't know.
 * k0rdent's own CRD rule is skipped when a spec is removed and added again, so both halves of that
 * are changes here.
 */
final class ChainIsImmutable implements ChainRule {
  @Override
  public List<Violation> check(ChainEdit edit, Facts facts) {
    if (edit.specBefore().equals(edit.specAfter())) {
      return List.of();
    }
    return List.of(
        new Violation(
            Violation.Reason.INVALID,
            "spec",
            () ->
                "spec stays as created: create another ServiceTemplateChain beside "
                    + Words.ref(edit.ref())
                    + " and name it as templateChain where it is needed",
            Violation.Subject.of(edit.ref())));
  }
}
