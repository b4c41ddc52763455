package dev.pathgate.cli.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Results as SARIF 2.1.0, which code scanning takes. */
public final class Sarif {
  /** What a path may hold as it is, a colon aside. */
  private static final String PLAIN =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/!$&'()*+,;=@";

  private Sarif() {}

  /** The document. */
  public static String text(List<Result> results, String version) {
    ObjectNode sarif = StructuredOutput.object();
    sarif.put("$schema", "https://json.schemastore.org/sarif-2.1.0.json").put("version", "2.1.0");
    ObjectNode run = sarif.putArray("runs").addObject();
    ObjectNode driver = run.putObject("tool").putObject("driver");
    driver.put("name", "pathgate").put("version", version);
    ArrayNode rules = driver.putArray("rules");
    List<String> ids = new ArrayList<>(new TreeSet<>(results.stream().map(Result::rule).toList()));
    ids.forEach(id -> rules.add(rule(id)));
    run.put("columnKind", "utf16CodeUnits");
    ArrayNode found = run.putArray("results");
    results.forEach(result -> found.add(result(result, ids.indexOf(result.rule()))));
    return StructuredOutput.text(sarif);
  }

  private static ObjectNode rule(String id) {
    ObjectNode rule = StructuredOutput.object().put("id", id);
    rule.putObject("shortDescription").put("text", RuleWords.of(id).asks());
    rule.putObject("help").put("text", RuleWords.of(id).fix());
    return rule;
  }

  private static ObjectNode result(Result result, int index) {
    ObjectNode json =
        StructuredOutput.object().put("ruleId", result.rule()).put("ruleIndex", index);
    json.put(
        "level",
        switch (result.level()) {
          case ERROR -> "error";
          case WARNING -> "warning";
          case NOTE -> "note";
        });
    json.putObject("message").put("text", result.subject() + ": " + result.message());
    ObjectNode location = json.putArray("locations").addObject();
    if (!result.file().isEmpty()) {
      ObjectNode physical = location.putObject("physicalLocation");
      physical.putObject("artifactLocation").put("uri", uri(RevisionName.pathOf(result.file())));
      if (result.line() > 0) {
        physical.putObject("region").put("startLine", result.line());
      }
    }
    location
        .putArray("logicalLocations")
        .addObject()
        .put("fullyQualifiedName", result.subject())
        .put("kind", "resource");
    return json;
  }

  /** A path as a reference that no reader takes for a scheme and what follows it. */
  private static String uri(String file) {
    StringBuilder uri = new StringBuilder();
    boolean first = true;
    for (byte one : file.replace('\\', '/').getBytes(StandardCharsets.UTF_8)) {
      first &= one != '/';
      if (PLAIN.indexOf(one) >= 0 || (one == ':' && !first)) {
        uri.append((char) one);
      } else {
        uri.append(String.format("%%%02X", one));
      }
    }
    return uri.toString();
  }
}
