package dev.pathgate.cluster;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many objects of a kind one page of a list has. If objects are so large that the API server
 * can't put a page together in time, the next list asks for fewer, since the same page would take
 * as long again.
 */
final class PageSize {
  static final int MOST = 500;

  /** Of the largest objects there can be, 1.5 MiB each, these are read soon enough. */
  static final int LEAST = 5;

  private final AtomicInteger size = new AtomicInteger(MOST);

  int get() {
    return size.get();
  }

  /** A page did not come in time. */
  void late() {
    size.updateAndGet(now -> Math.max(LEAST, now / 10));
  }

  /** A whole list was read: what held the pages up may be over. */
  void whole() {
    size.updateAndGet(now -> Math.min(MOST, 2 * now));
  }
}
