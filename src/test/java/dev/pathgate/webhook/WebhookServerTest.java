package dev.pathgate.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.Settings;
import dev.pathgate.admission.Judge;
import dev.pathgate.cluster.FakeCluster;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.Rulebook;
import dev.pathgate.testkit.TrustsAll;
import dev.pathgate.tls.CertificateAuthority;
import dev.pathgate.tls.ServingKeyManager;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookServerTest {
  private static final String REVIEW =
      """
      {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u",
       "kind": {"group": "k0rdent.mirantis.com", "version": "v1beta1", "kind": "ServiceTemplateChain"},
       "operation": "CREATE", "namespace": "tenant42", "object": {"metadata": {"name": "c"}, "spec": {}}}}
      """;

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Vertx vertx = Vertx.vertx();
  private WebhookServer server;

  @BeforeEach
  void start() throws Exception {
    Instant now = Instant.now();
    Duration day = Duration.ofDays(1);
    ServingKeyManager certificate =
        new ServingKeyManager(
            CertificateAuthority.make(now, day).issue(List.of("127.0.0.1"), now, day));
    server =
        new WebhookServer(
            vertx,
            new WebhookServer.Options(0, "127.0.0.1", certificate, Optional.empty(), 1 << 20),
            metrics);
    server.start();
  }

  @AfterEach
  void end() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void answersReviewsOnceItJudges() throws Exception {
    server.judgeBy(judge(), new Decisions(metrics, Optional.empty()));

    HttpResponse<String> answer = asked();

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"allowed\":true");
  }

  @Test
  void answersNoReviewBeforeItJudges() throws Exception {
    HttpResponse<String> answer = asked();

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).isEqualTo("Pathgate is starting and does not judge yet\n");
  }

  private HttpResponse<String> asked() throws Exception {
    return TrustsAll.client()
        .send(
            HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + "/validate"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(REVIEW))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static Judge judge() {
    return new Judge(
        new FakeCluster(),
        new Rulebook(
            Map.of(),
            new PathPolicy(PathPolicy.Steps.SINGLE, PathPolicy.ChainSwitch.TOGETHER),
            "kcm-system"),
        new Edits("kcm-system"),
        Settings.Mode.ENFORCE,
        Set.of());
  }
}
