package dev.pathgate.cli.check;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.cli.gate.PrintedVerdict;
import dev.pathgate.cli.input.Item;
import dev.pathgate.cli.output.StructuredOutput;
import dev.pathgate.cluster.Manifests.Problem;

/** A report of {@code check} for programs. */
final class CheckJson {
  private CheckJson() {}

  static String of(CheckReport report) {
    ObjectNode json = StructuredOutput.object();
    ArrayNode verdicts = json.putArray("verdicts");
    report.judged().forEach(checked -> verdicts.add(verdict(checked)));
    ArrayNode unreadable = json.putArray("unreadable");
    report
        .unreadable()
        .forEach(
            problem ->
                unreadable
                    .addObject()
                    .put("file", problem.file())
                    .put("line", problem.line())
                    .put("reason", problem.reason()));
    if (!report.hints().isEmpty()) {
      ArrayNode warnings = json.putArray("warnings");
      for (Problem hint : report.hints()) {
        warnings
            .addObject()
            .put("file", hint.file())
            .put("line", hint.line())
            .put("message", hint.reason());
      }
    }
    json.putObject("summary")
        .put("judged", report.judged().size())
        .put("denied", report.denied())
        .put("warned", report.warned())
        .put("unchanged", report.unchanged())
        .put("skipped", report.skipped());
    return StructuredOutput.text(json);
  }

  private static ObjectNode verdict(Checked checked) {
    Item item = checked.edit().item();
    ObjectNode json =
        StructuredOutput.object()
            .put("operation", checked.edit().operation().name())
            .put("kind", item.kind().kindName())
            .put("namespace", item.object().metadata().namespace())
            .put("name", item.object().metadata().name());
    StructuredOutput.place(json, item.file(), item.line());
    json.put("allowed", checked.verdict().isAllowed());
    ArrayNode causes = json.putArray("causes");
    for (PrintedVerdict.Cause cause : checked.verdict().causes()) {
      ObjectNode entry =
          causes
              .addObject()
              .put("rule", cause.rule())
              .put("field", cause.field())
              .put("message", cause.message());
      StructuredOutput.place(entry, item.file(), item.line(cause.field()));
    }
    ArrayNode warnings = json.putArray("warnings");
    checked
        .verdict()
        .warnings()
        .forEach(
            warning ->
                warnings.addObject().put("rule", warning.rule()).put("message", warning.message()));
    return json;
  }
}
