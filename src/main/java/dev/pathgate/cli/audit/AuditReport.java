package dev.pathgate.cli.audit;

import dev.pathgate.cluster.Manifests.Problem;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What {@code audit} found.
 *
 * @param objects how many objects were looked at
 * @param namespaces where they are, sorted; the empty one if some are in none
 */
record AuditReport(
    List<AuditFinding> findings, List<Problem> unreadable, int objects, Set<String> namespaces) {
  AuditReport {
    findings = List.copyOf(findings);
    unreadable = List.copyOf(unreadable);
    namespaces = Collections.unmodifiableSet(new TreeSet<>(namespaces));
  }

  /** The same, where other namespaces were looked into as well. */
  AuditReport and(Set<String> others) {
    Set<String> all = new TreeSet<>(namespaces);
    all.addAll(others);
    return new AuditReport(findings, unreadable, objects, all);
  }

  long count(AuditFinding.Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }
}
