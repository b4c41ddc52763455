package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.cli.doctor.CheckResult.Status;
import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.Counted;
import dev.pathgate.cli.output.StructuredOutput;
import java.util.List;

/** What {@code doctor} found, for people and programs. */
final class DoctorFormats {
  private static final String INDENT = " ".repeat(29);

  private DoctorFormats() {}

  static String text(List<CheckResult> checks, Console console) {
    StringBuilder text = new StringBuilder();
    for (CheckResult check : checks) {
      String word = String.format("%-7s", check.status().word());
      text.append(
              switch (check.status()) {
                case OK -> console.green(word);
                case WARNING -> console.yellow(word);
                case ERROR -> console.red(word);
                case SKIPPED -> console.faint(word);
              })
          .append("  ")
          .append(console.bold(String.format("%-18s", check.id())))
          .append("  ")
          .append(console.wrapped(INDENT.length(), check.message()))
          .append('\n');
      if (!check.fix().isEmpty()) {
        text.append(INDENT)
            .append(console.faint(console.wrapped(INDENT.length(), "fix: " + check.fix())))
            .append('\n');
      }
    }
    return text.append(
            String.join(
                ", ",
                Counted.of(checks.size(), "check")
                    + ": "
                    + Counted.of(count(checks, Status.ERROR), "error"),
                Counted.of(count(checks, Status.WARNING), "warning"),
                count(checks, Status.SKIPPED) + " skipped\n"))
        .toString();
  }

  static String json(List<CheckResult> checks) {
    ObjectNode json = StructuredOutput.object();
    ArrayNode all = json.putArray("checks");
    for (CheckResult check : checks) {
      all.addObject()
          .put("id", check.id())
          .put("status", check.status().word())
          .put("message", check.message())
          .put("fix", check.fix());
    }
    return StructuredOutput.text(json);
  }

  static long count(List<CheckResult> checks, Status status) {
    return checks.stream().filter(check -> check.status() == status).count();
  }
}
