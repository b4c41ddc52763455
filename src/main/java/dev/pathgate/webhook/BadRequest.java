package dev.pathgate.webhook;

import dev.pathgate.kube.OneLine;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import org.jboss.logging.Logger;

/** Why a request is answered with a 4xx; what is counted and, once a minute, logged. */
enum BadRequest {
  MALFORMED_HTTP(400),
  NOT_A_REVIEW(400),
  UNKNOWN_PATH(404),
  METHOD(405),
  TOO_SLOW(408),
  TOO_LARGE(413),
  TOO_COSTLY(413),
  MEDIA_TYPE(415),
  TOO_MANY(429),
  NO_MEMORY(429);

  private final int status;

  BadRequest(int status) {
    this.status = status;
  }

  int status() {
    return status;
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Counts them by reason and logs them, once a minute a reason. */
  static final class Ledger {
    private static final Logger LOG = Logger.getLogger("pathgate.bad-requests");

    private final MeterRegistry metrics;
    private final OnceAMinute log = new OnceAMinute(LOG);

    Ledger(MeterRegistry metrics) {
      this.metrics = metrics;
      for (BadRequest reason : values()) {
        count(reason, 0);
      }
    }

    private void count(BadRequest reason, int more) {
      metrics.counter("pathgate.bad.requests", "reason", reason.word()).increment(more);
    }

    /** One more, with what its client is told. */
    void add(BadRequest reason, HttpServerRequest request, String why) {
      count(reason, 1);
      log.warn(
          reason.word(),
          "Bad request from %s, answered %d: %s"
              .formatted(request.remoteAddress(), reason.status, OneLine.of(why, 500)));
    }
  }
}
