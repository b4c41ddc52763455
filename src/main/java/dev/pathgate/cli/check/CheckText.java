package dev.pathgate.cli.check;

import dev.pathgate.cli.gate.PrintedVerdict;
import dev.pathgate.cli.input.Item;
import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.Counted;

/** A report of {@code check} for people. */
final class CheckText {
  private static final String INDENT = " ".repeat(8);

  private static final String WARNING = "warning:";

  private CheckText() {}

  static String of(CheckReport report, Console console) {
    StringBuilder text = new StringBuilder();
    for (Checked checked : report.judged()) {
      if (!checked.verdict().isSilent()) {
        verdict(text, checked, console);
      }
    }
    text.append(summary(report)).append('\n');
    return text.toString();
  }

  private static void verdict(StringBuilder text, Checked checked, Console console) {
    Item item = checked.edit().item();
    boolean allowed = checked.verdict().isAllowed();
    text.append(allowed ? console.yellow("warned") : console.red("denied"))
        .append("  ")
        .append(checked.edit().operation())
        .append(' ')
        .append(console.bold(item.ref().toString()));
    if (!item.file().isEmpty()) {
      text.append("  ").append(console.faint(item.file() + ":" + item.line()));
    }
    text.append('\n');
    for (PrintedVerdict.Cause cause : checked.verdict().causes()) {
      String field = cause.field().isEmpty() ? "" : cause.field() + ": ";
      String place =
          item.file().isEmpty() || field.isEmpty()
              ? ""
              : item.file() + ":" + item.line(cause.field()) + " ";
      String lines = console.wrapped(INDENT.length(), place + field + cause.message());
      text.append(INDENT)
          .append(lines.startsWith(place) ? console.faint(place.strip()) : "")
          .append(lines.startsWith(place) ? lines.substring(place.strip().length()) : lines)
          .append('\n');
    }
    checked.verdict().help().ifPresent(help -> text.append(INDENT + "See " + help + "\n"));
    for (PrintedVerdict.Warning warning : checked.verdict().warnings()) {
      String lines = console.wrapped(INDENT.length(), WARNING + " " + warning.message());
      text.append(INDENT)
          .append(console.yellow(WARNING))
          .append(lines.substring(WARNING.length()))
          .append('\n');
    }
  }

  private static String summary(CheckReport report) {
    return report.judged().size()
        + " judged: "
        + report.denied()
        + " denied, "
        + report.warned()
        + " warned; "
        + report.unchanged()
        + " unchanged, "
        + Counted.of(report.skipped(), "document")
        + " skipped"
        + (report.unreadable().isEmpty() ? "" : ", " + report.unreadable().size() + " unreadable");
  }
}
