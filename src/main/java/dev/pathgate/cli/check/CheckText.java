package dev.pathgate.cli.check;

import dev.pathgate.cli.gate.Judgement;
import dev.pathgate.cli.input.Item;
import dev.pathgate.cli.output.Console;

/** A report of {@code check} for people. */
final class CheckText {
  private CheckText() {}

  static String of(CheckReport report, Console console) {
    StringBuilder text = new StringBuilder();
    for (Checked checked : report.judged()) {
      if (checked.judgement().severity() > 0) {
        verdict(text, checked, console);
      }
    }
    text.append(summary(report)).append('\n');
    return text.toString();
  }

  private static void verdict(StringBuilder text, Checked checked, Console console) {
    Item item = checked.edit().item();
    boolean allowed = checked.judgement().isAllowed();
    text.append(allowed ? console.yellow("warned") : console.red("denied"))
        .append("  ")
        .append(checked.edit().operation())
        .append(' ')
        .append(console.bold(item.ref().toString()));
    if (!item.file().isEmpty()) {
      text.append("  ").append(console.faint(item.file() + ":" + item.line()));
    }
    text.append('\n');
    for (Judgement.Cause cause : checked.judgement().causes()) {
      text.append("        ");
      if (!item.file().isEmpty() && !cause.field().isEmpty()) {
        text.append(console.faint(item.file() + ":" + item.line(cause.field()))).append(' ');
      }
      text.append(cause.field().isEmpty() ? "" : cause.field() + ": ")
          .append(cause.message())
          .append('\n');
    }
    for (Judgement.Warning warning : checked.judgement().warnings()) {
      text.append("        ")
          .append(console.yellow("warning: "))
          .append(warning.message())
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
        + report.skipped()
        + " documents skipped"
        + (report.unreadable().isEmpty() ? "" : ", " + report.unreadable().size() + " unreadable");
  }
}
