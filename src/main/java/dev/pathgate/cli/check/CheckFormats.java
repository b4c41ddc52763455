package dev.pathgate.cli.check;

import dev.pathgate.cli.gate.PrintedVerdict;
import dev.pathgate.cli.input.Item;
import dev.pathgate.cli.output.BuildVersion;
import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.Github;
import dev.pathgate.cli.output.Gitlab;
import dev.pathgate.cli.output.Junit;
import dev.pathgate.cli.output.Result;
import dev.pathgate.cli.output.Result.Level;
import dev.pathgate.cli.output.Sarif;
import java.util.ArrayList;
import java.util.List;

/** A report of {@code check} in the format that was asked for. */
final class CheckFormats {
  private CheckFormats() {}

  static String text(CheckReport report, Check.Format format, Console console) {
    return switch (format) {
      case TEXT -> CheckText.of(report, console);
      case JSON -> CheckJson.of(report);
      case SARIF -> Sarif.text(results(report), BuildVersion.get());
      case JUNIT -> Junit.text("pathgate check", cases(report));
      case GITHUB -> Github.text(results(report));
      case GITLAB -> Gitlab.text(results(report));
    };
  }

  private static List<Result> results(CheckReport report) {
    List<Result> results = new ArrayList<>();
    report.unreadable().forEach(problem -> results.add(Result.of(problem)));
    for (Checked checked : report.judged()) {
      results.addAll(denials(checked));
      results.addAll(warnings(checked));
    }
    return results;
  }

  private static List<Result> denials(Checked checked) {
    Item item = checked.edit().item();
    return checked.verdict().causes().stream()
        .map(
            cause ->
                new Result(
                    Level.ERROR,
                    cause.rule(),
                    item.ref().toString(),
                    cause.field(),
                    cause.message(),
                    item.file(),
                    item.line(cause.field())))
        .toList();
  }

  private static List<Result> warnings(Checked checked) {
    Item item = checked.edit().item();
    List<Result> results = new ArrayList<>();
    for (PrintedVerdict.Warning warning : checked.verdict().warnings()) {
      results.add(
          new Result(
              Level.WARNING,
              warning.rule().isEmpty() ? "warning" : warning.rule(),
              item.ref().toString(),
              "",
              warning.message(),
              item.file(),
              item.line()));
    }
    return results;
  }

  private static List<Junit.Case> cases(CheckReport report) {
    List<Junit.Case> cases = new ArrayList<>();
    report
        .unreadable()
        .forEach(
            problem ->
                cases.add(
                    new Junit.Case(
                        "document",
                        problem.file() + ":" + problem.line(),
                        List.of(Result.of(problem)),
                        List.of())));
    for (Checked checked : report.judged()) {
      Item item = checked.edit().item();
      cases.add(
          new Junit.Case(
              item.kind().kindName(),
              checked.edit().operation() + " " + item.ref(),
              denials(checked),
              warnings(checked)));
    }
    return cases;
  }
}
