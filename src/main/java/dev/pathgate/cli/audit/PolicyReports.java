package dev.pathgate.cli.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.cli.audit.AuditFinding.Severity;
import dev.pathgate.cli.output.StructuredOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Findings as PolicyReports ({@code wgpolicyk8s.io/v1alpha2}), one for each namespace that was
 * looked at: where nothing is wrong any more, an empty one takes the place of the last.
 */
final class PolicyReports {
  private static final String VERSION = "wgpolicyk8s.io/v1alpha2";

  private PolicyReports() {}

  /**
   * @param whole whether all there is was looked at, so that a namespace without findings has none
   */
  static String of(AuditReport report, boolean whole) {
    Map<String, List<AuditFinding>> byNamespace = new TreeMap<>();
    if (whole) {
      report.namespaces().forEach(namespace -> byNamespace.put(namespace, new ArrayList<>()));
    }
    report
        .findings()
        .forEach(
            finding ->
                byNamespace
                    .computeIfAbsent(
                        finding.item().object().metadata().namespace(), key -> new ArrayList<>())
                    .add(finding));
    return byNamespace.entrySet().stream()
        .map(entry -> StructuredOutput.yaml(document(entry.getKey(), entry.getValue())))
        .collect(Collectors.joining("---\n"));
  }

  private static ObjectNode document(String namespace, List<AuditFinding> findings) {
    ObjectNode json =
        StructuredOutput.object()
            .put("apiVersion", VERSION)
            .put("kind", namespace.isEmpty() ? "ClusterPolicyReport" : "PolicyReport");
    ObjectNode metadata = json.putObject("metadata").put("name", "pathgate");
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    long failed = findings.stream().filter(finding -> finding.severity() == Severity.ERROR).count();
    json.putObject("summary")
        .put("pass", 0)
        .put("fail", failed)
        .put("warn", findings.size() - failed)
        .put("error", 0)
        .put("skip", 0);
    ArrayNode results = json.putArray("results");
    findings.forEach(finding -> result(results.addObject(), finding));
    return json;
  }

  private static void result(ObjectNode json, AuditFinding finding) {
    json.put("source", "pathgate")
        .put("policy", "pathgate")
        .put("rule", finding.check())
        .put("result", finding.severity() == Severity.ERROR ? "fail" : "warn")
        .put(
            "severity",
            switch (finding.severity()) {
              case ERROR -> "high";
              case WARNING -> "medium";
              case INFO -> "info";
            })
        .put("message", finding.message());
    ObjectNode resource =
        json.putArray("resources")
            .addObject()
            .put("apiVersion", finding.item().object().apiVersion())
            .put("kind", finding.item().kind().kindName())
            .put("name", finding.item().object().metadata().name());
    if (finding.item().kind().isNamespaced()) {
      resource.put("namespace", finding.item().object().metadata().namespace());
    }
    ObjectNode properties = json.putObject("properties").put("fix", finding.fix());
    if (!finding.field().isEmpty()) {
      properties.put("field", finding.field());
    }
  }
}
