package dev.pathgate.rule;

import java.util.Optional;
import java.util.Set;

/** Violations whose message is at hand. */
public final class ViolationSketch {
  private ViolationSketch() {}

  public static Violation of(
      Violation.Reason reason,
      String field,
      String message,
      Violation.Subject subject,
      Optional<Violation.Need> need) {
    return new Violation(reason, field, () -> message, subject, need.map(Set::of).orElse(Set.of()));
  }
}
