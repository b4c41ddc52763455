package dev.pathgate.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import dev.pathgate.kube.GoDuration;
import dev.pathgate.kube.OneLine;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** One request and its answer. */
final class Exchange {
  private static final Logger LOG = Logger.getLogger(Exchange.class);
  private static final JsonFactory JSON = new JsonFactory();
  private static final long DEFAULT_TIMEOUT_MILLIS = 10_000;
  private static final long MAX_TIMEOUT_MILLIS = 30_000;

  private final HttpServerRequest request;
  private final boolean rehearsal;
  private final Connections connections;
  private final BadRequest.Ledger badRequests;
  private final long arrivedNanos = System.nanoTime();

  /**
   * @param rehearsal whether the server asks itself, which is no decision
   */
  Exchange(
      HttpServerRequest request,
      boolean rehearsal,
      Connections connections,
      BadRequest.Ledger badRequests) {
    this.request = request;
    this.rehearsal = rehearsal;
    this.connections = connections;
    this.badRequests = badRequests;
  }

  HttpServerRequest request() {
    return request;
  }

  /** Whether it asks for a patch, and not for a verdict. */
  boolean mutates() {
    return "/mutate".equals(request.path()); // CONNECT over HTTP/2 has no path
  }

  boolean isRehearsal() {
    return rehearsal;
  }

  boolean validates() {
    return "/validate".equals(request.path());
  }

  long nanos() {
    return System.nanoTime() - arrivedNanos;
  }

  /** What the caller waits, less what has passed and a margin for the way back. */
  long millisLeft() {
    long all = GoDuration.millis(timeout()).orElse(DEFAULT_TIMEOUT_MILLIS);
    long passed = TimeUnit.NANOSECONDS.toMillis(nanos());
    return Math.max(0, Math.min(all, MAX_TIMEOUT_MILLIS) * 8 / 10 - passed);
  }

  /** The parameter {@code timeout}; empty if there is none that can be read. */
  private String timeout() {
    try {
      String timeout = request.getParam("timeout");
      return timeout == null ? "" : timeout;
    } catch (IllegalArgumentException malformedQuery) {
      return "";
    }
  }

  /** Answers a review; indented if the query says {@code pretty}, as the API server's does. */
  void answer(byte[] review) {
    String query = request.query();
    boolean pretty = query != null && Arrays.asList(query.split("&", -1)).contains("pretty");
    send(200, "application/json", Buffer.buffer(pretty ? indented(review) : review));
  }

  private static byte[] indented(byte[] review) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonParser in = JSON.createParser(review);
        JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter()) {
      in.nextToken();
      json.copyCurrentStructure(in);
      json.writeRaw('\n');
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }

  /** Answers what can't be judged for a reason that lies with the client. */
  void refuse(BadRequest reason, String why) {
    badRequests.add(reason, request, why);
    answer(reason.status(), why);
  }

  /** Answers with one line of text. */
  void answer(int status, String line) {
    send(status, "text/plain; charset=utf-8", Buffer.buffer(OneLine.of(line, 500) + "\n"));
  }

  /** A failure of ours. */
  void fail(Throwable failure) {
    LOG.error("A request could not be judged", failure);
    answer(500, "internal error; the log of Pathgate says more");
  }

  private void send(int status, String type, Buffer body) {
    if (request.response().ended() || request.response().closed()) {
      return;
    }
    HttpServerResponse response =
        request.response().setStatusCode(status).putHeader("Content-Type", type);
    // An answer to HEAD has no body; over HTTP/2 one would break the stream.
    Future<Void> sent =
        request.method().equals(HttpMethod.HEAD) ? response.end() : response.end(body);
    connections.answering(request, body.length(), sent);
    sent.onFailure(gone -> LOG.debugf("A client left before its answer: %s", gone.getMessage()));
  }
}
