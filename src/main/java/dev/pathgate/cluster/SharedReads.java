package dev.pathgate.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Lets equal reads that are wanted at the same time share one request. A read that is under way may
 * already be older than what a newcomer's user just wrote, so newcomers share the next one, which
 * starts when the one under way ends: at most one runs and one waits per key.
 *
 * @param <K> what is read
 * @param <T> the answer
 */
final class SharedReads<K, T> {
  private final Map<K, Flight<T>> flights = new HashMap<>();

  /** A read that runs, and the one that waits for its end, if anyone wants it. */
  private static final class Flight<T> {
    private CompletableFuture<T> next;
    private Supplier<CompletableFuture<T>> nextRead;
  }

  /** An answer that was read after this call. */
  CompletableFuture<T> read(K key, Supplier<CompletableFuture<T>> read) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    synchronized (flights) {
      Flight<T> running = flights.get(key);
      if (running != null) {
        if (running.next == null) {
          running.next = answer;
          running.nextRead = read;
        }
        return running.next;
      }
      flights.put(key, new Flight<>());
    }
    start(key, read, answer);
    return answer;
  }

  private void start(K key, Supplier<CompletableFuture<T>> read, CompletableFuture<T> answer) {
    Outcomes.pass(read, () -> land(key), answer);
  }

  private void land(K key) {
    Flight<T> landed;
    synchronized (flights) {
      landed = flights.remove(key);
      if (landed.next == null) {
        return;
      }
      flights.put(key, new Flight<>());
    }
    start(key, landed.nextRead, landed.next);
  }
}
