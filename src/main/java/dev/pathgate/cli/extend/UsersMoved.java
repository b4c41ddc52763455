package dev.pathgate.cli.extend;

import dev.pathgate.chain.Succession;
import dev.pathgate.chain.Succession.Loss;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.cli.gate.Fleet.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of the users of a chain where another takes its place.
 *
 * @param moving those that can name the new chain
 * @param stuck those that can't, or are not to
 * @param lost what users could reach and can't any more
 */
record UsersMoved(List<Member> moving, List<Extension.Stuck> stuck, List<Extension.Lost> lost) {
  /**
   * @param selector the labels that users must have to be moved, for messages
   */
  static UsersMoved of(
      List<Member> users, TemplateChain old, TemplateChain successor, String selector) {
    UsersMoved moved = new UsersMoved(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    boolean keepsAll = Succession.keepsAllEdges(old, successor);
    Map<String, List<Loss>> losses = new HashMap<>();
    for (Member user : users) {
      String at = user.service().template();
      if (!user.item().subject()) {
        moved.stuck.add(
            new Extension.Stuck(user, "does not have the labels of --selector " + selector));
        continue;
      }
      if (successor.lists(at)) {
        moved.moving.add(user);
      } else if (!old.lists(at)) {
        moved.stuck.add(new Extension.Stuck(user, "at " + at + ", which neither chain lists"));
      }
      losses
          .computeIfAbsent(
              at,
              stand ->
                  keepsAll && successor.lists(stand)
                      ? List.of()
                      : Succession.losses(old, successor, stand))
          .forEach(loss -> moved.lost.add(lost(user, loss)));
    }
    return moved;
  }

  private static Extension.Lost lost(Member user, Loss loss) {
    return new Extension.Lost(
        user, loss.to(), "no way leads there from " + user.service().template() + " any more");
  }
}
