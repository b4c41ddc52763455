package dev.pathgate.webhook;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Small bodies that wait for room, first come, first served, since others leave within
 * milliseconds. If too many wait, the connection with most of them gives way, so that a burst of
 * one caller does not turn the others away.
 */
final class BodyQueue {
  /** What waits; its methods are called from any thread and must not block. */
  interface Waiter {
    /** Who sent it. */
    Object connection();

    /** There may be room now: it is the first, and stays it until it is removed. */
    void retry();

    /** Others need its place; it is removed already. */
    void giveUp();
  }

  private final int places;
  private final Deque<Waiter> waiting = new ArrayDeque<>();

  /**
   * @param places how many may wait at the same time
   */
  BodyQueue(int places) {
    this.places = places;
  }

  /** Whether somebody waits, so that a newcomer has to as well. */
  synchronized boolean isBusy() {
    return !waiting.isEmpty();
  }

  /** Lets one wait; false if its own connection has most waiting and there is no place. */
  boolean add(Waiter newcomer) {
    Waiter gone = null;
    synchronized (this) {
      if (waiting.size() >= places) {
        gone = lastOfTheGreediest(newcomer.connection());
        if (gone == null) {
          return false;
        }
        waiting.remove(gone);
      }
      waiting.add(newcomer);
    }
    if (gone != null) {
      gone.giveUp();
    }
    return true;
  }

  private Waiter lastOfTheGreediest(Object newcomer) {
    Map<Object, Integer> counts = new HashMap<>();
    waiting.forEach(one -> counts.merge(one.connection(), 1, Integer::sum));
    int most = Collections.max(counts.values());
    if (counts.getOrDefault(newcomer, 0) + 1 >= most) {
      return null;
    }
    for (Iterator<Waiter> last = waiting.descendingIterator(); last.hasNext(); ) {
      Waiter one = last.next();
      if (counts.get(one.connection()) == most) {
        return one;
      }
    }
    return null;
  }

  /** It waits no longer; the next may try. */
  void remove(Waiter waiter) {
    synchronized (this) {
      waiting.remove(waiter);
    }
    wake();
  }

  /** Room was given back: the first may try. */
  void wake() {
    Waiter first;
    synchronized (this) {
      first = waiting.peek();
    }
    if (first != null) {
      first.retry();
    }
  }
}
