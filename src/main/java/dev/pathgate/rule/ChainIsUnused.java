package dev.pathgate.rule;

import java.util.List;

/**
 * A chain is deleted only when no object that stays names it. It does not come back, so nobody
 * knowing its users is no reason to let it go.
 */
final class ChainIsUnused implements ChainRule {
  @Override
  public List<Violation> check(ChainEdit edit, Facts facts) {
    Facts.Fact<List<ObjectRef>> users = facts.usersOf(edit.ref());
    if (users.value().isEmpty() && !users.isUnreadable()) {
      return List.of();
    }
    return List.of(
        new Violation(
                Violation.Reason.FORBIDDEN,
                "",
                () ->
                    Words.inUse(
                        Words.chain(edit.ref()),
                        users.value(),
                        "name another templateChain there first, and remove the chain in a later"
                            + " commit than that"),
                Violation.Subject.of(edit.ref()))
            .restingOn(users, new Violation.Need.Users(edit.ref())));
  }
}
