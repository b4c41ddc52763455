package dev.pathgate.cluster;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * How much memory the reviews that are being judged may take together. A review that finds no room
 * waits in line; one that turns out to need more than expected takes more, if there is any.
 */
public final class WorkBudget {
  /** Room for all. */
  static final WorkBudget UNBOUNDED = new WorkBudget(Long.MAX_VALUE);

  private final long bytes;
  private final Deque<Waiting> line = new ArrayDeque<>();
  private long taken;

  /**
   * @param bytes of the heap, about
   */
  public WorkBudget(long bytes) {
    this.bytes = bytes;
  }

  private record Waiting(Share share, Consumer<Share> granted) {}

  /** What one review has taken, or waits for. */
  public final class Share {
    private long held;
    private boolean over;

    private Share(long held) {
      this.held = held;
    }

    /** What is held, or waited for. */
    public long bytes() {
      synchronized (WorkBudget.this) {
        return held;
      }
    }

    /** Takes {@code more} bytes, without waiting; false if others have them. */
    public boolean grow(long more) {
      synchronized (WorkBudget.this) {
        if (over || taken + more > bytes) {
          return false;
        }
        taken += more;
        held += more;
        return true;
      }
    }

    /** Gives back all but {@code bytes} of what was taken. */
    public void shrink(long kept) {
      release(Math.max(0, held - kept));
    }

    /** Gives back all, or leaves the line. */
    public void release() {
      synchronized (WorkBudget.this) {
        if (over) {
          return;
        }
        over = true;
        if (line.removeIf(waiting -> waiting.share == this)) {
          held = 0;
        }
      }
      release(held);
    }

    private void release(long less) {
      List<Waiting> next = new ArrayList<>();
      synchronized (WorkBudget.this) {
        held -= less;
        taken -= less;
        while (!line.isEmpty() && taken + line.peek().share.held <= bytes) {
          taken += line.peek().share.held;
          next.add(line.poll());
        }
      }
      next.forEach(waiting -> waiting.granted.accept(waiting.share));
    }
  }

  /** Whether {@code needed} bytes could be had if nobody else held any. */
  public boolean couldHold(long needed) {
    return needed <= bytes;
  }

  /**
   * Takes {@code needed} bytes, or all if that is less.
   *
   * @param granted is run once they are taken: at once, on this thread, or later, on the thread of
   *     whoever gave them back; must not block
   * @return the share that is taken or waits in line
   */
  public Share take(long needed, Consumer<Share> granted) {
    Share share = new Share(Math.min(needed, bytes));
    synchronized (this) {
      if (!line.isEmpty() || taken + share.held > bytes) {
        line.add(new Waiting(share, granted));
        return share;
      }
      taken += share.held;
    }
    granted.accept(share);
    return share;
  }
}
