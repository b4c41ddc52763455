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
import dev.pathgate.cluster.Manifests.Problem;
import java.util.ArrayList;
import java.util.List;

/** A report of {@code check} in the format that was asked for. */
final class CheckFormats {
  private final CheckReport report;
  private final Level warning;

  private CheckFormats(CheckReport report, Level warning) {
    this.report = report;
    this.warning = warning;
  }

  /**
   * The report's text.
   *
   * @param warningsAsErrors whether what other tools show as a failure includes warnings
   */
  static String text(
      CheckReport report, Check.Format format, boolean warningsAsErrors, Console console) {
    CheckFormats formats = new CheckFormats(report, warningsAsErrors ? Level.ERROR : Level.WARNING);
    return switch (format) {
      case TEXT -> CheckText.of(report, console);
      case JSON -> CheckJson.of(report);
      case SARIF -> Sarif.text(formats.results(), BuildVersion.get());
      case JUNIT -> Junit.text("pathgate check", formats.cases());
      case GITHUB -> Github.text(formats.results());
      case GITLAB -> Gitlab.text(formats.results());
    };
  }

  private List<Result> results() {
    List<Result> results = new ArrayList<>();
    report.unreadable().forEach(problem -> results.add(Result.of(problem)));
    report.hints().forEach(hint -> results.add(Result.ofHint(warning, hint)));
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

  private List<Result> warnings(Checked checked) {
    Item item = checked.edit().item();
    List<Result> results = new ArrayList<>();
    for (PrintedVerdict.Warning said : checked.verdict().warnings()) {
      results.add(
          new Result(
              warning,
              said.rule().isEmpty() ? "warning" : said.rule(),
              item.ref().toString(),
              "",
              said.message(),
              item.file(),
              item.line()));
    }
    return results;
  }

  private static Junit.Case document(Problem problem, Result result) {
    List<Result> said = List.of(result);
    boolean fails = result.level() == Level.ERROR;
    return new Junit.Case(
        "document",
        problem.file() + ":" + problem.line(),
        fails ? said : List.of(),
        fails ? List.of() : said);
  }

  private List<Junit.Case> cases() {
    List<Junit.Case> cases = new ArrayList<>();
    report.unreadable().forEach(problem -> cases.add(document(problem, Result.of(problem))));
    report.hints().forEach(hint -> cases.add(document(hint, Result.ofHint(warning, hint))));
    for (Checked checked : report.judged()) {
      Item item = checked.edit().item();
      List<Result> failures = new ArrayList<>(denials(checked));
      List<Result> notes = new ArrayList<>();
      (warning == Level.ERROR ? failures : notes).addAll(warnings(checked));
      cases.add(
          new Junit.Case(
              item.kind().kindName(),
              checked.edit().operation() + " " + item.ref(),
              failures,
              notes));
    }
    return cases;
  }
}
