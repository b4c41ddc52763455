package dev.pathgate.cli.plan;

import dev.pathgate.cli.gate.Fleet.Member;
import java.util.List;

/**
 * What {@code plan} found.
 *
 * @param arrived how many services are there already
 */
record Planned(List<Move> moves, List<Stuck> stuck, int arrived) {
  /** A service that can't get there, and why. */
  record Stuck(Member member, String reason) {}

  Planned {
    moves = List.copyOf(moves);
    stuck = List.copyOf(stuck);
  }
}
