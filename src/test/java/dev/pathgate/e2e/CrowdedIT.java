package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.testkit.PathgateProcess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A neighbour that holds more connections than there may be. */
class CrowdedIT {
  private static final int HELD = 1_100;
  private static final Buffer NO_REVIEW =
      Buffer.buffer("GET /nothing-here HTTP/1.1\r\nHost: localhost\r\n\r\n");

  private static final Vertx vertx = Vertx.vertx();
  private static final AtomicInteger closed = new AtomicInteger();
  private static final List<NetSocket> held = new CopyOnWriteArrayList<>();

  private static PathgateProcess gate;
  private static NetClient neighbour;

  @BeforeAll
  static void holdMoreThanThereMayBe() throws Exception {
    gate = PathgateProcess.onFolder(Reviews.folder()).start();
    neighbour =
        vertx.createNetClient(
            new NetClientOptions()
                .setSsl(true)
                .setTrustAll(true)
                .setHostnameVerificationAlgorithm(""));
    open(HELD);
    vertx.setPeriodic(1_000, id -> held.forEach(socket -> socket.write(NO_REVIEW)));
  }

  /** All at once: one by one, on a busy machine, the first are evicted before the last is there. */
  private static void open(int count) throws Exception {
    List<Future<NetSocket>> opening = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      opening.add(
          neighbour
              .connect(gate.httpsPort(), "127.0.0.1")
              // At once: one that is evicted before it is counted would be waited for in vain.
              .onSuccess(CrowdedIT::hold));
    }
    for (Future<NetSocket> one : opening) {
      one.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
  }

  private static void hold(NetSocket socket) {
    socket.closeHandler(gone -> closed.incrementAndGet());
    socket.exceptionHandler(gone -> {});
    socket.write(NO_REVIEW);
    held.add(socket);
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get();
    gate.close();
  }

  @Test
  void answersEveryNewConnectionOfAnHonestClient() throws Exception {
    for (int i = 0; i < 20; i++) {
      Caller honest = Caller.of(gate, HttpClient.Version.HTTP_2);

      assertThat(honest.post("/validate", Reviews.allowed()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void keepsAConnectionThatHasSentAReview() throws Exception {
    try (SSLSocket reviewer = Caller.of(gate, HttpClient.Version.HTTP_1_1).connect()) {
      Caller.ask(reviewer, "/validate", Reviews.allowed(), "");
      for (int i = 0; i < 50; i++) {
        Caller.of(gate, HttpClient.Version.HTTP_1_1).connect().close();
      }

      assertThat(Caller.ask(reviewer, "/validate", Reviews.allowed(), ""))
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void evictsThoseThatNeverSendAReviewHoweverOftenTheyAskForOtherThings() {
    Awaitility.await("all of the neighbour's connections are closed")
        .atMost(Duration.ofSeconds(60))
        .until(() -> closed.get() >= HELD);
  }

  @Test
  void countsAndLogsItOnce() throws Exception {
    for (int i = 0; i < 10 && evictedAtTheLimit() == 0; i++) {
      open(HELD);
    }
    assertThat(evictedAtTheLimit()).isPositive();
    assertThat(metric("pathgate_bad_requests_total\\{reason=\"unknown-path\"")).isPositive();
    assertThat(gate.log().lines().filter(line -> line.contains("connections are in use")))
        .hasSizeBetween(1, 2); // once a minute
    assertThat(gate.log().lines().filter(line -> line.contains("Bad request from")))
        .hasSizeBetween(1, 3)
        .allMatch(line -> line.contains("127.0.0.1") && line.contains("404"));
  }

  private static double evictedAtTheLimit() {
    return metric("pathgate_connections_evicted_total\\{reason=\"limit\"");
  }

  private static double metric(String pattern) {
    Matcher line =
        Pattern.compile("(?m)^" + pattern + ".*?\\} ([0-9.E]+)$").matcher(gate.body("/q/metrics"));
    assertThat(line.find()).as(pattern).isTrue();
    return Double.parseDouble(line.group(1));
  }
}
