package dev.pathgate.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.rule.ObjectRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What was written to each object lately. If somebody undoes our writes in a loop, we must not loop
 * too: the same content is written again to the same object only after a pause, which doubles each
 * time. A change of the spec or of a chain starts afresh.
 */
final class WriteLog {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration MAX_PAUSE = Duration.ofMinutes(10);
  private static final int REMEMBERED = 4;

  private final LongSupplier nanos;
  private final Map<ObjectRef, Written> written = new ConcurrentHashMap<>();

  /**
   * @param recent the last contents, the newest last
   * @param undone how often one of them had to be written again
   * @param before the object's version that the last write went out from
   * @param after the version that it made
   */
  private record Written(List<Digest> recent, int undone, String before, String after, long at) {}

  WriteLog(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * What a write says, leaving out when it is said.
   *
   * @param paths the digest of the paths in {@code status}, if it has them
   */
  static Digest content(ObjectNode status, Digest paths, long generation) {
    Digest conditions = Digest.OF_NOTHING;
    for (JsonNode condition : status.path("conditions")) {
      ObjectNode lasting = condition.deepCopy();
      lasting.remove("lastTransitionTime");
      conditions = Digest.ofTexts(conditions.toString(), lasting.toString());
    }
    return Digest.ofTexts(
        String.valueOf(generation),
        status.has("servicesUpgradePaths") ? paths.toString() : "",
        conditions.toString());
  }

  /** Whether that very write was done, and the version that is known is the one before it. */
  boolean isUnseen(ObjectRef object, Digest content, String knownVersion) {
    Written last = written.get(object);
    return last != null
        && last.before().equals(knownVersion)
        && !last.after().equals(knownVersion)
        && last.recent().get(last.recent().size() - 1).equals(content);
  }

  /** How long to wait before that is written, if not now. */
  Optional<Duration> wait(ObjectRef object, Digest content) {
    Written last = written.get(object);
    if (last == null || !last.recent().contains(content)) {
      return Optional.empty();
    }
    long left = last.at() + pause(last.undone()).toNanos() - nanos.getAsLong();
    return left > 0 ? Optional.of(Duration.ofNanos(left)) : Optional.empty();
  }

  private static Duration pause(int undone) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(undone, 20));
    return pause.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : pause;
  }

  /** That was written. */
  void add(ObjectRef object, Digest content, String before, String after) {
    long now = nanos.getAsLong();
    written.compute(
        object,
        (key, last) -> {
          boolean old = last == null || now - last.at() > MAX_PAUSE.multipliedBy(2).toNanos();
          List<Digest> recent = old ? new ArrayList<>() : new ArrayList<>(last.recent());
          int undone = old ? 0 : last.undone() + (recent.contains(content) ? 1 : 0);
          recent.remove(content);
          recent.add(content);
          if (recent.size() > REMEMBERED) {
            recent.remove(0);
          }
          return new Written(List.copyOf(recent), undone, before, after, now);
        });
  }

  void discard(ObjectRef object) {
    written.remove(object);
  }
}
