package dev.pathgate.rule;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the rules found in one edit.
 *
 * @param spoken what the user is told, in order
 * @param needs what has to be read from the API server before any of it may be told; empty once all
 *     of it was, or if nothing rests on the cluster
 */
public record Findings(List<Finding> spoken, Set<Violation.Need> needs) {
  public Findings {
    spoken = List.copyOf(spoken);
    needs = Set.copyOf(needs);
  }

  Findings(List<Finding> spoken, Collection<Violation.Need> needs) {
    this(spoken, new LinkedHashSet<>(needs));
  }

  /** Nothing to say. */
  public static Findings none() {
    return new Findings(List.of(), Set.of());
  }

  /** Those that deny the edit. */
  public List<Finding> denials() {
    return spoken.stream().filter(Finding::denies).toList();
  }

  /** Those that only warn. */
  public List<Finding> warnings() {
    return spoken.stream().filter(finding -> !finding.denies()).toList();
  }
}
