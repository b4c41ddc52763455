package dev.pathgate.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.admission.AdmissionRequest;
import dev.pathgate.admission.BadReview;
import dev.pathgate.admission.ReviewReader;
import dev.pathgate.admission.Verdict;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DecisionsTest {
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Decisions decisions = new Decisions(metrics, Optional.empty());

  @Test
  void countsEveryDecisionAndDryRunsAsSuch() throws BadReview {
    decisions.record("validate", creation(false), Verdict.allowed(), 1_000);
    decisions.record("validate", creation(false), Verdict.allowed(), 1_000);
    decisions.record("validate", creation(true), Verdict.allowed(), 1_000);

    assertThat(counted("false")).isEqualTo(2);
    assertThat(counted("true")).isEqualTo(1);
    assertThat(metrics.get("pathgate.decision").tag("call", "validate").timer().count())
        .isEqualTo(3);
  }

  private double counted(String dryRun) {
    return metrics
        .get("pathgate.decisions")
        .tag("kind", "ServiceTemplateChain")
        .tag("operation", "CREATE")
        .tag("verdict", "allowed")
        .tag("dry_run", dryRun)
        .counter()
        .count();
  }

  private static AdmissionRequest creation(boolean dryRun) throws BadReview {
    String review =
        """
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u",
         "kind": {"group": "k0rdent.mirantis.com", "version": "v1beta1", "kind": "ServiceTemplateChain"},
         "operation": "CREATE", "namespace": "tenant42", "dryRun": %s,
         "object": {"metadata": {"name": "c"}, "spec": {}}}}
        """
            .formatted(dryRun);
    return ReviewReader.read(review.getBytes(StandardCharsets.UTF_8));
  }
}
