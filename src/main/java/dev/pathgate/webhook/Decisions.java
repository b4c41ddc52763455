package dev.pathgate.webhook;

import dev.pathgate.admission.AdmissionRequest;
import dev.pathgate.admission.Operation;
import dev.pathgate.admission.ReviewWriter;
import dev.pathgate.admission.Verdict;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.OneLine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * Records what was decided: metrics for everything, one log line for each refusal, and Events if
 * they are wanted.
 */
final class Decisions {
  private static final Logger LOG = Logger.getLogger("pathgate.decisions");

  /** How much of a text is logged; a chain of many flaws has a message of megabytes. */
  private static final int LOGGED = 8_000;

  private static final List<String> TAGS =
      List.of("call", "kind", "operation", "verdict", "rule", "dry_run");

  private final MeterRegistry metrics;

  /** By the values of those tags; the registry would put them in order for each call. */
  private final Map<List<String>, Counter> counters = new ConcurrentHashMap<>();

  private final Timer validations;
  private final Timer mutations;
  private final Optional<RefusalEvents> events;

  Decisions(MeterRegistry metrics, Optional<RefusalEvents> events) {
    this.metrics = metrics;
    this.events = events;
    this.validations = timer("validate");
    this.mutations = timer("mutate");
  }

  private Timer timer(String call) {
    return Timer.builder("pathgate.decision")
        .description("From the head of a request to its answer")
        .tag("call", call)
        .serviceLevelObjectives(
            Duration.ofNanos(100_000),
            Duration.ofMillis(1),
            Duration.ofMillis(10),
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5))
        .register(metrics);
  }

  private Counter counter(List<String> tags) {
    Counter.Builder counter = Counter.builder("pathgate.decisions");
    for (int i = 0; i < TAGS.size(); i++) {
      counter.tag(TAGS.get(i), tags.get(i));
    }
    return counter.register(metrics);
  }

  /**
   * Records one decision.
   *
   * @param call {@code validate} or {@code mutate}
   */
  void record(String call, AdmissionRequest request, Verdict verdict, long nanos) {
    String kind = request.knownKind().map(Kind::kindName).orElse("other");
    String operation =
        request.operation() == Operation.OTHER ? "other" : request.operation().name();
    counters
        .computeIfAbsent(
            List.of(
                call,
                kind,
                operation,
                verdict.outcome(),
                verdict.rule(),
                String.valueOf(request.dryRun())),
            this::counter)
        .increment();
    (call.equals("mutate") ? mutations : validations).record(Duration.ofNanos(nanos));
    if (verdict.isAllowed() && verdict.downgraded().isEmpty() && verdict.exempt().isEmpty()) {
      return;
    }
    fields(request, verdict).forEach((name, value) -> MDC.put(name, OneLine.of(value, LOGGED)));
    try {
      log(request, verdict);
    } finally {
      MDC.clear();
    }
    if (verdict.exempt().isPresent()) {
      metrics.counter("pathgate.exemptions", "kind", kind).increment();
    }
  }

  /** Tells others of a decision whose answer is on its way. */
  void answered(AdmissionRequest request, Verdict verdict) {
    events.ifPresent(to -> to.record(request, verdict));
  }

  /** What a log of JSON objects has as fields of their own. */
  private static Map<String, String> fields(AdmissionRequest request, Verdict verdict) {
    return Map.of(
        "user", request.user(),
        "object", request.subject(),
        "operation", request.operation().name(),
        "rule", verdict.rule(),
        "verdict", verdict.outcome(),
        "uid", request.uid());
  }

  private static void log(AdmissionRequest request, Verdict verdict) {
    if (!verdict.isAllowed()) {
      LOG.infof(
          "Refused %s: %s", about(request), OneLine.of(ReviewWriter.message(verdict), LOGGED));
    } else if (!verdict.downgraded().isEmpty()) {
      LOG.infof(
          verdict.exempt().isPresent() ? "Exempted %s: %s" : "Would refuse %s: %s",
          about(request),
          OneLine.of(ReviewWriter.downgraded(verdict), LOGGED));
    }
    verdict
        .exempt()
        .ifPresent(
            exempt ->
                LOG.warnf("Break-glass for %s, %s", about(request), OneLine.of(exempt, LOGGED)));
  }

  private static String about(AdmissionRequest request) {
    return OneLine.of(
        request.operation()
            + " of "
            + request.subject()
            + " by "
            + request.user()
            + " (uid "
            + request.uid()
            + ")",
        LOGGED);
  }
}
