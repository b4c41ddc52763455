package dev.pathgate.webhook;

import dev.pathgate.admission.AdmissionRequest;
import dev.pathgate.admission.BadReview;
import dev.pathgate.admission.GoDuration;
import dev.pathgate.admission.Judge;
import dev.pathgate.admission.ReviewReader;
import dev.pathgate.admission.ReviewWriter;
import dev.pathgate.admission.Verdict;
import dev.pathgate.kube.OneLine;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.X509KeyManager;
import org.jboss.logging.Logger;

/**
 * The HTTPS listener: {@code POST /validate} and {@code POST /mutate} over HTTP/1.1 and HTTP/2.
 * What a client sends is answered with a 4xx at the worst; a 500 is a failure of ours.
 */
final class WebhookServer {
  private static final Logger LOG = Logger.getLogger(WebhookServer.class);

  private static final long DEFAULT_TIMEOUT_MILLIS = 10_000;
  private static final long DRAIN_MILLIS = 20_000;

  private final Vertx vertx;
  private final Options options;
  private final Judge judge;
  private final Decisions decisions;
  private final RequestBody.Room room;
  private final Connections connections;
  private volatile int port;
  private volatile boolean listening;

  /**
   * How to listen.
   *
   * @param port 0 for any free one
   * @param host the address to listen on
   * @param clientCa the CA whose certificate callers must present, if any
   * @param maxBodyBytes the largest body that is taken
   */
  record Options(
      int port,
      String host,
      X509KeyManager certificate,
      Optional<Path> clientCa,
      long maxBodyBytes) {}

  WebhookServer(Vertx vertx, Options options, Judge judge, Decisions decisions) {
    this.vertx = vertx;
    this.options = options;
    this.judge = judge;
    this.decisions = decisions;
    this.room = RequestBody.Room.forBodiesOf(options.maxBodyBytes());
    this.connections = new Connections(vertx);
    this.port = options.port();
  }

  /** Opens the port, on as many event loops as there are processors. */
  void start() throws InterruptedException, ExecutionException {
    int loops = port == 0 ? 1 : Runtime.getRuntime().availableProcessors();
    vertx
        .deployVerticle(Listener::new, new DeploymentOptions().setInstances(loops))
        .toCompletionStage()
        .toCompletableFuture()
        .get();
    listening = true;
  }

  /** Whether the port is open. */
  boolean isListening() {
    return listening;
  }

  /** The port that was opened. */
  int port() {
    return port;
  }

  /** How many clients are connected. */
  int connectionCount() {
    return connections.openCount();
  }

  /** Answers what is under way and what still arrives, for a bounded time. */
  void drain() throws InterruptedException {
    listening = false;
    connections.drain(DRAIN_MILLIS);
  }

  private HttpServerOptions serverOptions() {
    HttpServerOptions server =
        new HttpServerOptions()
            .setHost(options.host())
            .setPort(options.port())
            .setSsl(true)
            .setUseAlpn(true)
            .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
            .setKeyCertOptions(KeyCertOptions.wrap(options.certificate()))
            .setSslHandshakeTimeout(Connections.FIRST_REQUEST_MILLIS)
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            .setMaxHeaderSize(16 * 1024)
            .setTcpNoDelay(true);
    options
        .clientCa()
        .ifPresent(
            ca ->
                server
                    .setClientAuth(ClientAuth.REQUIRED)
                    .setTrustOptions(new PemTrustOptions().addCertPath(ca.toString())));
    return server;
  }

  private final class Listener extends AbstractVerticle {
    @Override
    public void start(Promise<Void> started) {
      HttpServer server = vertx.createHttpServer(serverOptions());
      server
          .connectionHandler(connections::opened)
          .requestHandler(WebhookServer.this::handle)
          .exceptionHandler(
              lost -> LOG.debugf("Connection lost: %s", OneLine.of(lost.toString(), 200)))
          .listen()
          .onSuccess(open -> port = open.actualPort())
          .<Void>mapEmpty()
          .onComplete(started);
    }
  }

  private void handle(HttpServerRequest request) {
    long arrived = System.nanoTime();
    connections.asked(request);
    boolean mutates = "/mutate".equals(request.path()); // CONNECT over HTTP/2 has no path
    if (!mutates && !"/validate".equals(request.path())) {
      answer(request, 404, "there is /validate and /mutate here");
    } else if (!request.method().equals(HttpMethod.POST)) {
      request.response().putHeader("Allow", "POST");
      answer(request, 405, "only POST is answered here");
    } else if (connections.isCrowdedBy(request)) {
      answer(request, 429, "too many requests at the same time; try again");
    } else if (!isPlainJson(request)) {
      answer(request, 415, "only application/json, not encoded otherwise, is taken here");
    } else {
      collect(request, mutates, arrived);
    }
  }

  private static boolean isPlainJson(HttpServerRequest request) {
    String type = request.getHeader("Content-Type");
    if (type == null) {
      return false;
    }
    String[] parts = type.toLowerCase(Locale.ROOT).split(";", -1);
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      if (parameter.startsWith("charset=") && !parameter.matches("charset=utf-?8")) {
        return false;
      }
    }
    String encoding = request.getHeader("Content-Encoding");
    return parts[0].strip().equals("application/json")
        && (encoding == null || encoding.equalsIgnoreCase("identity"));
  }

  private void collect(HttpServerRequest request, boolean mutates, long arrived) {
    RequestBody.collect(
        request,
        room,
        vertx,
        new RequestBody.Outcome() {
          @Override
          public void complete(byte[] body, Runnable letGo) {
            if (body.length <= RequestBody.SMALL) {
              decide(request, body, letGo, mutates, arrived);
            } else {
              vertx.<Void>executeBlocking(
                  () -> {
                    decide(request, body, letGo, mutates, arrived);
                    return null;
                  },
                  false);
            }
          }

          @Override
          public void refused(int status, String reason) {
            answer(request, status, reason);
          }
        });
  }

  private void decide(
      HttpServerRequest request, byte[] body, Runnable letGo, boolean mutates, long arrived) {
    try {
      AdmissionRequest review;
      try {
        review = ReviewReader.read(body);
      } finally {
        letGo.run();
      }
      LongSupplier millis = () -> millisLeft(timeout(request), arrived);
      CompletableFuture<Verdict> verdict =
          mutates ? judge.mutate(review, millis) : judge.validate(review, millis);
      if (verdict.isDone()) {
        respond(request, review, verdict.join(), mutates, arrived);
      } else {
        respondLater(request, review, verdict, mutates, arrived);
      }
    } catch (BadReview bad) {
      answer(request, 400, bad.getMessage());
    } catch (Judge.NotReady notReady) {
      answer(request, 503, notReady.getMessage());
    } catch (RuntimeException | StackOverflowError failure) {
      fail(request, failure);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are answered
  private void respondLater(
      HttpServerRequest request,
      AdmissionRequest review,
      CompletableFuture<Verdict> verdict,
      boolean mutates,
      long arrived) {
    verdict.whenComplete(
        (reached, failure) -> {
          if (failure == null) {
            respond(request, review, reached, mutates, arrived);
          } else {
            fail(request, failure);
          }
        });
  }

  /** The parameter {@code timeout}; null if there is none that can be read. */
  private static String timeout(HttpServerRequest request) {
    try {
      return request.getParam("timeout");
    } catch (IllegalArgumentException malformedQuery) {
      return null;
    }
  }

  /** What the caller waits, less what has passed and a margin for the way back. */
  private static long millisLeft(String timeout, long arrived) {
    long all =
        timeout == null
            ? DEFAULT_TIMEOUT_MILLIS
            : GoDuration.millis(timeout).orElse(DEFAULT_TIMEOUT_MILLIS);
    long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - arrived);
    return Math.max(0, Math.min(all, 30_000) * 8 / 10 - passed);
  }

  private void respond(
      HttpServerRequest request,
      AdmissionRequest review,
      Verdict verdict,
      boolean mutates,
      long arrived) {
    byte[] body;
    try {
      body = ReviewWriter.write(review, verdict);
      decisions.record(
          mutates ? "mutate" : "validate", review, verdict, System.nanoTime() - arrived);
    } catch (RuntimeException failure) {
      fail(request, failure);
      return;
    }
    send(request, 200, "application/json", Buffer.buffer(body));
  }

  private static void fail(HttpServerRequest request, Throwable failure) {
    LOG.error("A request could not be judged", failure);
    answer(request, 500, "internal error; the log of Pathgate says more");
  }

  private static void answer(HttpServerRequest request, int status, String reason) {
    send(
        request,
        status,
        "text/plain; charset=utf-8",
        Buffer.buffer(OneLine.of(reason, 500) + "\n"));
  }

  private static void send(HttpServerRequest request, int status, String type, Buffer body) {
    if (request.response().ended() || request.response().closed()) {
      return;
    }
    HttpServerResponse response =
        request.response().setStatusCode(status).putHeader("Content-Type", type);
    // An answer to HEAD has no body; over HTTP/2 one would break the stream.
    Future<Void> sent =
        request.method().equals(HttpMethod.HEAD) ? response.end() : response.end(body);
    sent.onFailure(gone -> LOG.debugf("A client left before its answer: %s", gone.getMessage()));
  }
}
