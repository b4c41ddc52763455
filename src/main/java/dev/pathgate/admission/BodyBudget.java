package dev.pathgate.admission;

import java.util.Iterator;
import java.util.LinkedHashSet;
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
      if (more == 0) {
        return true;
      }
      synchronized (BodyBudget.this) {
        if (left || !makeRoom(this, more)) {
          return false;
        }
        held += more;
        taken += more;
        arriving.add(this);
        return true;
      }
    }

    /** The body is whole: it can no longer be told to leave. */
    void arrived() {
      synchronized (BodyBudget.this) {
        arriving.remove(this);
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

  private boolean makeRoom(Share newcomer, long more) {
    long now = System.nanoTime();
    Iterator<Share> oldest = arriving.iterator();
    while (held + more > bytes && oldest.hasNext()) {
      Share share = oldest.next();
      if (now - share.sinceNanos < patienceNanos) {
        break;
      }
      if (share != newcomer) {
        oldest.remove();
        held -= share.taken;
        share.taken = 0;
        share.left = true;
        share.leave.run();
      }
    }
    return held + more <= bytes;
  }
}
