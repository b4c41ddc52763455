package dev.pathgate.rule;

import java.util.List;
import java.util.Optional;

/**
 * A ServiceTemplate is deleted only when no service of an object that stays names it. Tools that
 * force an apply delete it when its CRD refuses a changed spec. Nobody knowing its users is no
 * reason to let it go.
 */
final class TemplateIsUnused implements TemplateRule {
  @Override
  public Optional<Violation> check(TemplateEdit edit, Facts facts) {
    Facts.Fact<List<ObjectRef>> users = facts.usersOf(edit.ref());
    if (users.value().isEmpty() && !users.isUnreadable()) {
      return Optional.empty();
    }
    return Optional.of(
        new Violation(
                Violation.Reason.FORBIDDEN,
                "",
                () ->
                    Words.inUse(
                        "ServiceTemplate " + edit.ref(),
                        users.value(),
                        "move their services to another template first, and delete it in a later"
                            + " commit than that"),
                Violation.Subject.of(edit.ref()))
            .restingOn(users, new Violation.Need.TemplateUsers(edit.ref())));
  }
}
