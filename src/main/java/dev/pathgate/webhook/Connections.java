package dev.pathgate.webhook;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The open connections: closes those on which nothing is asked, and lets all of them go without
 * losing a request when the server stops.
 */
final class Connections {
  /** How long a new connection may take to its first request, handshake included. */
  static final long FIRST_REQUEST_MILLIS = 10_000;

  /** How long a connection may stay without a request; the API server opens another one then. */
  static final long IDLE_MILLIS = 90_000;

  /** An API server opens a handful. */
  private static final int MOST_OPEN = 1_000;

  /** An API server has a few hundred requests of all kinds under way at most. */
  private static final int MOST_IN_FLIGHT = 2_000;

  private static final long QUIET_MILLIS = 1_000;

  private final Vertx vertx;
  private final Map<HttpConnection, Use> open = new ConcurrentHashMap<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile long lastRequestNanos = System.nanoTime();
  private volatile boolean draining;

  private static final class Use {
    private volatile long sinceNanos = System.nanoTime();
    private volatile boolean asked;
    private volatile boolean toldToLeave;
    private final AtomicInteger inFlight = new AtomicInteger();

    boolean isOverdue() {
      long millis = (System.nanoTime() - sinceNanos) / 1_000_000;
      return inFlight.get() == 0 && millis > (asked ? IDLE_MILLIS : FIRST_REQUEST_MILLIS);
    }
  }

  Connections(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Takes a new connection into account, unless there are too many. */
  void opened(HttpConnection connection) {
    if (open.size() >= MOST_OPEN) {
      connection.close();
      return;
    }
    Use use = new Use();
    open.put(connection, use);
    long timer =
        vertx.setPeriodic(
            FIRST_REQUEST_MILLIS / 2,
            id -> {
              if (use.isOverdue()) {
                close(connection, use);
              }
            });
    connection.closeHandler(
        closed -> {
          open.remove(connection);
          vertx.cancelTimer(timer);
        });
  }

  /** Takes a request into account until its response has ended. */
  void asked(HttpServerRequest request) {
    Use use = open.get(request.connection());
    inFlight.incrementAndGet();
    lastRequestNanos = System.nanoTime();
    if (use != null) {
      use.asked = true;
      use.inFlight.incrementAndGet();
    }
    AtomicBoolean over = new AtomicBoolean();
    Runnable done =
        () -> {
          if (over.compareAndSet(false, true)) {
            inFlight.decrementAndGet();
            if (use != null) {
              use.inFlight.decrementAndGet();
              use.sinceNanos = System.nanoTime();
            }
          }
        };
    request.response().endHandler(ended -> done.run());
    request.response().closeHandler(closed -> done.run());
    request.response().exceptionHandler(failed -> done.run());
    if (draining) {
      if (request.version() != HttpVersion.HTTP_2) {
        request.response().putHeader("Connection", "close");
      } else if (use != null) {
        tellToLeave(request.connection(), use);
      }
    }
  }

  /**
   * Whether more is under way than any API server asks, and this client has more than its share.
   */
  boolean isCrowdedBy(HttpServerRequest request) {
    if (inFlight.get() <= MOST_IN_FLIGHT) {
      return false;
    }
    Use use = open.get(request.connection());
    return use == null || use.inFlight.get() > MOST_IN_FLIGHT / Math.max(1, open.size());
  }

  int openCount() {
    return open.size();
  }

  /**
   * Tells every client that this server goes away, answers what still arrives, and returns once all
   * of them have left, nothing has been asked for a while, or {@code millis} are over.
   */
  void drain(long millis) throws InterruptedException {
    draining = true;
    lastRequestNanos = System.nanoTime(); // a request may be on its way that nothing tells of
    long end = System.nanoTime() + millis * 1_000_000;
    open.forEach(Connections::tellToLeave);
    while (System.nanoTime() < end && !(open.isEmpty() || isQuiet())) {
      Thread.sleep(50);
    }
  }

  private boolean isQuiet() {
    return inFlight.get() == 0 && (System.nanoTime() - lastRequestNanos) / 1_000_000 > QUIET_MILLIS;
  }

  /**
   * Asks an HTTP/2 client to send no further requests. Those that cross this message on their way
   * are answered all the same: its last stream is the highest there can be. Closing at once would
   * lose them.
   */
  private static void tellToLeave(HttpConnection connection, Use use) {
    if (use.toldToLeave) {
      return;
    }
    use.toldToLeave = true;
    try {
      connection.goAway(0, Integer.MAX_VALUE);
    } catch (UnsupportedOperationException http1) {
      // HTTP/1.1 has no such message: its clients are told by the next response
    }
  }

  /** Closes a connection on which nothing is asked; one that was in use is told beforehand. */
  private static void close(HttpConnection connection, Use use) {
    if (use.asked && !use.toldToLeave) {
      tellToLeave(connection, use);
      return;
    }
    try {
      connection.shutdown(1, TimeUnit.SECONDS);
    } catch (UnsupportedOperationException http1) {
      connection.close();
    }
  }
}
