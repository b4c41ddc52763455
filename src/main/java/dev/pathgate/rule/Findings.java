package dev.pathgate.rule;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the rules found in one edit.
 *
 * @param reported what the user is told, in order
 * @param needs what has to be read from the API server before any of it may be told; empty once all
 *     of it was, or if nothing rests on the cluster
 */
public record Findings(List<Finding> reported, Set<Violation.Need> needs) {
  public Findings {
    reported = List.copyOf(reported);
    needs = Collections.unmodifiableSet(new LinkedHashSet<>(needs)); // read in this order
  }

  Findings(List<Finding> reported, Collection<Violation.Need> needs) {
    this(reported, new LinkedHashSet<>(needs));
  }

  /** Nothing to say. */
  public static Findings none() {
    return new Findings(List.of(), Set.of());
  }

  /** Those that deny the edit. */
  public List<Finding> denials() {
    return reported.stream().filter(Finding::denies).toList();
  }

  /** Those that only warn. */
  public List<Finding> warnings() {
    return reported.stream().filter(finding -> !finding.denies()).toList();
  }
}
