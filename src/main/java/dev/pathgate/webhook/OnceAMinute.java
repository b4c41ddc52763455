package dev.pathgate.webhook;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Logs what many clients may cause only once a minute for each reason, and how often it happened.
 */
final class OnceAMinute {
  private static final long NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Logger log;
  private final Map<String, Said> byReason = new ConcurrentHashMap<>();

  private record Said(long atNanos, long unsaid) {}

  OnceAMinute(Logger log) {
    this.log = log;
  }

  /**
   * Warns, unless it did so for this reason within a minute.
   *
   * @param reason one of few
   */
  void warn(String reason, String message) {
    long now = System.nanoTime();
    byReason.compute(
        reason,
        (key, said) -> {
          if (said != null && now - said.atNanos < NANOS) {
            return new Said(said.atNanos, said.unsaid + 1);
          }
          log.warn(
              said == null || said.unsaid == 0
                  ? message
                  : message + " (and " + said.unsaid + " times since this was last said)");
          return new Said(now, 0);
        });
  }
}
