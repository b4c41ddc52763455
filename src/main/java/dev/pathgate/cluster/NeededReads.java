package dev.pathgate.cluster;

import dev.pathgate.rule.Violation.Need;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads what one request needs, some at a time, none after its time is over, and not without end:
 * an object may name as many chains as it has services, and each read that is under way is a
 * request with its connection.
 */
final class NeededReads {
  static final int AT_A_TIME = 8;

  /** No object that is meant names as many chains; the rest counts as not readable. */
  static final int AT_MOST = 1_000;

  private final Queue<Need> left;
  private final Function<Need, CompletableFuture<?>> read;
  private final Map<Need, Object> found;
  private final long deadline;
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private int lanes = AT_A_TIME;

  private NeededReads(
      Collection<Need> needs,
      Function<Need, CompletableFuture<?>> read,
      Map<Need, Object> found,
      long deadline) {
    this.left = needs.stream().limit(AT_MOST).collect(Collectors.toCollection(ArrayDeque::new));
    this.read = read;
    this.found = found;
    this.deadline = deadline;
  }

  /**
   * Starts reading.
   *
   * @param read fails where something can't be read, which then is left out
   * @param found takes what was read
   * @param deadline by {@link System#nanoTime}
   * @return when all was tried, or the time is over
   */
  static CompletableFuture<Void> start(
      Collection<Need> needs,
      Function<Need, CompletableFuture<?>> read,
      Map<Need, Object> found,
      long deadline) {
    NeededReads reads = new NeededReads(needs, read, found, deadline);
    for (int i = 0; i < AT_A_TIME; i++) {
      reads.goOn();
    }
    return reads.end;
  }

  /** Reads one after the other; where one takes a while, who ends it goes on. */
  @SuppressWarnings("FutureReturnValueIgnored") // both ends are taken
  private void goOn() {
    while (true) {
      Need need = next();
      if (need == null) {
        return;
      }
      CompletableFuture<Object> reading =
          Outcomes.begun(() -> read.apply(need).thenApply(value -> value));
      if (!reading.isDone()) {
        reading.whenComplete(
            (value, failure) -> {
              take(need, value);
              goOn();
            });
        return;
      }
      take(need, reading.exceptionally(unreadable -> null).join());
    }
  }

  private Need next() {
    boolean ended;
    synchronized (this) {
      Need need = System.nanoTime() < deadline ? left.poll() : null;
      if (need != null) {
        return need;
      }
      ended = --lanes == 0;
    }
    if (ended) {
      end.complete(null);
    }
    return null;
  }

  private void take(Need need, Object value) {
    if (value != null) {
      found.put(need, value);
    }
  }
}
