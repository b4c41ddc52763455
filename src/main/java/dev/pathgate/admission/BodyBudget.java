package dev.pathgate.admission;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of request bodies may be held at the same time. Small bodies are not counted, so
 * that a flood of large ones never keeps an ordinary review out.
 */
final class BodyBudget {
  /** Up to this many bytes a body is held without asking. */
  static final int FREE = 64 * 1024;

  private final long bytes;
  private final AtomicLong held = new AtomicLong();

  BodyBudget(long bytes) {
    this.bytes = bytes;
  }

  /** A budget of a quarter of the heap, but never less than one body of the largest size. */
  static BodyBudget forBodiesOf(long maxBodyBytes) {
    return new BodyBudget(Math.max(Runtime.getRuntime().maxMemory() / 4, maxBodyBytes));
  }

  /** Takes {@code count} bytes more; false, and nothing taken, if they don't fit. */
  boolean take(long count) {
    if (held.addAndGet(count) <= bytes) {
      return true;
    }
    held.addAndGet(-count);
    return false;
  }

  void giveBack(long count) {
    held.addAndGet(-count);
  }
}
