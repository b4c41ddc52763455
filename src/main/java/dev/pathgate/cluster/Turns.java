package dev.pathgate.cluster;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Runs a bounded number of pieces of work at a time; the others wait for their turn, first come,
 * first served.
 */
final class Turns {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int free;

  Turns(int atATime) {
    this.free = atATime;
  }

  /** What comes of the work, which begins now or when others have ended. */
  <T> CompletableFuture<T> take(Supplier<CompletableFuture<T>> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Runnable turn = () -> Outcomes.pass(work, this::end, result);
    synchronized (this) {
      if (free == 0) {
        waiting.add(turn);
        return result;
      }
      free--;
    }
    turn.run();
    return result;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // a turn keeps its failures
  private void end() {
    Runnable next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null) {
        free++;
      }
    }
    if (next != null) {
      // Not within this one: who ends at once would nest as deeply as there are others.
      CompletableFuture.runAsync(next);
    }
  }
}
