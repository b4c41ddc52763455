package dev.pathgate.webhook;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.net.SocketAddress;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * The open connections: evicts those that ask nothing or do not read their answers, and closes all
 * of them without losing a request when the server stops. Only a review keeps a connection young,
 * and connections that never sent one are evicted first.
 *
 * <p>This class is long because everything that decides about a connection has to see the same
 * counts.
 */
final class Connections {
  /** How long a new connection may take to its first review, handshake included. */
  static final long FIRST_REQUEST_MILLIS = 10_000;

  /** How long a connection may stay without a review; the API server opens another one then. */
  static final long IDLE_MILLIS = 90_000;

  /** How long a client may take to read an answer. */
  static final long READ_MILLIS = 10_000;

  /** An API server opens a handful. */
  static final int MAX_OPEN = 1_000;

  /** An API server has a few hundred requests of all kinds under way at most. */
  private static final int MAX_IN_FLIGHT = 2_000;

  /** What a connection that has sent a review may have under way however crowded it is. */
  private static final int REVIEWER_SHARE = 100;

  /** How long a connection counts as one whose first review is on its way. */
  private static final long YOUNG_MILLIS = 2_000;

  /** A client that reads takes an answer in a few milliseconds; one this old is not being read. */
  private static final long LATE_MILLIS = 500;

  /** What an answer costs besides its bytes while it is not read: a stream, a response. */
  private static final long ANSWER_OVERHEAD = 8 * 1024;

  private static final long QUIET_MILLIS = 1_000;

  /** A client that is told to leave opens its next connection within this, handshake included. */
  private static final long GONE_MILLIS = 500;

  private static final Logger LOG = Logger.getLogger(Connections.class);

  private final LongSupplier nanos;
  private final Vertx vertx;
  private final long maxUnreadBytes;
  private final MeterRegistry metrics;
  private final OnceAMinute log = new OnceAMinute(LOG);
  private final Map<HttpConnection, Use> open = new ConcurrentHashMap<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong unreadBytes = new AtomicLong();
  private volatile long lastRequestNanos;
  private volatile boolean draining;

  /** Why a connection is evicted. */
  private enum Reason {
    LIMIT("limit"),
    HANDSHAKE("handshake"),
    IDLE("idle"),
    UNREAD("unread");

    private final String word;

    Reason(String word) {
      this.word = word;
    }
  }

  /** An answer on its way out. */
  private static final class Unread {
    private final long cost;
    private final long sinceNanos;

    Unread(long cost, long sinceNanos) {
      this.cost = cost;
      this.sinceNanos = sinceNanos;
    }
  }

  private final class Use {
    private final long openedNanos = nanos.getAsLong();
    private volatile long sinceNanos = openedNanos;

    /** Whether it has sent a review. */
    private volatile boolean reviewed;

    private volatile boolean goAwaySent;
    private volatile boolean evicted;
    private final AtomicInteger inFlight = new AtomicInteger();

    /** The answers that are not yet written out. */
    private final Set<Unread> unread = ConcurrentHashMap.newKeySet();

    /** In a burst every answer is young: then the one that holds most, which no reader does. */
    private static final Comparator<Use> LEAST_READ =
        Comparator.comparing((Use use) -> use.unreadMillis() > LATE_MILLIS)
            .thenComparing(use -> use.unread.stream().mapToLong(answer -> answer.cost).sum());

    /** Nothing is lost with a connection that has sent no review. */
    private static final Comparator<Use> LEAST_WORTH =
        Comparator.comparing((Use use) -> use.reviewed || use.isYoung())
            .thenComparing(use -> use.reviewed && use.inFlight.get() > 0)
            .thenComparing((a, b) -> Long.signum(a.sinceNanos - b.sinceNanos));

    /** A newcomer had no time to ask yet. */
    private boolean isYoung() {
      return millisSince(openedNanos) < YOUNG_MILLIS;
    }

    boolean isOverdue() {
      long millis = millisSince(sinceNanos);
      return inFlight.get() == 0 && millis > (reviewed ? IDLE_MILLIS : FIRST_REQUEST_MILLIS);
    }

    long unreadMillis() {
      long now = nanos.getAsLong();
      return unread.stream()
          .mapToLong(answer -> (now - answer.sinceNanos) / 1_000_000)
          .max()
          .orElse(0);
    }
  }

  private long millisSince(long then) {
    return (nanos.getAsLong() - then) / 1_000_000;
  }

  /**
   * @param maxUnreadBytes how much memory answers may take that are not yet written out
   */
  Connections(Vertx vertx, long maxUnreadBytes, MeterRegistry metrics) {
    this(vertx, maxUnreadBytes, metrics, System::nanoTime);
  }

  /**
   * @param nanos the time
   */
  Connections(Vertx vertx, long maxUnreadBytes, MeterRegistry metrics, LongSupplier nanos) {
    this.nanos = nanos;
    this.vertx = vertx;
    this.maxUnreadBytes = maxUnreadBytes;
    this.metrics = metrics;
    Gauge.builder("pathgate.connections", open, Map::size)
        .description("Clients connected to the webhook")
        .register(metrics);
    for (Reason reason : Reason.values()) {
      evicted(reason, 0);
    }
  }

  private void evicted(Reason reason, int count) {
    metrics.counter("pathgate.connections.evicted", "reason", reason.word).increment(count);
  }

  /** Takes a new connection into account; where there are too many, another one has to go. */
  void opened(HttpConnection connection) {
    while (open.size() >= MAX_OPEN && evictLeastWorth()) {
      log.warn(
          Reason.LIMIT.word,
          "All "
              + MAX_OPEN
              + " connections are in use: those go that sent no review, then the idle ones; the"
              + " newest is from "
              + connection.remoteAddress());
    }
    Use use = new Use();
    open.put(connection, use);
    long timer =
        vertx.setPeriodic(
            FIRST_REQUEST_MILLIS / 2,
            id -> {
              if (use.unreadMillis() > READ_MILLIS) {
                evictUnread(connection, use);
              } else if (use.isOverdue()) {
                evictIdle(connection, use);
              }
            });
    connection.closeHandler(
        closed -> {
          open.remove(connection);
          vertx.cancelTimer(timer);
        });
  }

  private boolean evictLeastWorth() {
    return open.entrySet().stream()
        .filter(entry -> !entry.getValue().evicted)
        .min(Map.Entry.comparingByValue(Use.LEAST_WORTH))
        .map(
            least -> {
              evictNow(least.getKey(), least.getValue(), Reason.LIMIT);
              return true;
            })
        .orElse(false);
  }

  private void evictNow(HttpConnection connection, Use use, Reason reason) {
    use.evicted = true;
    open.remove(connection);
    evicted(reason, 1);
    // Its end frees them in a moment: were they counted until then, the others would have to go.
    use.unread.forEach(answer -> written(use, answer));
    if (use.reviewed) {
      sendGoAway(connection, use); // so that an HTTP/2 client asks again what crosses this
    }
    connection.close();
  }

  /** A handshake was ended because too many others were under way. */
  void handshakeEvicted(SocketAddress newest) {
    evicted(Reason.HANDSHAKE, 1);
    log.warn(
        Reason.HANDSHAKE.word,
        "More than "
            + Handshakes.MAX_OPEN
            + " connections have not finished their TLS handshake: those go that began it first;"
            + " the newest is from "
            + newest);
  }

  private void evictUnread(HttpConnection connection, Use use) {
    if (!use.evicted) {
      log.warn(
          Reason.UNREAD.word,
          "A client does not read its answers and is disconnected: " + connection.remoteAddress());
      evictNow(connection, use, Reason.UNREAD);
    }
  }

  /** Takes a request into account until its response has ended. */
  void asked(HttpServerRequest request) {
    Use use = open.get(request.connection());
    inFlight.incrementAndGet();
    lastRequestNanos = nanos.getAsLong();
    if (use != null) {
      use.inFlight.incrementAndGet();
    }
    AtomicBoolean over = new AtomicBoolean();
    Runnable done =
        () -> {
          if (over.compareAndSet(false, true)) {
            inFlight.decrementAndGet();
            if (use != null) {
              use.inFlight.decrementAndGet();
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
        sendGoAway(request.connection(), use);
      }
    }
  }

  /** What was asked is a review: its sender is one that the server is there for. */
  void reviewed(HttpServerRequest request) {
    Use use = open.get(request.connection());
    if (use != null) {
      use.reviewed = true;
      use.sinceNanos = nanos.getAsLong();
    }
  }

  /**
   * Takes an answer into account until it is written out. Where those that are not take too much
   * together, the connection has to go that holds most of them, those before all that kept one for
   * longer than reading takes.
   *
   * @param written completes once the answer is written, or can't be any more
   */
  @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are the same
  void answering(HttpServerRequest request, int bytes, Future<Void> written) {
    if (written.isComplete()) {
      return;
    }
    Use use = open.get(request.connection());
    if (use == null) {
      return; // it is being evicted
    }
    Unread answer = new Unread(bytes + ANSWER_OVERHEAD, nanos.getAsLong());
    use.unread.add(answer);
    unreadBytes.addAndGet(answer.cost);
    written.onComplete(done -> written(use, answer));
    if (unreadBytes.get() > maxUnreadBytes) {
      open.entrySet().stream()
          .filter(entry -> !entry.getValue().evicted)
          .max(Map.Entry.comparingByValue(Use.LEAST_READ))
          .ifPresent(least -> evictUnread(least.getKey(), least.getValue()));
    }
  }

  private void written(Use use, Unread answer) {
    if (use.unread.remove(answer)) {
      unreadBytes.addAndGet(-answer.cost);
    }
  }

  /**
   * Whether more is under way than any API server asks, and this client has more than its share.
   */
  boolean isCrowdedBy(HttpServerRequest request) {
    if (inFlight.get() <= MAX_IN_FLIGHT) {
      return false;
    }
    Use use = open.get(request.connection());
    int share = MAX_IN_FLIGHT / Math.max(1, open.size());
    return use == null
        || use.inFlight.get() > (use.reviewed ? Math.max(share, REVIEWER_SHARE) : share);
  }

  int openCount() {
    return open.size();
  }

  /**
   * Tells every client that this server goes away, answers what still arrives, and returns once all
   * of them have left and stay away, nothing has been asked for a while, or {@code millis} are
   * over.
   */
  void drain(long millis) throws InterruptedException {
    draining = true;
    long begin = nanos.getAsLong();
    long lastOpenNanos = begin;
    lastRequestNanos = begin; // a request may be on its way that nothing tells of
    open.forEach(Connections::sendGoAway);
    while (millisSince(begin) < millis && millisSince(lastOpenNanos) < GONE_MILLIS && !isQuiet()) {
      Thread.sleep(50);
      if (!open.isEmpty()) {
        lastOpenNanos = nanos.getAsLong();
      }
    }
  }

  private boolean isQuiet() {
    return inFlight.get() == 0 && millisSince(lastRequestNanos) > QUIET_MILLIS;
  }

  /**
   * Asks an HTTP/2 client to send no further requests. Those that cross this message on their way
   * are answered all the same: its last stream is the highest there can be. Closing at once would
   * lose them.
   */
  private static void sendGoAway(HttpConnection connection, Use use) {
    if (use.goAwaySent) {
      return;
    }
    use.goAwaySent = true;
    try {
      connection.goAway(0, Integer.MAX_VALUE);
    } catch (UnsupportedOperationException http1) {
      // HTTP/1.1 has no such message: its clients are told by the next response
    }
  }

  /** Closes a connection on which nothing is asked; one that was in use is told beforehand. */
  private void evictIdle(HttpConnection connection, Use use) {
    if (use.reviewed && !use.goAwaySent) {
      sendGoAway(connection, use);
      return;
    }
    if (!use.evicted) {
      use.evicted = true;
      evicted(Reason.IDLE, 1);
    }
    try {
      connection.shutdown(1, TimeUnit.SECONDS);
    } catch (UnsupportedOperationException http1) {
      connection.close();
    }
  }
}
