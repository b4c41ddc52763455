package dev.pathgate.cli.plan;

import dev.pathgate.admission.Verdict;
import dev.pathgate.cli.gate.Edit;
import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.cli.gate.Gate;
import dev.pathgate.cli.input.Item;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.RuleId;
import dev.pathgate.rule.Service;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Carries a way out before the gate, edit by edit. */
final class GateWalk {
  /**
   * These ask what controllers have made of the edit before: something that only time shows, and
   * that no file says.
   */
  private static final Set<RuleId> OF_CONTROLLERS =
      EnumSet.of(RuleId.SERVICE_PATH_PUBLISHED, RuleId.SERVICE_IS_SETTLED);

  private final Gate gate;

  /** A walk before a gate that knows the objects as they are. */
  GateWalk(Gate gate) {
    this.gate = gate;
  }

  /** Which of a move's edits is refused first, and why; empty if all are admitted. */
  Optional<String> refusal(Move move) {
    Item before = move.member().item();
    boolean controllersAreSeen = before.origin().isEmpty();
    for (int i = 0; i < move.edits().size(); i++) {
      PlannedEdit edit = move.edits().get(i);
      Item after = after(before, move.member(), edit);
      Verdict verdict = gate.judge(new Edit(Optional.of(before), Optional.of(after)));
      for (Finding denial : verdict.denials()) {
        if (!OF_CONTROLLERS.contains(denial.rule()) || (i == 0 && controllersAreSeen)) {
          return Optional.of(
              "the gate refuses edit "
                  + (i + 1)
                  + " of "
                  + move.edits().size()
                  + ", to "
                  + edit.template()
                  + ": "
                  + denial.message());
        }
      }
      before = after;
    }
    return Optional.empty();
  }

  private static Item after(Item before, Member member, PlannedEdit edit) {
    List<Service> services = new ArrayList<>(before.object().services());
    services.set(member.index(), edit.of(member.service()));
    return before.with(before.object().with(services));
  }
}
