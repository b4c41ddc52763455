package dev.pathgate.cli.check;

import dev.pathgate.cluster.Manifests.Problem;
import java.util.List;

/**
 * What {@code check} found.
 *
 * @param judged one per object that the change touches
 * @param unreadable documents of either side that can't be read
 * @param hints what of the new state can hardly be meant, such as misspelled fields
 */
record CheckReport(
    List<Checked> judged,
    List<Problem> unreadable,
    List<Problem> hints,
    int unchanged,
    int skipped) {
  CheckReport {
    judged = List.copyOf(judged);
    unreadable = List.copyOf(unreadable);
    hints = List.copyOf(hints);
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
    return !hints.isEmpty() || judged.stream().anyMatch(one -> !one.verdict().warnings().isEmpty());
  }
}
