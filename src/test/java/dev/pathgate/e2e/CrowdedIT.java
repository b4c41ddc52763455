package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.attack.Neighbour;
import dev.pathgate.testkit.PathgateProcess;
import java.net.http.HttpClient;
import java.time.Duration;
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

  private static PathgateProcess gate;
  private static Neighbour neighbour;

  @BeforeAll
  static void holdMoreThanThereMayBe() throws Exception {
    gate = PathgateProcess.onFolder(Reviews.folder()).start();
    neighbour = new Neighbour(gate.httpsPort());
    crowd();
    neighbour.keepAsking();
  }

  /** Some at a time: of all at once most would be ended in their handshakes. */
  private static void crowd() throws Exception {
    for (int i = 0; i < 5; i++) {
      neighbour.open(HELD / 5);
    }
  }

  @AfterAll
  static void stop() {
    neighbour.close();
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
        .until(() -> neighbour.closed() >= HELD);
  }

  @Test
  void countsAndLogsItOnce() throws Exception {
    for (int i = 0; i < 10 && evictedAtTheLimit() == 0; i++) {
      crowd();
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
