package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.testkit.PathgateProcess;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** SIGTERM while clients call over HTTP/1.1 and HTTP/2. */
class ShutdownIT {
  /** How long clients go on after the signal; Pathgate leaves when nothing more comes. */
  private static final long MILLIS_AFTER_THE_SIGNAL = 2_000;

  private static final int CLIENTS_EACH = 4;

  private static final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private static final AtomicInteger answeredAfterTheSignal = new AtomicInteger();
  private static volatile boolean signalled;
  private static volatile boolean over;

  private static final Vertx vertx = Vertx.vertx();

  private static PathgateProcess gate;
  private static String lateAnswer;
  private static int exitCode;
  private static long millisToExit;

  @BeforeAll
  static void terminateUnderLoad() throws Exception {
    gate = PathgateProcess.onFolder(Reviews.folder()).start();
    Caller one = Caller.of(gate, HttpClient.Version.HTTP_1_1);
    io.vertx.core.http.HttpClient two = multiplexing();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS_EACH; i++) {
      clients.add(client(() -> one.post("/validate", Reviews.allowed()).statusCode()));
      clients.add(client(() -> post(two)));
    }
    try (SSLSocket idle = one.connect()) {
      Caller.ask(idle, "/validate", Reviews.allowed(), "");
      Thread.sleep(1_000); // under load for a while

      signalled = true;
      gate.process().destroy();
      long signal = System.nanoTime();
      Thread.sleep(500); // the idle connection asks well after the signal
      lateAnswer = Caller.ask(idle, "/validate", Reviews.allowed(), "");
      Thread.sleep(MILLIS_AFTER_THE_SIGNAL);
      over = true;
      for (Thread client : clients) {
        client.join();
      }
      exitCode = gate.stop();
      millisToExit = (System.nanoTime() - signal) / 1_000_000;
    }
  }

  /** Java's own client drops what is under way when it is told to leave; this one does not. */
  private static io.vertx.core.http.HttpClient multiplexing() {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setSsl(true)
            .setTrustAll(true)
            .setVerifyHost(false)
            .setUseAlpn(true)
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2MaxPoolSize(2));
  }

  private static int post(io.vertx.core.http.HttpClient client) throws Exception {
    return client
        .request(HttpMethod.POST, gate.httpsPort(), "127.0.0.1", "/validate")
        .compose(
            request ->
                request
                    .putHeader("Content-Type", "application/json")
                    .send(Reviews.allowed())
                    .compose(answer -> answer.body().map(body -> answer.statusCode())))
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  private static Thread client(Callable<Integer> call) {
    Thread client =
        new Thread(
            () -> {
              while (!over) {
                call(call);
              }
            },
            "load");
    client.start();
    return client;
  }

  private static void call(Callable<Integer> call) {
    boolean after = signalled;
    try {
      int status = call.call();
      if (status != 200) {
        failures.add(String.valueOf(status));
      } else if (after) {
        answeredAfterTheSignal.incrementAndGet();
      }
    } catch (Exception failed) {
      failures.add(failed.toString());
    }
  }

  @AfterAll
  static void stop() {
    gate.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void failsNoRequestOfTheClientsThatWereConnected() {
    assertThat(failures).isEmpty();
  }

  @Test
  void answersOnAfterTheSignal() {
    assertThat(answeredAfterTheSignal.get()).isGreaterThan(10);
  }

  @Test
  void answersAnIdleConnectionAndAsksItToLeave() {
    assertThat(lateAnswer).startsWith("HTTP/1.1 200").containsIgnoringCase("connection: close");
  }

  @Test
  void leavesOnceNothingMoreComes() {
    assertThat(millisToExit).isLessThan(15_000);
    assertThat(exitCode).isZero();
  }
}
