package dev.pathgate.cli.plan;

import dev.pathgate.cli.gate.Fleet.Member;
import java.util.List;
import java.util.Optional;

/**
 * The way of one service to its target.
 *
 * @param edits its entry after each edit; at least one
 */
record Move(Member member, String to, List<PlannedEdit> edits) {
  Move {
    edits = List.copyOf(edits);
  }

  /** The entry as it is. */
  static PlannedEdit now(Member member) {
    return new PlannedEdit(
        member.service().template(),
        member.service().templateChain(),
        Optional.of(member.service().version()).filter(version -> !version.isEmpty()));
  }

  /** The entry before the edit of that index. */
  PlannedEdit before(int index) {
    return index == 0 ? now(member) : edits.get(index - 1);
  }

  /** What objects are grouped by. */
  Object way() {
    return List.of(member.service().identity(), now(member), to, edits);
  }
}
