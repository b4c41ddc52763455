package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.ApiServer.Call;
import dev.pathgate.kube.FakeRequests;
import dev.pathgate.kube.LogLines;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServedSchemaTest {
  private final FakeRequests api = new FakeRequests();
  private final AtomicInteger changes = new AtomicInteger();
  private final LogLines log = new LogLines(ServedSchema.class);
  private final ServedSchema schema = new ServedSchema(api, changes::incrementAndGet);

  @AfterEach
  void stop() {
    schema.close();
    log.close();
  }

  @Test
  void knowsTheShapesOfBothKindsOnceTheDocumentWasRead() {
    assertThat(schema.isKnown()).isFalse();
    api.answer(200, document(true));

    assertThat(schema.read()).isTrue();

    assertThat(schema.isKnown()).isTrue();
    assertThat(schema.of(Kind.CLUSTER_DEPLOYMENT)).contains(new StatusShape(true, true, false));
    assertThat(changes).hasValue(1);
  }

  @Test
  void asksAgainAfterAnErrorOfItsOwnToo() {
    ServedSchema broken =
        new ServedSchema(
            (call, timeout) -> {
              throw new StackOverflowError();
            },
            changes::incrementAndGet);

    assertThat(broken.read()).isFalse();

    assertThat(log.lines)
        .singleElement()
        .asString()
        .startsWith("ERROR the schema could not be read");
    broken.close();
  }

  @Test
  void asksWithTheTagOfWhatItKnowsAndTellsNobodyWhereNothingChanged() {
    api.answer(200, document(true)).answer(304, "");
    schema.read();
    assertThat(schema.read()).isTrue();

    assertThat(api.calls())
        .extracting(call -> call.headers().getOrDefault("If-None-Match", ""))
        .containsExactly("", "tag");
    assertThat(changes).hasValue(1);
  }

  @Test
  void tellsWhereAShapeIsAnother() {
    api.answer(200, document(true)).answer(200, document(false));
    schema.read();

    schema.read();

    assertThat(schema.of(Kind.MULTI_CLUSTER_SERVICE)).contains(new StatusShape(true, false, false));
    assertThat(changes).hasValue(2);
  }

  @Test
  void keepsWhatItKnowsThroughFailuresAndSaysOnceThatThereAreAny() {
    api.answer(200, document(true)).answer(503, "{\"message\": \"later\"}").fail("reset by peer");
    schema.read();
    log.lines.clear();

    assertThat(schema.read()).isFalse();
    assertThat(schema.read()).isFalse();
    assertThat(schema.isKnown()).isTrue();
    api.answer(304, "");
    assertThat(schema.read()).isTrue();

    assertThat(log.lines)
        .containsExactly(
            "WARN GET /openapi/v3/apis/k0rdent.mirantis.com/v1beta1 was answered 503: later; what"
                + " status can hold is not known",
            "INFO /openapi/v3/apis/k0rdent.mirantis.com/v1beta1 can be read again");
    assertThat(api.calls()).extracting(Call::method).containsOnly("GET");
  }

  @Test
  void anOutageWithManyHintsLeavesOneReadingThatWaits() throws Exception {
    ScheduledThreadPoolExecutor fast = new ThousandTimesFaster();
    try (ServedSchema away = new ServedSchema(api, changes::incrementAndGet, fast)) {
      away.start();
      for (int hint = 0; hint < 1000; hint++) {
        away.readAgain();
        Thread.sleep(1);
      }

      assertThat(fast.getQueue()).as("readings that wait").hasSizeLessThanOrEqualTo(3);
    }
  }

  /** Milliseconds where seconds were asked for. */
  private static final class ThousandTimesFaster extends ScheduledThreadPoolExecutor {
    ThousandTimesFaster() {
      super(1);
      setRemoveOnCancelPolicy(true);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      return super.schedule(task, unit.toMillis(delay), TimeUnit.MICROSECONDS);
    }
  }

  private static String document(boolean versions) {
    return TestCluster.yaml(
            """
            components:
              schemas:
                cd:
                  x-kubernetes-group-version-kind: [{group: k0rdent.mirantis.com, version: v1beta1, kind: ClusterDeployment}]
                  properties: {status: {properties: {servicesUpgradePaths: {items: {properties: {availableUpgrades: {items: {properties: {%s}}}}}}}}}
                mcs:
                  x-kubernetes-group-version-kind: [{group: k0rdent.mirantis.com, version: v1beta1, kind: MultiClusterService}]
                  properties: {status: {properties: {servicesUpgradePaths: {items: {properties: {availableUpgrades: {items: {properties: {%s}}}}}}}}}
            """
                .formatted(versions ? "versions: {}" : "", versions ? "versions: {}" : ""))
        .toString();
  }
}
