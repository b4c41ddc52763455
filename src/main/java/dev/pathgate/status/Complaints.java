package dev.pathgate.status;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Says what is wrong once, not per retry; and once that it is over. */
final class Complaints {
  private static final int REMEMBERED = 10_000;

  private final Logger log;
  private final Set<String> open = ConcurrentHashMap.newKeySet();

  Complaints(Logger log) {
    this.log = log;
  }

  /** Warns, unless {@code subject} is known to be in trouble. */
  void about(String subject, String message) {
    if (open.size() >= REMEMBERED) {
      open.clear();
    }
    if (open.add(subject)) {
      log.warn(message);
    }
  }

  /** The trouble with {@code subject}, if there was any, is over. */
  void settle(String subject, String message) {
    if (open.remove(subject)) {
      log.info(message);
    }
  }

  /** All trouble, if there was any, is over. */
  void settleAll(String message) {
    if (!open.isEmpty()) {
      open.clear();
      log.info(message);
    }
  }

  /** Nobody needs to know any more. */
  void forget(String subject) {
    open.remove(subject);
  }
}
