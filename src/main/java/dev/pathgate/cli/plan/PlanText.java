package dev.pathgate.cli.plan;

import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.cli.output.Console;
import dev.pathgate.kube.OneLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plan for people: objects with the same way together. */
final class PlanText {
  private PlanText() {}

  static String of(Planned planned, Console console) {
    StringBuilder text = new StringBuilder();
    Map<Object, List<Move>> groups = new LinkedHashMap<>();
    planned
        .moves()
        .forEach(move -> groups.computeIfAbsent(move.way(), key -> new ArrayList<>()).add(move));
    groups.values().forEach(group -> group(text, group, console));
    for (Planned.Stuck stuck : planned.stuck()) {
      Member member = stuck.member();
      text.append(console.red("stuck"))
          .append("  ")
          .append(console.bold(OneLine.of(member.service().identity())))
          .append(" of ")
          .append(
              OneLine.of(
                  member.item().ref()
                      + " at "
                      + member.service().template()
                      + ": "
                      + stuck.reason()))
          .append('\n');
    }
    return text.append(planned.summary()).append('\n').toString();
  }

  private static void group(StringBuilder text, List<Move> group, Console console) {
    Move first = group.get(0);
    text.append(console.bold(OneLine.of(first.member().service().identity())))
        .append(": ")
        .append(OneLine.of(first.member().service().template() + " → " + first.to()))
        .append('\n');
    for (Move move : group) {
      text.append("  ").append(OneLine.of(move.member().item().ref().toString())).append('\n');
    }
    for (int i = 0; i < first.edits().size(); i++) {
      PlannedEdit before = first.before(i);
      PlannedEdit after = first.edits().get(i);
      List<String> changes = new ArrayList<>();
      if (!after.template().equals(before.template())) {
        changes.add("template: " + console.green(OneLine.of(after.template())));
      }
      if (!after.templateChain().equals(before.templateChain())) {
        changes.add("templateChain: " + console.yellow(OneLine.of(after.templateChain())));
      }
      if (!after.version().equals(before.version())) {
        changes.add(
            after.version().map(version -> "version: " + OneLine.of(version)).orElse("no version"));
      }
      text.append("    ").append(i + 1).append(". ");
      text.append(String.join(", ", changes)).append('\n');
    }
  }
}
