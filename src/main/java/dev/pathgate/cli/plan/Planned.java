package dev.pathgate.cli.plan;

import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.kube.OneLine;
import java.util.List;

/**
 * What {@code plan} found.
 *
 * @param arrived how many services are there already
 */
record Planned(List<Move> moves, List<Stuck> stuck, int arrived) {
  /** A service that can't get there, and why. */
  record Stuck(Member member, String reason) {
    /** Both on one line; what is read off manifests may hold anything. */
    @Override
    public String toString() {
      return OneLine.of(
          "stuck: " + member.item().ref() + " " + member.service().identity() + ": " + reason);
    }
  }

  Planned {
    moves = List.copyOf(moves);
    stuck = List.copyOf(stuck);
  }

  /** How many services move, and how many do not. */
  String summary() {
    return moves.size()
        + (moves.size() == 1 ? " service moves, " : " services move, ")
        + stuck.size()
        + (stuck.size() == 1 ? " is stuck, " : " are stuck, ")
        + arrived
        + (arrived == 1 ? " is there already" : " are there already");
  }
}
