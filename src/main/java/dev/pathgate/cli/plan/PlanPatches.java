package dev.pathgate.cli.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;

/** A plan as lines for a shell: the first edits of all objects, then the second ones … */
final class PlanPatches {
  private PlanPatches() {}

  static String of(Planned planned, Patches patches) {
    StringBuilder text = new StringBuilder();
    int longest = planned.moves().stream().mapToInt(move -> move.edits().size()).max().orElse(0);
    for (int i = 0; i < longest; i++) {
      for (Move move : planned.moves()) {
        if (i < move.edits().size()) {
          text.append(line(move, i, patches)).append('\n');
        }
      }
    }
    planned.stuck().forEach(stuck -> text.append("# ").append(stuck).append('\n'));
    return text.toString();
  }

  private static String line(Move move, int index, Patches patches) {
    ArrayNode patch = Patches.patch();
    patches.add(patch, move.member(), move.before(index), move.edits().get(index));
    return patches.patch(move.member().item().ref(), patch);
  }
}
