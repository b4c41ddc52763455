package dev.pathgate.cli.audit;

import dev.pathgate.cluster.Manifests.Problem;
import java.util.List;

/**
 * What {@code audit} found.
 *
 * @param objects how many objects were looked at
 */
record AuditReport(List<AuditFinding> findings, List<Problem> unreadable, int objects) {
  AuditReport {
    findings = List.copyOf(findings);
    unreadable = List.copyOf(unreadable);
  }

  long count(AuditFinding.Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }
}
