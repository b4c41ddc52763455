package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.testkit.CrdShape;
import dev.pathgate.testkit.K0rdentObjects;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.NeedsApiServer;
import dev.pathgate.testkit.PathgateProcess;
import dev.pathgate.testkit.Wire;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The API server is absent at the start, slow, away, and back with other data. */
@NeedsApiServer
class ApiServerOutageIT {
  private static final Duration BACK = Duration.ofSeconds(60);
  private static final Duration LINE = Duration.ofSeconds(60);
  private static final Duration SLOW = Duration.ofSeconds(16);

  /**
   * Pathgate leaves a fifth of it for the way back: on a busy machine, less would be too little.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final CrdShape SHAPE = CrdShape.ofRepository().get(0);

  private static KubeServer api;
  private static Wire wire;
  private static PathgateProcess gate;
  private static Caller caller;
  private static String home;
  private static int liveBefore;
  private static String readyBefore;
  private static String metricsBefore;

  @BeforeAll
  static void startWithoutAnApiServer() throws IOException, InterruptedException {
    api = KubeServer.shared();
    SHAPE.serve(api);
    home = api.freshNamespace();
    api.create(K0rdentObjects.chain(SHAPE, home, "path", "a > b", "b > c", "c"));
    api.create(K0rdentObjects.chain(SHAPE, home, "doomed", "a > b", "b"));
    wire = new Wire(api::port);
    gate = PathgateProcess.onCluster(api.kubeconfigThrough(wire.port())).launch();
    Awaitility.await("it is alive").atMost(BACK).until(() -> gate.status("/q/health/live") == 200);
    liveBefore = gate.status("/q/health/live");
    Awaitility.await("it says why")
        .atMost(LINE)
        .until(() -> gate.log().contains("can't be reached: Connection refused"));
    readyBefore = gate.status("/q/health/ready") + " " + gate.body("/q/health/ready");
    wire.mend();
    gate.awaitReady();
    awaitFollowed(); // an outage that is not over yet is not told again
    metricsBefore = gate.body("/q/metrics");
    caller = Caller.of(gate, HttpClient.Version.HTTP_2);
    caller.post("/validate", Reviews.move(home, "c", "a", "path")); // its first call takes longer
  }

  @AfterAll
  static void stop() throws IOException {
    gate.close();
    wire.close();
  }

  @AfterEach
  void mend() throws IOException {
    wire.slowDown(Duration.ZERO);
    wire.cut();
    wire.mend();
    awaitFollowed();
  }

  private static void awaitFollowed() {
    Awaitility.await("the cache is being kept, and it is said so")
        .atMost(BACK)
        .until(() -> isWatching() && !lastWordOnTheApiServer().contains(" can't be "));
  }

  private static String lastWordOnTheApiServer() {
    return gate.log()
        .lines()
        .filter(line -> line.contains(" API server https:"))
        .reduce("", (earlier, later) -> later);
  }

  private static boolean isWatching() {
    return gate.body("/q/metrics")
            .lines()
            .filter(line -> line.startsWith("pathgate_cache_watching{"))
            .filter(line -> line.endsWith(" 1.0"))
            .count()
        == 5; // the four kinds, and ServiceSets, be it that there are none
  }

  @Test
  void isAliveButNotReadyUntilItHasSeenTheApiServerAndBecomesReadyByItself() {
    assertThat(liveBefore).isEqualTo(200);
    assertThat(readyBefore)
        .startsWith("503")
        .contains(
            "not yet read from the API server: ServiceTemplateChain, ClusterDeployment,"
                + " MultiClusterService, ServiceTemplate")
        .contains("API server " + address() + ": Connection refused");
    assertThat(gate.isReady()).isTrue();
  }

  @Test
  void countsReviewsOfItsOwnAsNoDecisions() throws IOException {
    assertThat(gate.log().lines())
        .filteredOn(line -> line.contains("of its own"))
        .singleElement()
        .asString()
        .endsWith("Ready: the first review, one of its own, is answered");
    assertThat(metricsBefore.lines())
        .filteredOn(line -> line.startsWith("pathgate_decisions_total"))
        .isEmpty();
    assertThat(gate.body("/q/metrics").lines())
        .filteredOn(line -> line.startsWith("pathgate_decisions_total"))
        .isNotEmpty();
  }

  @Test
  void saysInItsLogOnceThatTheApiServerIsAwayAndOnceThatItIsBack() throws Exception {
    List<String> before = gate.log().lines().toList();

    wire.cut();
    awaitItSaysThatItIsAway(before);
    boolean watching = isWatching();
    TimeUnit.SECONDS.sleep(8); // time in which it could say it again
    wire.mend();
    Awaitility.await("it says that it is back")
        .atMost(BACK)
        .until(() -> linesAfter(before).anyMatch(line -> line.contains("is back")));

    assertThat(watching).isFalse();
    assertThat(linesAfter(before))
        .map(line -> line.replaceFirst("^\\S+ \\S+ ", "").replaceAll(" +", " "))
        .containsExactly(
            "WARN API server " + address() + " can't be reached: Connection refused",
            "INFO API server " + address() + " is back and is followed again");
  }

  @Test
  void saysNothingBesidesOfConnectionsThatAreReset() throws Exception {
    List<String> before = gate.log().lines().toList();

    wire.reset();
    awaitItSaysThatItIsAway(before);

    assertThat(linesAfter(before)).noneMatch(line -> line.contains(" ERROR "));
  }

  private static void awaitItSaysThatItIsAway(List<String> before) {
    Awaitility.await("it says that it is away")
        .atMost(LINE)
        .until(() -> linesAfter(before).anyMatch(line -> line.contains("can't be reached")));
  }

  private static Stream<String> linesAfter(List<String> before) throws IOException {
    return gate.log().lines().skip(before.size());
  }

  private static String address() {
    return "https://127.0.0.1:"
        + wire.port()
        + " (kubeconfig "
        + api.kubeconfig().resolveSibling("kubeconfig-" + wire.port())
        + ", context test)";
  }

  @Test
  void allowsByTheCacheWhatItKnowsOfWhileTheApiServerIsSlow() throws Exception {
    wire.slowDown(SLOW);

    assertThat(ask(Reviews.move(home, "a", "b", "path"))).contains("\"allowed\":true");
  }

  @Test
  void refusesByTheCacheWithinTheTimeOutWhileTheApiServerIsSlow() throws Exception {
    wire.slowDown(SLOW);

    assertThat(ask(Reviews.move(home, "c", "a", "path")))
        .contains("ServiceTemplateChain " + home + "/path leads nowhere from c");
  }

  @Test
  void saysSoWhenAChainCouldNotBeRead() throws Exception {
    wire.slowDown(SLOW);

    assertThat(ask(Reviews.move(home, "a", "b", "unknown")))
        .contains("ServiceTemplateChain " + home + "/unknown could not be read in time; try again");
  }

  /** As a denial, which holds whatever failurePolicy says of failures. */
  @Test
  void refusesADeletionWhileNobodyTellsWhoUsesTheChain() throws Exception {
    assertThat(ask(Reviews.deletion(home, "path"))).contains("\"allowed\":true");

    wire.slowDown(SLOW);

    assertThat(ask(Reviews.deletion(home, "path")))
        .contains("\"allowed\":false")
        .contains(
            "who uses ServiceTemplateChain "
                + home
                + "/path could not be read in time; try again [chain-is-unused]");
  }

  @Test
  void keepsAWarningToItselfThatItCouldNotCheck() throws Exception {
    wire.slowDown(SLOW);

    assertThat(ask(Reviews.creation(home, "a", "unknown")))
        .contains("\"allowed\":true")
        .doesNotContain("warnings");
  }

  @Test
  void givesThatWarningWhenTheApiServerAnswers() throws Exception {
    assertThat(ask(Reviews.creation(home, "a", "unknown")))
        .contains("\"allowed\":true")
        .contains("names ServiceTemplateChain " + home + "/unknown, which does not exist");
  }

  /** The answer to a caller, within the time that it waits. */
  private static String ask(String review) throws IOException, InterruptedException {
    long asked = System.nanoTime();
    String answer = caller.post("/validate?timeout=" + PATIENCE.toSeconds() + "s", review).body();
    assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(PATIENCE);
    return answer;
  }

  @Test
  void staysReadyWhileTheApiServerIsAwayAndLearnsWhatItMissedAfterItsRestart() throws Exception {
    String doomed = Reviews.move(home, "a", "b", "doomed");
    String born = Reviews.move(home, "a", "b", "born");
    assertThat(ask(doomed)).contains("\"allowed\":true");
    assertThat(ask(born)).contains("does not exist");

    wire.cut();
    api.exchange("DELETE", K0rdentObjects.CHAINS.formatted(home) + "/doomed", "");
    api.create(K0rdentObjects.chain(SHAPE, home, "born", "a > b", "b"));
    api.stop();
    boolean readyInBetween = gate.isReady();
    String judgedInBetween = ask(doomed);
    api.start();
    wire.mend();

    assertThat(readyInBetween).isTrue();
    assertThat(judgedInBetween).contains("\"allowed\":true");
    Awaitility.await("the missed deletion and creation are known")
        .atMost(BACK)
        .untilAsserted(
            () -> {
              assertThat(ask(doomed)).contains("does not exist");
              assertThat(ask(born)).contains("\"allowed\":true");
            });
  }
}
