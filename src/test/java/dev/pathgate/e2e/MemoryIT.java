package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.attack.CostlyReviews;
import dev.pathgate.attack.HalfOpen;
import dev.pathgate.attack.Neighbour;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What costs far more memory than it has bytes, with the chart's heap: it is judged or refused by
 * 413 or 429, the process lives on, and the next edit that is right is admitted.
 */
class MemoryIT {
  private static PathgateProcess gate;
  private static Caller honest;

  @BeforeEach
  void start() throws IOException {
    if (gate != null && gate.process().isAlive()) {
      return;
    }
    gate = launch();
    honest = Caller.of(gate, java.net.http.HttpClient.Version.HTTP_2);
  }

  private static PathgateProcess launch() throws IOException {
    Path folder = Reviews.folder();
    Files.writeString(folder.resolve("huge.json"), CostlyReviews.hugeChain("tenant", 20));
    Files.writeString(folder.resolve("long.json"), CostlyReviews.longChain("tenant"));
    Files.writeString(folder.resolve("endless.json"), CostlyReviews.endlessChain("tenant"));
    return PathgateProcess.onFolder(folder).start();
  }

  @AfterAll
  static void stop() {
    gate.close();
  }

  @ParameterizedTest
  @EnumSource
  void livesOnAfter(CostlyReviews.Costly costly) throws Exception {
    byte[] body = costly.body();
    assertThat(body.length).isLessThan(16 * 1024 * 1024);

    int status = honest.postLarge("/validate", body);

    assertThat(status).isIn(200, 413);
    admitsWhatIsRight();
  }

  @ParameterizedTest
  @EnumSource
  void livesOnAfterManyAtOnce(CostlyReviews.Flood flood) throws Exception {
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < flood.connections(); i++) {
      callers.add(Caller.of(gate, java.net.http.HttpClient.Version.HTTP_2));
    }
    List<CompletableFuture<Integer>> answers = new ArrayList<>();
    for (int i = 0; i < flood.requests(); i++) {
      answers.add(
          callers
              .get(i % callers.size())
              .postLater("/validate", flood.body(i))
              .thenApply(HttpResponse::statusCode));
      if (i >= 50) {
        answers.get(i - 50).get(60, TimeUnit.SECONDS); // as many at once as one connection takes
      }
    }

    for (CompletableFuture<Integer> answer : answers) {
      assertThat(answer.get(60, TimeUnit.SECONDS)).isIn(200, 408, 413, 429);
    }
    admitsWhatIsRight();
  }

  @Test
  void livesOnAfterAnswersThatNobodyReads() throws Exception {
    assertThat(CostlyReviews.longAnswer().length).isBetween(30_000, 50_000);
    try (Neighbour neighbour = new Neighbour(gate.httpsPort())) {
      neighbour.readNothing(30, 100, CostlyReviews.longAnswer());
      Awaitility.await("a connection whose answers are not read is closed")
          .atMost(Duration.ofSeconds(40))
          .until(
              () ->
                  gate.body("/q/metrics")
                      .matches(
                          "(?s).*pathgate_connections_evicted_total.reason=.unread.. [1-9].*"));
      admitsWhatIsRight();
    }
  }

  @Test
  void livesOnBesideThousandsThatNeverFinishTheirHandshake() throws Exception {
    try (HalfOpen half =
        new HalfOpen(gate.httpsPort(), 6_000, HalfOpen.Greeting.PART_OF_A_CLIENT_HELLO)) {
      assertThat(half.count()).isEqualTo(6_000);
      admitsWhatIsRight();
    }
  }

  private static void admitsWhatIsRight() throws IOException {
    assertThat(gate.process().isAlive()).as(gate.log()).isTrue();
    Awaitility.await("an edit that is right is admitted")
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () ->
                Caller.of(gate, java.net.http.HttpClient.Version.HTTP_2)
                        .post("/validate", Reviews.allowed())
                        .statusCode()
                    == 200);
    assertThat(gate.process().isAlive()).isTrue();
    assertThat(gate.log()).doesNotContain("OutOfMemory");
  }
}
