package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.pathgate.cluster.StubServer;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** With the chart's heap, the status patcher takes in statuses that are many times as large. */
class StatusPatcherMemoryIT {
  private static final int OBJECTS = 200;
  private static final int SERVICES = 5;
  private static final int PATHS = 100;

  /** Releases the watches. */
  private final CountDownLatch end = new CountDownLatch(1);

  /** As after an upgrade of all services that the patcher did not see; as trees, 250 MB. */
  @Test
  void takesInStatusesOfServicesThatHaveMoved() throws Exception {
    try (StubServer api = new StubServer(this::answer);
        PathgateProcess patcher = patcher(api)) {
      Awaitility.await("all are taken in")
          .atMost(Duration.ofSeconds(60))
          .failFast("it has ended: " + patcher.log(), () -> !patcher.isAlive())
          .until(
              () ->
                  patcher
                      .body("/q/metrics")
                      .contains(
                          "pathgate_cache_objects{kind=\"ClusterDeployment\"} " + OBJECTS + ".0"));
      assertThat(patcher.log()).doesNotContain("OutOfMemory");
    } finally {
      end.countDown();
    }
  }

  private static PathgateProcess patcher(StubServer api) throws IOException {
    return PathgateProcess.pod("patcher", api.kubeconfig())
        .with("PATHGATE_ROLES", "status-patcher")
        .launch();
  }

  private void answer(HttpExchange exchange) throws IOException {
    boolean isWatch = exchange.getRequestURI().toString().contains("watch=true");
    String path = exchange.getRequestURI().getPath();
    boolean isList = path.startsWith("/apis/k0rdent.mirantis.com/v1beta1/");
    exchange.sendResponseHeaders(isList ? 200 : 404, 0);
    try (OutputStream body = exchange.getResponseBody()) {
      if (isWatch) {
        body.flush();
        end.await();
      } else if (isList) {
        write(body, "{\"metadata\": {\"resourceVersion\": \"7\"}, \"items\": [");
        for (int i = 0; i < OBJECTS && path.endsWith("/clusterdeployments"); i++) {
          write(body, (i == 0 ? "" : ",") + object(i));
        }
        write(body, "]}");
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private static void write(OutputStream body, String text) throws IOException {
    body.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A ClusterDeployment whose services stand at {@code new} and its status at {@code old}. */
  private static String object(int number) {
    return """
    {"apiVersion": "k0rdent.mirantis.com/v1beta1", "kind": "ClusterDeployment",
     "metadata": {"namespace": "tenant", "name": "deployment-%d", "resourceVersion": "%d"},
     "spec": {"serviceSpec": {"services": [%s]}},
     "status": {"servicesUpgradePaths": [%s]}}
    """
        .formatted(
            number,
            number + 1,
            each(
                SERVICES,
                "{\"name\": \"s-%1$d\", \"template\": \"new\", \"templateChain\": \"c\"}"),
            each(
                SERVICES,
                "{\"name\": \"s-%1$d\", \"namespace\": \"default\", \"template\": \"old\","
                    + " \"availableUpgrades\": ["
                    + each(PATHS, "{\"upgradePaths\": [" + steps() + "]}")
                    + "]}"));
  }

  private static String steps() {
    return IntStream.range(0, 20)
        .mapToObj(step -> "\"template-" + step + "\"")
        .collect(Collectors.joining(","));
  }

  private static String each(int count, String item) {
    return IntStream.range(0, count).mapToObj(item::formatted).collect(Collectors.joining(","));
  }
}
