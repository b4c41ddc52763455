package dev.pathgate.cli.plan;

import dev.pathgate.cli.output.Console;
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
      text.append(console.red("stuck"))
          .append("  ")
          .append(console.bold(stuck.member().service().identity()))
          .append(" of ")
          .append(stuck.member().item().ref())
          .append(" at ")
          .append(stuck.member().service().template())
          .append(": ")
          .append(stuck.reason())
          .append('\n');
    }
    return text.append(planned.summary()).append('\n').toString();
  }

  private static void group(StringBuilder text, List<Move> group, Console console) {
    Move first = group.get(0);
    text.append(console.bold(first.member().service().identity()))
        .append(": ")
        .append(first.member().service().template())
        .append(" → ")
        .append(first.to())
        .append('\n');
    group.forEach(move -> text.append("  ").append(move.member().item().ref()).append('\n'));
    for (int i = 0; i < first.edits().size(); i++) {
      PlannedEdit before = first.before(i);
      PlannedEdit after = first.edits().get(i);
      List<String> changes = new ArrayList<>();
      if (!after.template().equals(before.template())) {
        changes.add("template: " + console.green(after.template()));
      }
      if (!after.templateChain().equals(before.templateChain())) {
        changes.add("templateChain: " + console.yellow(after.templateChain()));
      }
      if (!after.version().equals(before.version())) {
        changes.add(after.version().map(version -> "version: " + version).orElse("no version"));
      }
      text.append("    ").append(i + 1).append(". ");
      text.append(String.join(", ", changes)).append('\n');
    }
  }
}
