package dev.pathgate.webhook;

import dev.pathgate.admission.Judge;
import dev.pathgate.kube.OneLine;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.X509KeyManager;
import org.jboss.logging.Logger;

/**
 * The HTTPS listener: {@code POST /validate} and {@code POST /mutate} over HTTP/1.1 and HTTP/2.
 * Whatever a client sends is answered with a 4xx at worst; a 500 is a failure of ours.
 */
final class WebhookServer {
  private static final Logger LOG = Logger.getLogger(WebhookServer.class);

  private static final long DRAIN_MILLIS = 20_000;
  private static final long CLOSE_MILLIS = 1_000;

  private final Vertx vertx;
  private final Options options;
  private final BadRequest.Ledger badRequests;
  private final ReviewHandler reviews;
  private final RequestBody.Room room;
  private final String rehearsalKey = UUID.randomUUID().toString();
  private volatile Rehearsal begun;
  private final Connections connections;
  private final Handshakes handshakes;
  private volatile int port;
  private volatile boolean listening;
  private volatile String listeners = "";

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

  WebhookServer(Vertx vertx, Options options, MeterRegistry metrics) {
    this.vertx = vertx;
    this.options = options;
    long heap = Runtime.getRuntime().maxMemory();
    this.badRequests = new BadRequest.Ledger(metrics);
    this.room = RequestBody.Room.forBodiesOf(options.maxBodyBytes(), heap);
    this.connections = new Connections(vertx, heap / 16, metrics);
    this.handshakes = new Handshakes(connections::handshakeEvicted);
    this.reviews = new ReviewHandler(vertx, connections, heap);
    this.port = options.port();
  }

  /** Opens the port, on as many event loops as there are processors. */
  void start() throws InterruptedException, ExecutionException {
    int loops = port == 0 ? 1 : Runtime.getRuntime().availableProcessors();
    listeners =
        vertx
            .deployVerticle(Listener::new, new DeploymentOptions().setInstances(loops))
            .toCompletionStage()
            .toCompletableFuture()
            .get();
    listening = true;
  }

  /**
   * Begins to judge. The port may be open before that: what arrives then, which is nobody's review
   * but one of its own, is read and answered with a 503.
   */
  void judgeBy(Judge judge, Decisions decisions) {
    reviews.judgeBy(judge, decisions);
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

  /** Begins to rehearse, as far as that needs no look at the cluster. */
  void beginRehearsal() {
    if (options.clientCa().isEmpty()) {
      begun = ownRehearsal();
      begun.begin();
    }
  }

  private Rehearsal ownRehearsal() {
    return new Rehearsal(vertx, options.host(), port, rehearsalKey);
  }

  /**
   * Answers reviews of its own, so that nobody's is the first. Where callers must show a
   * certificate, which the server itself has none of, they come in by a door of their own: the same
   * handler behind the same TLS without that demand, on a loopback port that is open for as long
   * and hears nobody else.
   */
  Future<Void> rehearse() {
    if (options.clientCa().isEmpty()) {
      Rehearsal rehearsal = begun == null ? ownRehearsal() : begun;
      begun = null;
      return rehearsal.through();
    }
    String loopback = InetAddress.getLoopbackAddress().getHostAddress();
    HttpServer door =
        vertx
            .createHttpServer(
                serverOptions().setHost(loopback).setPort(0).setClientAuth(ClientAuth.NONE))
            .requestHandler(
                request -> {
                  if (isRehearsal(request)) {
                    handle(request);
                  } else {
                    request.connection().close();
                  }
                });
    return door.listen()
        .compose(open -> new Rehearsal(vertx, loopback, open.actualPort(), rehearsalKey).through())
        .eventually(() -> door.close());
  }

  private boolean isRehearsal(HttpServerRequest request) {
    return rehearsalKey.equals(request.getHeader(Rehearsal.HEADER));
  }

  /** Answers what is under way and what still arrives, for a bounded time, and closes the port. */
  void drain() throws InterruptedException {
    listening = false;
    connections.drain(DRAIN_MILLIS);
    try {
      vertx
          .undeploy(listeners)
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException open) {
      LOG.debugf("The port is not closed: %s", OneLine.of(open.toString(), 200));
    }
  }

  private HttpServerOptions serverOptions() {
    HttpServerOptions server =
        new HttpServerOptions()
            .setHost(options.host())
            .setPort(options.port())
            .setSsl(true)
            .setUseAlpn(true)
            .setSslEngineOptions(handshakes)
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
          .invalidRequestHandler(WebhookServer.this::malformed)
          .exceptionHandler(
              lost -> LOG.debugf("Connection lost: %s", OneLine.of(lost.toString(), 200)))
          .listen()
          .onSuccess(open -> port = open.actualPort())
          .<Void>mapEmpty()
          .onComplete(started);
    }
  }

  private void handle(HttpServerRequest request) {
    connections.asked(request);
    Exchange exchange = new Exchange(request, isRehearsal(request), connections, badRequests);
    if (!exchange.mutates() && !exchange.validates()) {
      exchange.refuse(BadRequest.UNKNOWN_PATH, "there is /validate and /mutate here");
    } else if (!request.method().equals(HttpMethod.POST)) {
      request.response().putHeader("Allow", "POST");
      exchange.refuse(BadRequest.METHOD, "only POST is answered here");
    } else if (connections.isCrowdedBy(request)) {
      exchange.refuse(BadRequest.TOO_MANY, "too many requests at the same time; try again");
    } else if (!isPlainJson(request)) {
      exchange.refuse(
          BadRequest.MEDIA_TYPE, "only application/json, not encoded otherwise, is taken here");
    } else {
      collect(exchange);
    }
  }

  private void malformed(HttpServerRequest request) {
    badRequests.add(
        BadRequest.MALFORMED_HTTP, request, String.valueOf(request.decoderResult().cause()));
    HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
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

  private void collect(Exchange exchange) {
    RequestBody.collect(
        exchange.request(),
        room,
        vertx,
        new RequestBody.Outcome() {
          @Override
          public void complete(byte[] body, Runnable release) {
            reviews.take(exchange, body, release);
          }

          @Override
          public void refused(BadRequest reason, String why) {
            exchange.refuse(reason, why);
          }
        });
  }
}
