package dev.pathgate.status;

import static dev.pathgate.status.TestCluster.await;
import static dev.pathgate.status.TestCluster.condition;
import static dev.pathgate.status.TestCluster.paths;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.status.TestCluster.RunningPatcher;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One replica writes, and another takes over; a class of its own, since leases take their time. */
@SuppressWarnings("try") // a patcher runs as long as its block, which need not name it
class StatusPatcherLeaseIT {
  private static final String SERVICE = "{name: a, template: a-1, templateChain: c}";

  private TestCluster cluster;

  @BeforeEach
  void start() {
    cluster = TestCluster.start("v1.12");
    cluster.namespace("team");
    cluster.chain("team", "c", "a-1 -> a-2", "a-2");
  }

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private void awaitWritten(String name) {
    await().until(() -> paths(cluster.deployment("team", name)).path(0).has("availableUpgrades"));
  }

  @Test
  void losesNothingWhenTheWriterIsKilled() throws Exception {
    cluster.deployment("team", "d", SERVICE);
    try (PathgateProcess first = patcher()) {
      awaitWritten("d");
      String holder = holder();
      try (PathgateProcess second = patcher().awaitReady()) {
        TimeUnit.SECONDS.sleep(6);
        assertThat(holder()).isEqualTo(holder);

        first.kill();
        long killed = System.nanoTime();
        cluster.deployment("team", "e", SERVICE);
        awaitWritten("e");

        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(30));
        assertThat(holder()).isNotEqualTo(holder);
        assertThat(second.stop()).isZero();
      }
      // SIGTERM lets go of the Lease at once.
      assertThat(holder()).isEmpty();
    }
  }

  private PathgateProcess patcher() throws IOException {
    return PathgateProcess.onCluster(cluster.kubeconfig())
        .with("PATHGATE_ROLES", "status-patcher")
        .launch();
  }

  private String holder() {
    return cluster.get(cluster.leasePath()).path("spec").path("holderIdentity").asText("");
  }

  @Test
  void writesNothingWithoutTheLeaseAndTakesItBackOnceItIsFree() throws InterruptedException {
    try (RunningPatcher patcher = cluster.patcher()) {
      await().until(() -> patcher.gauge("pathgate.status.leader") == 1);

      // Somebody whose clock is an hour ahead took the Lease; the time that it wrote is its own.
      await().until(() -> hold("thief", "2100-01-01T00:00:00.000000Z"));
      await().until(() -> patcher.gauge("pathgate.status.leader") == 0);
      cluster.deployment("team", "d", SERVICE);
      for (int i = 0; i < 10; i++) {
        TimeUnit.SECONDS.sleep(1);
        await().until(() -> hold("thief", "2100-01-01T00:00:00.00000%dZ".formatted(holds++ % 10)));
      }
      assertThat(paths(cluster.deployment("team", "d")).isMissingNode()).isTrue();

      awaitWritten("d");
      assertThat(condition(cluster.deployment("team", "d")).path("reason").asText())
          .isEqualTo("AllResolved");
    }
  }

  private int holds;

  private boolean hold(String holder, String renewal) {
    JsonNode lease = cluster.get(cluster.leasePath()).deepCopy();
    ((ObjectNode) lease)
        .withObjectProperty("spec")
        .put("holderIdentity", holder)
        .put("renewTime", renewal);
    return cluster
        .call(ApiServer.Call.send("PUT", cluster.leasePath(), ApiServer.JSON, lease))
        .isSuccess();
  }
}
