package dev.pathgate.cluster;

import java.util.concurrent.atomic.AtomicLong;

/** So many bytes of memory, for what requests read at the same time. */
public final class Room {
  static final Room UNBOUNDED = new Room(Long.MAX_VALUE);

  private final AtomicLong left;

  Room(long bytes) {
    this.left = new AtomicLong(bytes);
  }

  private boolean take(long bytes) {
    return left.getAndUpdate(now -> bytes <= now ? now - bytes : now) >= bytes;
  }

  /** What one request has taken, until it is over. */
  static final class Loan implements AutoCloseable {
    private final Room room;
    private long taken;
    private boolean closed;

    Loan(Room room) {
      this.room = room;
    }

    /** Whether there was room; not after the end. */
    synchronized boolean take(long bytes) {
      if (closed || !room.take(bytes)) {
        return false;
      }
      taken += bytes;
      return true;
    }

    @Override
    public synchronized void close() {
      closed = true;
      room.left.addAndGet(taken);
      taken = 0;
    }
  }
}
