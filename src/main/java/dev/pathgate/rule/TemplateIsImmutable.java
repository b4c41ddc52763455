package dev.pathgate.rule;

import java.util.Optional;

/**
 * A ServiceTemplate's {@code spec} stays as it was created. k0rdent's own CRD rule says so too, but
 * is skipped when the spec is removed and added again.
 */
final class TemplateIsImmutable implements TemplateRule {
  @Override
  public Optional<Violation> check(TemplateEdit edit, Facts facts) {
    if (edit.specBefore().equals(edit.specAfter())) {
      return Optional.empty();
    }
    return Optional.of(
        new Violation(
            Violation.Reason.INVALID,
            "spec",
            () ->
                "spec stays as created: create another ServiceTemplate beside "
                    + edit.ref()
                    + " and let a ServiceTemplateChain lead to it",
            Violation.Subject.of(edit.ref())));
  }
}
