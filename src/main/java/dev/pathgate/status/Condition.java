package dev.pathgate.status;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.rule.Words;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * The condition {@code pathgate.dev/UpgradePathsResolved}. Its status is {@code True} whatever it
 * says: k0rdent's controller sets an object's {@code Ready} to False for any condition that is not.
 *
 * @param reason one word
 * @param message the services and why; without its middle where the API server would not take it
 */
record Condition(String reason, String message) {
  static final String TYPE = "pathgate.dev/UpgradePathsResolved";

  static final String ALL_RESOLVED = "AllResolved";
  static final String SOME_WITHOUT_PATHS = "SomeWithoutPaths";
  static final String TRUNCATED = "Truncated";
  static final String YIELDED = "Yielded";

  private static final int SERVICES_NAMED = 10;

  /** The CRDs take 32,768 characters. */
  private static final int MESSAGE_LENGTH = 30_000;

  Condition {
    message = Words.cut(message, MESSAGE_LENGTH);
  }

  /** For an object whose field says what the chains offer. */
  static Condition of(UpgradePaths paths, long maxBytes) {
    List<String> without = withoutPaths(paths);
    if (paths.isTruncated()) {
      List<String> parts = new ArrayList<>();
      parts.add(leftOut(paths, maxBytes));
      parts.addAll(without);
      return new Condition(TRUNCATED, some(parts));
    }
    if (!without.isEmpty()) {
      return new Condition(SOME_WITHOUT_PATHS, some(without));
    }
    return new Condition(
        ALL_RESOLVED,
        paths.entries().isEmpty()
            ? "there is no service"
            : "status.servicesUpgradePaths says where each service may go");
  }

  /** For an object whose field somebody else wrote otherwise. */
  static Condition yieldedTo(String manager) {
    return new Condition(
        YIELDED,
        "status.servicesUpgradePaths is left as "
            + manager
            + " wrote it, which is not what the chains lead to; it is written once nobody else owns"
            + " the field");
  }

  /** For an object whose field somebody else overwrote, until ours is written again. */
  static Condition overwrittenBy(String manager) {
    return new Condition(
        YIELDED,
        "status.servicesUpgradePaths is as "
            + manager
            + " wrote it, which is not what the chains lead to; it is written again after a pause");
  }

  private static String leftOut(UpgradePaths paths, long maxBytes) {
    List<String> cut = new ArrayList<>();
    for (UpgradePaths.Entry entry : paths.entries()) {
      if (entry.leftOut() > 0) {
        int all = entry.leftOut() + entry.paths().size();
        cut.add("%s (%d of %d)".formatted(Words.identity(entry.service()), entry.leftOut(), all));
      }
    }
    List<String> parts = new ArrayList<>();
    if (!cut.isEmpty()) {
      parts.add(paths.pathsLeftOut() + " paths left out: " + some(cut));
    }
    if (paths.servicesLeftOut() > 0) {
      parts.add(paths.servicesLeftOut() + " services left out at the end");
    }
    return String.join("; ", parts)
        + ", so that status.servicesUpgradePaths keeps within "
        + maxBytes
        + " bytes";
  }

  private static List<String> withoutPaths(UpgradePaths paths) {
    return paths.entries().stream()
        .filter(entry -> entry.unresolvedReason().isPresent())
        .map(
            entry ->
                "service %s has no paths: %s"
                    .formatted(
                        Words.identity(entry.service()), entry.unresolvedReason().orElseThrow()))
        .toList();
  }

  private static String some(List<String> items) {
    String shown = String.join("; ", items.subList(0, Math.min(SERVICES_NAMED, items.size())));
    int more = items.size() - SERVICES_NAMED;
    return more > 0 ? shown + "; and " + more + " more" : shown;
  }

  /** The condition as the object should have it, beside what it has. */
  ObjectNode json(Observed observed, Instant now) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", TYPE)
        .put("status", "True")
        .put("reason", reason)
        .put("message", message)
        .put("observedGeneration", observed.generation())
        .put(
            "lastTransitionTime",
            observed
                .condition()
                .filter(Observed.SeenCondition::isTrue)
                .map(Observed.SeenCondition::lastTransitionTime)
                .filter(time -> !time.isEmpty())
                .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString()));
  }
}
