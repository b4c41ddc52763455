package dev.pathgate.webhook;

import dev.pathgate.Settings;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;

/**
 * The management port: Quarkus' routes of health and metrics behind a listener of our own. Quarkus
 * applies {@code limits.max-connections} to its main port only, and turns newcomers away there: a
 * neighbour with that many connections would keep out the kubelet's probes, which ends the pod.
 * Here the connection goes that has asked nothing for longest.
 */
@Singleton
public class ManagementPort {
  /** Probes and scrapes open a handful. */
  static final int MAX_OPEN = 200;

  /** A scrape that comes less often connects again. */
  private static final int IDLE_SECONDS = 10;

  private static final Logger LOG = Logger.getLogger(ManagementPort.class);

  private final Settings settings;
  private final Vertx vertx;
  private final OnceAMinute log = new OnceAMinute(LOG);

  /** The one that asked nothing for longest first; on the event loop of the listener alone. */
  private final Set<HttpConnection> open = new LinkedHashSet<>();

  ManagementPort(Settings settings, Vertx vertx) {
    this.settings = settings;
    this.vertx = vertx;
  }

  void listen(@Observes ManagementInterface routes)
      throws InterruptedException, ExecutionException {
    vertx
        .createHttpServer(
            new HttpServerOptions()
                .setHost(settings.host())
                .setPort(settings.managementPort())
                .setIdleTimeout(IDLE_SECONDS)
                // Otherwise a connection is counted only once it has asked something.
                .setHttp2ClearTextEnabled(false))
        .connectionHandler(this::opened)
        .requestHandler(
            request -> {
              asked(request);
              routes.router().handle(request);
            })
        .exceptionHandler(lost -> LOG.debugf("Connection lost: %s", lost))
        .listen()
        .toCompletionStage()
        .toCompletableFuture()
        .get();
  }

  private void opened(HttpConnection connection) {
    while (open.size() >= MAX_OPEN) {
      HttpConnection idlest = open.iterator().next();
      open.remove(idlest);
      idlest.close();
      log.warn(
          "limit",
          "All "
              + MAX_OPEN
              + " connections of the management port are in use: the idle ones go; the newest is"
              + " from "
              + connection.remoteAddress());
    }
    open.add(connection);
    connection.closeHandler(closed -> open.remove(connection));
  }

  private void asked(HttpServerRequest request) {
    if (open.remove(request.connection())) {
      open.add(request.connection());
    }
  }
}
