package dev.pathgate.cli.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.cli.audit.AuditFinding.Severity;
import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.Counted;
import dev.pathgate.cli.output.Junit;
import dev.pathgate.cli.output.Result;
import dev.pathgate.cli.output.StructuredOutput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A report of {@code audit} for people, programs and test reports. */
final class AuditFormats {
  private static final String INDENT = " ".repeat(9);

  private AuditFormats() {}

  static String text(AuditReport report, Console console) {
    StringBuilder text = new StringBuilder();
    for (Severity severity : Severity.values()) {
      report.findings().stream()
          .filter(finding -> finding.severity() == severity)
          .forEach(finding -> line(text, finding, console));
    }
    return text.append(Counted.of(report.objects(), "object"))
        .append(": ")
        .append(Counted.of(report.count(Severity.ERROR), "error"))
        .append(", ")
        .append(Counted.of(report.count(Severity.WARNING), "warning"))
        .append(", ")
        .append(Counted.of(report.count(Severity.INFO), "info"))
        .append('\n')
        .toString();
  }

  private static void line(StringBuilder text, AuditFinding finding, Console console) {
    String word = String.format("%-7s", finding.severity().word());
    text.append(
            switch (finding.severity()) {
              case ERROR -> console.red(word);
              case WARNING -> console.yellow(word);
              case INFO -> console.faint(word);
            })
        .append("  ")
        .append(console.bold(finding.item().ref().toString()));
    if (!finding.item().file().isEmpty()) {
      text.append("  ")
          .append(
              console.faint(finding.item().file() + ":" + finding.item().line(finding.field())));
    }
    text.append('\n')
        .append(INDENT)
        .append(console.wrapped(INDENT.length(), finding.message()))
        .append('\n')
        .append(INDENT)
        .append(console.faint(console.wrapped(INDENT.length(), "fix: " + finding.fix())))
        .append('\n');
  }

  static String json(AuditReport report) {
    ObjectNode json = StructuredOutput.object();
    ArrayNode findings = json.putArray("findings");
    for (AuditFinding finding : report.findings()) {
      ObjectNode entry =
          findings
              .addObject()
              .put("severity", finding.severity().word())
              .put("check", finding.check())
              .put("kind", finding.item().kind().kindName())
              .put("namespace", finding.item().object().metadata().namespace())
              .put("name", finding.item().object().metadata().name())
              .put("field", finding.field())
              .put("message", finding.message())
              .put("fix", finding.fix());
      StructuredOutput.place(entry, finding.item().file(), finding.item().line(finding.field()));
    }
    json.putObject("summary")
        .put("objects", report.objects())
        .put("error", report.count(Severity.ERROR))
        .put("warning", report.count(Severity.WARNING))
        .put("info", report.count(Severity.INFO));
    return StructuredOutput.text(json);
  }

  static List<Result> results(AuditReport report) {
    List<Result> results = new ArrayList<>();
    report.unreadable().forEach(problem -> results.add(Result.of(problem)));
    report.findings().forEach(finding -> results.add(finding.result()));
    return results;
  }

  static String junit(AuditReport report) {
    Map<String, Junit.Case> cases = new LinkedHashMap<>();
    for (Result result : results(report)) {
      Junit.Case one =
          cases.computeIfAbsent(
              result.subject(),
              subject ->
                  new Junit.Case("pathgate.audit", subject, new ArrayList<>(), new ArrayList<>()));
      (result.level() == Result.Level.ERROR ? one.failures() : one.notes()).add(result);
    }
    return Junit.text("pathgate audit", List.copyOf(cases.values()));
  }
}
