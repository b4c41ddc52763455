package dev.pathgate.webhook;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How many bytes of request bodies may be held at the same time. When there is no room left, the
 * bodies that have been arriving for longest have to go: an API server sends its own in a few
 * milliseconds.
 */
final class BodyBudget {
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final long bytes;
  private final long timeoutNanos;
  private final Set<Share> arriving = new LinkedHashSet<>();
  private long held;

  BodyBudget(long bytes) {
    this(bytes, TIMEOUT_NANOS);
  }

  /**
   * @param timeoutNanos how long a body may be arriving before it can be evicted
   */
  BodyBudget(long bytes, long timeoutNanos) {
    this.bytes = bytes;
    this.timeoutNanos = timeoutNanos;
  }

  /** What one body holds. */
  final class Share {
    private final long sinceNanos = System.nanoTime();
    private final Runnable evict;
    private long taken;
    private boolean isEvicted;

    private Share(Runnable evict) {
      this.evict = evict;
    }

    /** Takes {@code more} bytes; false, and nothing taken, if they don't fit. */
    boolean grow(long more) {
      synchronized (BodyBudget.this) {
        if (isEvicted || !makeRoom(this, more)) {
          return false;
        }
        if (more == 0) {
          return true;
        }
        held += more;
        taken += more;
        arriving.add(this);
        return true;
      }
    }

    /** The body is whole and can no longer be evicted; false if it was before. */
    boolean arrived() {
      synchronized (BodyBudget.this) {
        arriving.remove(this);
        return !isEvicted;
      }
    }

    /** Releases all that it holds. */
    void release() {
      synchronized (BodyBudget.this) {
        arriving.remove(this);
        held -= taken;
        taken = 0;
      }
    }
  }

  /**
   * An empty share.
   *
   * @param evict is run, once at most, when its bytes were given to another body; must not block
   */
  Share share(Runnable evict) {
    return new Share(evict);
  }

  /** Evicts as many of the oldest as it takes, or none if that is not enough. */
  private boolean makeRoom(Share newcomer, long more) {
    if (held + more <= bytes) {
      return true;
    }
    List<Share> evicted = new ArrayList<>();
    long kept = held;
    long now = System.nanoTime();
    for (Share oldest : arriving) {
      if (kept + more <= bytes || now - oldest.sinceNanos < timeoutNanos) {
        break;
      }
      if (oldest != newcomer) {
        evicted.add(oldest);
        kept -= oldest.taken;
      }
    }
    if (kept + more > bytes) {
      return false;
    }
    for (Share share : evicted) {
      arriving.remove(share);
      share.taken = 0;
      share.isEvicted = true;
      share.evict.run();
    }
    held = kept;
    return true;
  }
}
