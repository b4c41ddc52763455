package dev.pathgate.cluster;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What comes of work that is done elsewhere, whether it began, failed or answered. */
final class Outcomes {
  private Outcomes() {}

  /** The work, begun; failed where it does not even begin. */
  static <T> CompletableFuture<T> begun(Supplier<CompletableFuture<T>> work) {
    try {
      return work.get();
    } catch (RuntimeException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  /**
   * Begins the work, and passes on what comes of it.
   *
   * @param first is done at its end, before anybody hears of it
   */
  @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are passed on
  static <T> void pass(
      Supplier<CompletableFuture<T>> work, Runnable first, CompletableFuture<T> to) {
    begun(work)
        .whenComplete(
            (value, failure) -> {
              first.run();
              if (failure == null) {
                to.complete(value);
              } else {
                to.completeExceptionally(failure);
              }
            });
  }
}
