package dev.pathgate.status;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Keys that want work, each at most once: one that is added while it is worked on comes back
 * afterwards, never to two workers at a time. A key whose work failed waits twice as long each
 * time, up to a ceiling, and until then takes no notice of being added. Retries never hold more
 * than half of the workers, so that however many keys fail, the others keep moving.
 *
 * @param <K> the keys
 */
final class WorkQueue<K> {
  private static final Duration FIRST_DELAY = Duration.ofMillis(200);

  private final int retriesAtATime;
  private final LongSupplier nanos;
  private final Set<K> fresh = new LinkedHashSet<>();
  private final Set<K> retries = new LinkedHashSet<>();
  private final Map<K, Delayed<K>> delayed = new HashMap<>();
  private final PriorityQueue<Delayed<K>> byTime = new PriorityQueue<>();
  private final Map<K, Integer> failures = new HashMap<>();
  private final Set<K> working = new HashSet<>();
  private final Set<K> retrying = new HashSet<>();
  private final Set<K> again = new HashSet<>();
  private final Set<K> againNow = new HashSet<>();
  private boolean closed;

  private record Delayed<K>(K key, long at) implements Comparable<Delayed<K>> {
    @Override
    public int compareTo(Delayed<K> other) {
      return Long.signum(at - other.at); // nanoTime may wrap: differences only
    }
  }

  WorkQueue(int workers, LongSupplier nanos) {
    this.retriesAtATime = Math.max(1, workers / 2);
    this.nanos = nanos;
  }

  /** The key wants work, unless it waits for its retry anyway. */
  synchronized void add(K key) {
    if (working.contains(key)) {
      again.add(key);
    } else if (!delayed.containsKey(key) && !retries.contains(key) && fresh.add(key)) {
      notifyAll();
    }
  }

  /** The key wants work now, even if it failed before: what it failed on has changed. */
  synchronized void addNow(K key) {
    failures.remove(key);
    if (working.contains(key)) {
      again.add(key);
      againNow.add(key);
      return;
    }
    if (delayed.containsKey(key)) {
      byTime.remove(delayed.remove(key));
    }
    retries.remove(key);
    add(key);
  }

  /** The next key; waits for one. Empty once the queue is closed. */
  synchronized Optional<K> take() throws InterruptedException {
    while (!closed) {
      Optional<K> key = poll();
      if (key.isPresent()) {
        return key;
      }
      if (byTime.isEmpty()) {
        wait();
      } else {
        long millis = (byTime.peek().at - nanos.getAsLong()) / 1_000_000 + 1;
        wait(Math.max(1, millis));
      }
    }
    return Optional.empty();
  }

  /** The next key, if there is one now. */
  synchronized Optional<K> poll() {
    while (!byTime.isEmpty() && byTime.peek().at - nanos.getAsLong() <= 0) {
      Delayed<K> due = byTime.remove();
      delayed.remove(due.key);
      retries.add(due.key);
    }
    K key;
    if (!retries.isEmpty() && retrying.size() < retriesAtATime) {
      key = retries.iterator().next();
      retries.remove(key);
      retrying.add(key);
    } else if (!fresh.isEmpty()) {
      key = fresh.iterator().next();
      fresh.remove(key);
    } else {
      return Optional.empty();
    }
    working.add(key);
    return Optional.of(key);
  }

  /** The key's work is done; its failures are forgotten. */
  synchronized void done(K key) {
    failures.remove(key);
    finish(key);
    againNow.remove(key);
    if (again.remove(key)) {
      add(key);
    }
  }

  /**
   * The key's work failed; it comes back after twice its last delay, at most {@code ceiling}, or at
   * once if {@link #addNow} came meanwhile: the work may have failed on what has changed since.
   */
  synchronized void backoff(K key, Duration ceiling) {
    int failed = failures.merge(key, 1, Integer::sum);
    long nanosToWait =
        Math.min(FIRST_DELAY.toNanos() << Math.min(failed - 1, 20), ceiling.toNanos());
    // Up to a tenth later: a thousand keys that failed together need not return together.
    long jitter = Math.floorMod(key.hashCode() * 31L + failed, 100L) * nanosToWait / 1000;
    delay(key, nanosToWait + jitter);
  }

  /** The key comes back after that time, or at once if {@link #addNow} came meanwhile. */
  synchronized void addAfter(K key, Duration delay) {
    delay(key, delay.toNanos());
  }

  private void delay(K key, long nanosToWait) {
    finish(key);
    again.remove(key);
    if (againNow.remove(key)) {
      failures.remove(key);
      add(key);
      return;
    }
    Delayed<K> wait = new Delayed<>(key, nanos.getAsLong() + nanosToWait);
    delayed.put(key, wait);
    byTime.add(wait);
    notifyAll();
  }

  private void finish(K key) {
    working.remove(key);
    retrying.remove(key);
    notifyAll();
  }

  /** How many keys want work, those included that wait for their retry. */
  synchronized int size() {
    return fresh.size() + retries.size() + delayed.size() + again.size();
  }

  /** Wakes all workers and gives them nothing any more. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
