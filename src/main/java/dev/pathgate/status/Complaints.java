package dev.pathgate.status;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Says what is wrong once, not per retry; and once that it is over. */
final class Complaints {
  private static final int REMEMBERED = 10_000;

  private final Logger log;
  private final Map<String, String> open = new ConcurrentHashMap<>();

  Complaints(Logger log) {
    this.log = log;
  }

  /** Warns, unless the same was said about {@code subject} last. */
  void about(String subject, String message) {
    if (open.size() >= REMEMBERED) {
      open.clear();
    }
    if (!message.equals(open.put(subject, message))) {
      log.warn(message);
    }
  }

  /** The trouble with {@code subject}, if there was any, is over. */
  void settle(String subject, String message) {
    if (!open.isEmpty() && open.remove(subject) != null) {
      log.info(message);
    }
  }

  /** Nobody needs to know any more. */
  void forget(String subject) {
    open.remove(subject);
  }
}
