package dev.pathgate.admission;

import dev.pathgate.k0rdent.Kind;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Set;
import org.jboss.logging.Logger;

/** Keeps the record of what was decided: metrics for all, one log line for each refusal. */
final class Decisions {
  private static final Logger LOG = Logger.getLogger("pathgate.decisions");
  private static final Set<String> OPERATIONS = Set.of("CREATE", "UPDATE", "DELETE", "CONNECT");

  private final MeterRegistry metrics;
  private final Timer validations;
  private final Timer mutations;

  Decisions(MeterRegistry metrics) {
    this.metrics = metrics;
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

  /**
   * Records one decision.
   *
   * @param call {@code validate} or {@code mutate}
   */
  void record(String call, AdmissionRequest request, Verdict verdict, long nanos) {
    String kind = request.knownKind().map(Kind::word).orElse("other");
    String operation = OPERATIONS.contains(request.operation()) ? request.operation() : "other";
    metrics
        .counter(
            "pathgate.decisions",
            "call",
            call,
            "kind",
            kind,
            "operation",
            operation,
            "verdict",
            verdict.word(),
            "rule",
            verdict.rule())
        .increment();
    (call.equals("mutate") ? mutations : validations).record(Duration.ofNanos(nanos));
    if (!verdict.isAllowed()) {
      LOG.infof("Refused %s: %s", about(request), oneLine(ReviewWriter.message(request, verdict)));
    } else if (!verdict.softened().isEmpty()) {
      LOG.infof(
          "%s %s: %s",
          verdict.exempt().isPresent() ? "Exempted" : "Would refuse",
          about(request),
          oneLine(String.join("; ", verdict.warnings())));
    }
    verdict
        .exempt()
        .ifPresent(
            exempt -> {
              metrics.counter("pathgate.exemptions", "kind", kind).increment();
              LOG.warnf("Break-glass for %s, %s", about(request), oneLine(exempt));
            });
  }

  private static String about(AdmissionRequest request) {
    return oneLine(
        request.operation()
            + " of "
            + request.subject()
            + " by "
            + request.user()
            + " (uid "
            + request.uid()
            + ")");
  }

  /** A log line stays one line, whatever a client sends. */
  static String oneLine(String text) {
    return text.replaceAll("\\s*[\\p{Cntrl}\u2028\u2029]+\\s*", " ");
  }
}
