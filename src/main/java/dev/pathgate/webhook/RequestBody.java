package dev.pathgate.webhook;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Arrays;

/**
 * Collects the body of one request, within the limits for one body, for all bodies together and for
 * the time that a client may take. A body over a limit is answered at once; what still comes of it
 * is read and thrown away, so that the client gets to see the answer.
 */
final class RequestBody implements BodyQueue.Waiter {
  /** How a body can end. */
  interface Outcome {
    /**
     * The whole body.
     *
     * @param release to be run once the bytes are no longer held
     */
    void complete(byte[] body, Runnable release);

    /** The body was not taken; the reason is one line for the client. */
    void refused(BadRequest reason, String why);
  }

  /**
   * Bodies up to this size have room of their own, so that large ones never keep them out, and are
   * judged on the event loop.
   */
  static final int SMALL = 64 * 1024;

  private static final long MILLIS = 10_000;
  private static final long LINGER_MILLIS = 1_000;

  /** A little longer than bodies that arrive slowly may keep their room. */
  private static final long WAIT_MILLIS = 1_200;

  private static final int MAX_WAITING = 128;

  /**
   * Where bodies are held while they arrive: one budget for the first 64 KiB, in which they wait
   * for each other, one for the rest.
   */
  record Room(long maxBytes, BodyBudget small, BodyBudget large, BodyQueue queue) {
    /**
     * Small parts of the heap, since a body is held twice for a moment, but never less than one
     * body of the largest size.
     *
     * @param heap in bytes
     */
    static Room forBodiesOf(long maxBytes, long heap) {
      return new Room(
          maxBytes,
          new BodyBudget(heap / 16),
          new BodyBudget(Math.max(heap / 8, maxBytes)),
          new BodyQueue(MAX_WAITING));
    }
  }

  private final HttpServerRequest request;
  private final Room room;
  private final Vertx vertx;
  private final Outcome outcome;
  private final Context context;
  private final BodyBudget.Share head;
  private final BodyBudget.Share rest;
  private long announced = -1;
  private byte[] bytes = {};
  private int length;
  private boolean settled;
  private long timer;

  /** The part for which there was no room; null while nothing waits. */
  private Buffer pending;

  private long waitTimer;

  private RequestBody(HttpServerRequest request, Room room, Vertx vertx, Outcome outcome) {
    this.request = request;
    this.room = room;
    this.vertx = vertx;
    this.outcome = outcome;
    this.context = vertx.getOrCreateContext();
    Runnable evict = () -> context.runOnContext(told -> evict());
    this.head = room.small().share(evict);
    this.rest = room.large().share(evict);
  }

  /** Starts to collect; the outcome is told once, on the request's event loop. */
  static void collect(HttpServerRequest request, Room room, Vertx vertx, Outcome outcome) {
    new RequestBody(request, room, vertx, outcome).start();
  }

  private void start() {
    timer =
        vertx.setTimer(
            MILLIS,
            id -> {
              refuse(BadRequest.TOO_SLOW, "the body did not arrive within " + MILLIS / 1000 + " s");
              closeSoon();
            });
    request.handler(this::part);
    request.endHandler(ended -> end());
    request.exceptionHandler(
        lost -> {
          vertx.cancelTimer(timer);
          discard();
        });
    announced = announced();
    if (announced > room.maxBytes()) {
      refuse(BadRequest.TOO_LARGE, tooLarge());
    } else if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue();
    }
  }

  /** The length that the client says, -1 if it says none. */
  private long announced() {
    String header = request.getHeader("Content-Length");
    try {
      return header == null ? -1 : Long.parseLong(header);
    } catch (NumberFormatException leftToHttp) {
      return -1;
    }
  }

  private String tooLarge() {
    return "the body is larger than " + room.maxBytes() + " bytes (pathgate.max-request-bytes)";
  }

  private void part(Buffer part) {
    if (settled) {
      return;
    }
    long needed = (long) length + part.length();
    if (needed > room.maxBytes()) {
      refuse(BadRequest.TOO_LARGE, tooLarge());
    } else if (needed <= bytes.length || (!mustQueue() && grow(needed))) {
      take(part);
    } else if (sizeFor(needed) <= SMALL) {
      await(part);
    } else {
      refuseForRoom();
    }
  }

  private void take(Buffer part) {
    part.getBytes(0, part.length(), bytes, length);
    length += part.length();
  }

  /** A body that has begun to arrive goes on where it can; one that begins waits its turn. */
  private boolean mustQueue() {
    return length == 0 && room.queue().isBusy();
  }

  private void await(Buffer part) {
    request.pause();
    pending = part;
    waitTimer = vertx.setTimer(WAIT_MILLIS, id -> tryAgain(true));
    if (room.queue().add(this)) {
      room.queue().wake(); // the last of the others may have gone since there was no room
    } else {
      giveUpNow();
    }
  }

  @Override
  public Object connection() {
    return request.connection();
  }

  @Override
  public void retry() {
    context.runOnContext(now -> tryAgain(false));
  }

  @Override
  public void giveUp() {
    context.runOnContext(now -> giveUpNow());
  }

  private void tryAgain(boolean forTheLastTime) {
    if (pending == null) {
      return;
    }
    if (grow((long) length + pending.length())) {
      take(pending);
      stopWaiting();
    } else if (forTheLastTime) {
      giveUpNow();
    }
  }

  private void giveUpNow() {
    if (pending != null) {
      refuseForRoom();
    }
  }

  private void stopWaiting() {
    if (pending != null) {
      pending = null;
      vertx.cancelTimer(waitTimer);
      room.queue().remove(this);
      request.resume();
    }
  }

  private void refuseForRoom() {
    refuse(BadRequest.NO_MEMORY, "too many bodies at the same time; try again");
  }

  /**
   * What to make room for where {@code needed} bytes are there: doubles up to what is announced.
   */
  private long sizeFor(long needed) {
    long size = Math.max(needed, Math.min(2L * bytes.length, room.maxBytes()));
    return announced >= needed ? Math.min(size, announced) : size;
  }

  private boolean grow(long needed) {
    long size = sizeFor(needed);
    if (!head.grow(Math.min(size, SMALL) - Math.min(bytes.length, SMALL))
        || !rest.grow(Math.max(size, SMALL) - Math.max(bytes.length, SMALL))) {
      return false;
    }
    bytes = Arrays.copyOf(bytes, (int) size);
    return true;
  }

  private void end() {
    vertx.cancelTimer(timer);
    if (settled) {
      return;
    }
    if (!head.arrived() || !rest.arrived()) {
      evict();
      return;
    }
    byte[] body = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    settled = true;
    bytes = null;
    outcome.complete(body, this::release);
  }

  /** Others need the room that this body has taken without arriving. */
  private void evict() {
    if (!settled) {
      refuse(BadRequest.TOO_SLOW, "the body arrives too slowly while others wait; try again");
      closeSoon();
    }
  }

  private void refuse(BadRequest reason, String why) {
    if (!settled) {
      discard();
      outcome.refused(reason, why);
    }
  }

  private void discard() {
    settled = true;
    bytes = null;
    stopWaiting();
    release();
  }

  private void release() {
    head.release();
    rest.release();
    room.queue().wake();
  }

  /** A client that sends its body too slowly over HTTP/1.1 would keep its connection for ever. */
  private void closeSoon() {
    if (request.version() != HttpVersion.HTTP_2) {
      vertx.setTimer(LINGER_MILLIS, id -> request.connection().close());
    }
  }
}
