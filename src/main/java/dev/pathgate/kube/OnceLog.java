package dev.pathgate.kube;

import java.util.Collections;
import java.util.Set;
import org.jboss.logging.Logger;

/** Logs a lasting problem once instead of at each retry, and once more when it is over. */
public final class OnceLog {
  private static final int REMEMBERED = 10_000;

  private final Logger log;
  private final Set<String> open =
      Collections.synchronizedSet(Collections.newSetFromMap(new RecentlyUsed<>(REMEMBERED)));

  /** Says it there. */
  public OnceLog(Logger log) {
    this.log = log;
  }

  /** Warns, unless {@code subject} is known to be in trouble. */
  public void warn(String subject, String message) {
    if (open.add(subject)) {
      log.warn(message);
    }
  }

  /** The same as an error. */
  public void error(String subject, String message) {
    if (open.add(subject)) {
      log.error(message);
    }
  }

  /** The trouble with {@code subject}, if there was any, is over. */
  public void resolve(String subject, String message) {
    if (open.remove(subject)) {
      log.info(message);
    }
  }

  /** All trouble, if there was any, is over. */
  public void resolveAll(String message) {
    if (!open.isEmpty()) {
      open.clear();
      log.info(message);
    }
  }

  /** All trouble is over, and something else says so. */
  public void clear() {
    open.clear();
  }

  /** Nobody needs to know any more. */
  public void discard(String subject) {
    open.remove(subject);
  }
}
