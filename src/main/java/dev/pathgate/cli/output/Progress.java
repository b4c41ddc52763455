package dev.pathgate.cli.output;

import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What a command is at, on a terminal's last line, for those who wait longer than a second; nothing
 * anywhere else.
 */
final class Progress {
  private static final long DELAY_MILLIS = 1_000;
  private static final long PERIOD_MILLIS = 250;

  private final Optional<PrintStream> err;
  private final BooleanSupplier isTerminal;
  private final long patienceMillis;
  private final long startNanos = System.nanoTime();
  private Thread teller;
  private String what = "";
  private boolean shown;
  private boolean over;

  private Progress(Optional<PrintStream> err, BooleanSupplier isTerminal, long patienceMillis) {
    this.err = err;
    this.isTerminal = isTerminal;
    this.patienceMillis = patienceMillis;
  }

  /** Nothing is told. */
  static Progress none() {
    return new Progress(Optional.empty(), () -> false, 0);
  }

  /** Told on {@code err}, if that is a terminal; asked only after the first second. */
  static Progress on(PrintStream err, BooleanSupplier isTerminal) {
    return on(err, isTerminal, DELAY_MILLIS);
  }

  /** The same with another patience. */
  static Progress on(PrintStream err, BooleanSupplier isTerminal, long patienceMillis) {
    return new Progress(Optional.of(err), isTerminal, patienceMillis);
  }

  synchronized void doing(String now) {
    what = now;
    if (teller == null && err.isPresent() && !over) {
      teller = new Thread(this::tell, "progress");
      teller.setDaemon(true);
      teller.start();
    }
  }

  /** Runs what prints on the same stream, the line taken away before. */
  synchronized void pause(Runnable prints) {
    clear();
    prints.run();
  }

  /** Nothing more is told. */
  synchronized void over() {
    clear();
    over = true;
    notifyAll();
  }

  private void tell() {
    try {
      if (isOverIn(patienceMillis) || !isTerminal.getAsBoolean()) {
        return;
      }
      do {
        show();
      } while (!isOverIn(PERIOD_MILLIS));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean isOverIn(long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = millis; !over && left > 0; ) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
    return over;
  }

  private synchronized void show() {
    if (!over) {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
      err.get().print("\r\u001b[K" + what + " … " + seconds + " s");
      err.get().flush();
      shown = true;
    }
  }

  private void clear() {
    if (shown) {
      err.get().print("\r\u001b[K");
      err.get().flush();
      shown = false;
    }
  }
}
