package dev.pathgate.rule;

import java.util.List;

/** A chain is deleted only when no object that stays names it. */
final class ChainIsUnused implements ChainRule {
  private static final int USERS_NAMED = 5;

  @Override
  public List<Violation> check(ChainEdit edit, Facts facts) {
    Facts.Fact<List<ObjectRef>> users = facts.usersOf(edit.ref());
    if (users.value().isEmpty()) {
      return List.of();
    }
    return List.of(
        new Violation(
                Violation.Reason.FORBIDDEN,
                "",
                () ->
                    Words.chain(edit.ref())
                        + " is in use by "
                        + Words.some(users.value(), USERS_NAMED, ObjectRef::toString)
                        + "; name another templateChain there first, and remove the chain in a"
                        + " later commit than that",
                Violation.Subject.of(edit.ref()))
            .restingOn(users, new Violation.Need.Users(edit.ref())));
  }
}
