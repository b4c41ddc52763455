package dev.pathgate.webhook;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How many bytes of request bodies may be held at the same time. Where there is no more room, the
 * bodies that have been arriving for longest have to leave: an API server sends its own in a few
 * milliseconds.
 */
final class BodyBudget {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final long bytes;
  private final long patienceNanos;
  private final Set<Share> arriving = new LinkedHashSet<>();
  private long held;

  BodyBudget(long bytes) {
    this(bytes, PATIENCE_NANOS);
  }

  /**
   * @param patienceNanos how long a body may be arriving before it can be told to leave
   */
  BodyBudget(long bytes, long patienceNanos) {
    this.bytes = bytes;
    this.patienceNanos = patienceNanos;
  }

  /** What one body holds. */
  final class Share {
    private final long sinceNanos = System.nanoTime();
    private final Runnable leave;
    private long taken;
    private boolean left;

    private Share(Runnable leave) {
      this.leave = leave;
    }

    /** Takes {@code more} bytes; false, and nothing taken, if they don't fit. */
    boolean grow(long more) {
      synchronized (BodyBudget.this) {
        if (left || !makeRoom(this, more)) {
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

    /** The body is whole and can no longer be told to leave; false if it was told before. */
    boolean arrived() {
      synchronized (BodyBudget.this) {
        arriving.remove(this);
        return !left;
      }
    }

    /** Gives back all that it holds. */
    void giveBack() {
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
   * @param leave is run, once at most, when its bytes were given to another body; must not block
   */
  Share share(Runnable leave) {
    return new Share(leave);
  }

  /** Tells as many of the oldest to leave as it takes, or none if that is not enough. */
  private boolean makeRoom(Share newcomer, long more) {
    if (held + more <= bytes) {
      return true;
    }
    List<Share> leaving = new ArrayList<>();
    long kept = held;
    long now = System.nanoTime();
    for (Share oldest : arriving) {
      if (kept + more <= bytes || now - oldest.sinceNanos < patienceNanos) {
        break;
      }
      if (oldest != newcomer) {
        leaving.add(oldest);
        kept -= oldest.taken;
      }
    }
    if (kept + more > bytes) {
      return false;
    }
    for (Share share : leaving) {
      arriving.remove(share);
      share.taken = 0;
      share.left = true;
      share.leave.run();
    }
    held = kept;
    return true;
  }
}
