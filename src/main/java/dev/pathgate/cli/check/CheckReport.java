package dev.pathgate.cli.check;

import dev.pathgate.cluster.Manifests.Problem;
import java.util.List;

/**
 * What {@code check} found.
 *
 * @param judged one per object that the change touches
 * @param unreadable documents of either side that can't be read
 */
record CheckReport(List<Checked> judged, List<Problem> unreadable, int unchanged, int skipped) {
  CheckReport {
    judged = List.copyOf(judged);
    unreadable = List.copyOf(unreadable);
  }

  long denied() {
    return judged.stream().filter(one -> !one.verdict().isAllowed()).count();
  }

  long warned() {
    return judged.stream()
        .filter(one -> one.verdict().isAllowed() && !one.verdict().warnings().isEmpty())
        .count();
  }

  boolean hasWarnings() {
    return judged.stream().anyMatch(one -> !one.verdict().warnings().isEmpty());
  }
}
