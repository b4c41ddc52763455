package dev.pathgate.admission;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the body of one request, within the limits for one body, for all bodies together and for
 * the time that a client may take. A body over a limit is answered at once; what still comes of it
 * is read and thrown away, so that the client gets to see the answer.
 */
final class RequestBody {
  /** How a body can end. */
  interface Outcome {
    /**
     * The whole body.
     *
     * @param letGo to be run once the bytes are no longer held
     */
    void complete(byte[] body, Runnable letGo);

    /** The body was not taken; the reason is one line for the client. */
    void refused(int status, String reason);
  }

  private static final long MILLIS = 10_000;
  private static final long LINGER_MILLIS = 1_000;

  private final HttpServerRequest request;
  private final long maxBytes;
  private final BodyBudget budget;
  private final Vertx vertx;
  private final Outcome outcome;
  private final List<Buffer> parts = new ArrayList<>();
  private long length;
  private long counted;
  private boolean settled;
  private long timer;

  private RequestBody(
      HttpServerRequest request, long maxBytes, BodyBudget budget, Vertx vertx, Outcome outcome) {
    this.request = request;
    this.maxBytes = maxBytes;
    this.budget = budget;
    this.vertx = vertx;
    this.outcome = outcome;
  }

  /** Starts to collect; the outcome is told once, on the request's event loop. */
  static void collect(
      HttpServerRequest request, long maxBytes, BodyBudget budget, Vertx vertx, Outcome outcome) {
    new RequestBody(request, maxBytes, budget, vertx, outcome).start();
  }

  private void start() {
    timer =
        vertx.setTimer(
            MILLIS,
            id -> {
              refuse(408, "the body did not arrive within " + MILLIS / 1000 + " s");
              closeSoon();
            });
    request.handler(this::part);
    request.endHandler(ended -> end());
    request.exceptionHandler(
        lost -> {
          vertx.cancelTimer(timer);
          forget();
        });
    String announced = request.getHeader("Content-Length");
    if (announced != null && exceeds(announced)) {
      refuse(413, tooLarge());
    } else if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue();
    }
  }

  private boolean exceeds(String announced) {
    try {
      return Long.parseLong(announced) > maxBytes;
    } catch (NumberFormatException leftToHttp) {
      return false;
    }
  }

  private String tooLarge() {
    return "the body is larger than " + maxBytes + " bytes (pathgate.max-request-bytes)";
  }

  private void part(Buffer part) {
    if (settled) {
      return;
    }
    length += part.length();
    if (length > maxBytes) {
      refuse(413, tooLarge());
      return;
    }
    long more = Math.max(0, length - BodyBudget.FREE) - counted;
    if (more > 0 && !budget.take(more)) {
      refuse(429, "too many large bodies at the same time; try again");
      return;
    }
    counted += Math.max(0, more);
    parts.add(part);
  }

  private void end() {
    vertx.cancelTimer(timer);
    if (!settled) {
      settled = true;
      byte[] body = joined();
      parts.clear();
      outcome.complete(body, this::letGo);
    }
  }

  private byte[] joined() {
    byte[] body = new byte[(int) length];
    int at = 0;
    for (Buffer part : parts) {
      part.getBytes(body, at);
      at += part.length();
    }
    return body;
  }

  private void refuse(int status, String reason) {
    if (!settled) {
      forget();
      outcome.refused(status, reason);
    }
  }

  private void forget() {
    settled = true;
    parts.clear();
    letGo();
  }

  private void letGo() {
    budget.giveBack(counted);
    counted = 0;
  }

  /** A client that sends its body too slowly over HTTP/1.1 would keep its connection for ever. */
  private void closeSoon() {
    if (request.version() != HttpVersion.HTTP_2) {
      vertx.setTimer(LINGER_MILLIS, id -> request.connection().close());
    }
  }
}
