package dev.pathgate.tls;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Polls on its own thread, which keeps no process alive. */
final class Polling implements AutoCloseable {
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "pathgate-certificate");
            thread.setDaemon(true);
            return thread;
          });

  /** Polls now and then, until closed; the poll catches what it may throw. */
  @SuppressWarnings("FutureReturnValueIgnored") // ends with the timer
  void every(Duration interval, Runnable poll) {
    timer.scheduleWithFixedDelay(poll, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
