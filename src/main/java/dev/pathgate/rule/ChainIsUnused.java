package dev.pathgate.rule;

import java.util.List;
import java.util.Optional;

/** A chain is deleted only when no object that stays names it. */
final class ChainIsUnused implements ChainRule {
  private static final int USERS_NAMED = 5;

  @Override
  public List<Violation> check(ChainEdit edit, Facts facts) {
    Facts.Fact<List<ObjectRef>> users = facts.usersOf(edit.ref());
    if (users.value().isEmpty()) {
      return List.of();
    }
    String message =
        Words.chain(edit.ref())
            + " is in use by "
            + Words.some(users.value().stream().map(ObjectRef::toString).toList(), USERS_NAMED)
            + "; name another templateChain there first";
    return List.of(
        new Violation(
                Violation.Reason.FORBIDDEN,
                "",
                message,
                Violation.Subject.of(edit.ref()),
                Optional.empty())
            .restingOn(users, new Violation.Need.Users(edit.ref())));
  }
}
