package dev.pathgate.cli.doctor;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one check found.
 *
 * @param id in kebab-case, such as {@code ca-bundle}
 * @param fix what to do about it; empty where there is nothing to do
 */
record CheckResult(String id, Status status, String message, String fix) {
  /** How it stands. */
  enum Status {
    OK,
    WARNING,
    ERROR,
    SKIPPED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static CheckResult ok(String id, String message) {
    return new CheckResult(id, Status.OK, message, "");
  }

  static CheckResult warning(String id, String message, String fix) {
    return new CheckResult(id, Status.WARNING, message, fix);
  }

  static CheckResult error(String id, String message, String fix) {
    return new CheckResult(id, Status.ERROR, message, fix);
  }

  static CheckResult skipped(String id, String why, String fix) {
    return new CheckResult(id, Status.SKIPPED, why, fix);
  }

  /** The worst of what one check found in several places; what is equally bad is said together. */
  static CheckResult worst(List<CheckResult> found) {
    Status worst =
        Stream.of(Status.ERROR, Status.WARNING, Status.SKIPPED, Status.OK)
            .filter(status -> found.stream().anyMatch(one -> one.status() == status))
            .findFirst()
            .orElseThrow();
    List<CheckResult> told = found.stream().filter(one -> one.status() == worst).toList();
    return new CheckResult(
        told.get(0).id(),
        worst,
        told.stream().map(CheckResult::message).distinct().collect(Collectors.joining("; ")),
        told.stream().map(CheckResult::fix).distinct().collect(Collectors.joining("; ")));
  }

  /** Not looked at, since the caller may not. */
  static CheckResult unseen(String id, Reading reading) {
    return skipped(
        id, reading.unseen(), "have an RBAC rule allow it, or run doctor as somebody who may");
  }
}
