package dev.pathgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.attack.HalfOpen;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that stall and clients that send too much, beside one that means well. */
class HostileClientsIT {
  /** On a busy machine a client may be too slow with 15 MiB, and still writing when it is told. */
  private static final int DISMISSED = 0;

  private static PathgateProcess gate;
  private static Caller honest;

  @BeforeAll
  static void start() throws IOException {
    gate = PathgateProcess.onFolder(Reviews.folder()).start();
    honest = Caller.of(gate, HttpClient.Version.HTTP_2);
  }

  @AfterAll
  static void stop() {
    gate.close();
  }

  @Test
  void answersAnHonestClientBeside200StalledOnesAndThenShowsThemTheDoor() throws Exception {
    List<Socket> stalled = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      stalled.add(halfTls());
    }
    for (int i = 0; i < 60; i++) {
      stalled.add(half("POST /validate HTTP/1.1\r\nHost: localh"));
      stalled.add(half(head("Content-Length: 1000") + "{\"kind\": \"Admiss"));
    }

    long asked = System.nanoTime();
    int status = honest.post("/validate", Reviews.allowed()).statusCode();
    Duration answered = Duration.ofNanos(System.nanoTime() - asked);

    assertThat(status).isEqualTo(200);
    assertThat(answered).isLessThan(Duration.ofSeconds(5));
    assertThat(stalled.stream().filter(client -> !isDismissed(client))).isEmpty();
  }

  /** In rounds: on a busy machine the first are over by themselves before the last is there. */
  @Test
  void endsHandshakesWhereTooManyAreUnderWay() throws Exception {
    for (int i = 0; i < 10 && evictedHandshakes() == 0; i++) {
      try (HalfOpen many = halfTls(1_500)) {
        assertThat(many.count()).isEqualTo(1_500);
        assertThat(honest.post("/validate", Reviews.allowed()).statusCode()).isEqualTo(200);
      }
    }
    assertThat(evictedHandshakes()).isPositive();
    assertThat(gate.log()).contains("connections have not finished their TLS handshake");
  }

  @Test
  void leavesFewerHandshakesAlone() throws Exception {
    double before = evictedHandshakes();
    try (HalfOpen few = halfTls(100)) {
      assertThat(honest.post("/validate", Reviews.allowed()).statusCode()).isEqualTo(200);
      assertThat(few.ended()).isZero();
    }
    assertThat(evictedHandshakes()).isEqualTo(before);
  }

  private static HalfOpen halfTls(int count) throws IOException {
    return new HalfOpen(gate.httpsPort(), count, HalfOpen.Greeting.PART_OF_A_CLIENT_HELLO);
  }

  private static double evictedHandshakes() {
    return gate.body("/q/metrics")
        .lines()
        .filter(line -> line.startsWith("pathgate_connections_evicted_total{reason=\"handshake\"}"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static Socket halfTls() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), gate.httpsPort());
    HalfOpen.Greeting.PART_OF_A_CLIENT_HELLO.sayTo(socket);
    return socket;
  }

  private static Socket half(String request) throws IOException {
    Socket socket = Caller.of(gate, HttpClient.Version.HTTP_1_1).connect();
    socket.getOutputStream().write(request.getBytes(UTF_8));
    socket.getOutputStream().flush();
    return socket;
  }

  /** Whether the connection ends, with or without an answer, within the server's patience. */
  private static boolean isDismissed(Socket client) {
    try (client) {
      client.setSoTimeout(30_000);
      return client.getInputStream().readAllBytes().length < 1_000;
    } catch (SocketTimeoutException stillOpen) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  @Test
  void tellsAClientThatIsTooSlowWithItsBody() throws Exception {
    try (Socket slow = half(head("Content-Length: 1000") + "{")) {
      assertThat(Caller.answer(slow.getInputStream()))
          .startsWith("HTTP/1.1 408")
          .endsWith("the body did not arrive within 10 s\n");
    }
  }

  @Test
  void survivesManyLargeBodiesAtOnceOnASmallHeap() throws Exception {
    byte[] body = Reviews.allowedOf(15 * 1024 * 1024);
    List<CompletableFuture<Integer>> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Caller caller =
          Caller.of(gate, i % 2 == 0 ? HttpClient.Version.HTTP_1_1 : HttpClient.Version.HTTP_2);
      answers.add(caller.postLater("/validate", body).thenApply(HttpResponse::statusCode));
    }

    List<Integer> statuses = answers.stream().map(HostileClientsIT::status).toList();

    assertThat(statuses).isSubsetOf(200, 429, 408, DISMISSED);
    assertThat(honest.post("/validate", Reviews.allowed()).statusCode()).isEqualTo(200);
    assertThat(gate.log()).doesNotContain("OutOfMemory");
  }

  @Test
  void answersALargeBodyBesideOneThatStallsWithAllTheRoom() throws Exception {
    try (Socket stalled = half(head("Content-Length: 16777216"))) {
      stalled.getOutputStream().write(new byte[16 * 1024 * 1024 - 1]);
      stalled.getOutputStream().flush();
      Thread.sleep(2_000); // longer than a body may keep others waiting

      byte[] body = Reviews.allowedOf(1024 * 1024);

      assertThat(honest.postLater("/validate", body).get().statusCode()).isEqualTo(200);
      assertThat(Caller.answer(stalled.getInputStream()))
          .startsWith("HTTP/1.1 408")
          .endsWith("the body arrives too slowly while others wait; try again\n");
    }
  }

  /** More than once, since a busy machine may be too slow for two million pieces in 10 s. */
  @Test
  void holdsOnlyTheBytesOfABodyThatComesOneByOne() throws Exception {
    String answer = answerToBlanksOneByOne();
    for (int i = 0; i < 3 && answer.startsWith("HTTP/1.1 408"); i++) {
      answer = answerToBlanksOneByOne();
    }

    assertThat(answer).startsWith("HTTP/1.1 200").contains("\"allowed\":true");
    assertThat(gate.log()).doesNotContain("OutOfMemory");
  }

  private static String answerToBlanksOneByOne() throws Exception {
    byte[] review = Reviews.allowed().getBytes(UTF_8);
    byte[] blanks = "1\r\n \r\n".repeat(10_000).getBytes(UTF_8);
    try (Socket socket = half(head("Transfer-Encoding: chunked"))) {
      OutputStream out = socket.getOutputStream();
      for (int i = 0; i < 200; i++) {
        out.write(blanks);
      }
      out.write((Integer.toHexString(review.length) + "\r\n").getBytes(UTF_8));
      out.write(review);
      out.write("\r\n0\r\n\r\n".getBytes(UTF_8));
      out.flush();
      return Caller.answer(socket.getInputStream());
    }
  }

  private static String head(String length) {
    return "POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + length
        + "\r\n\r\n";
  }

  @Test
  void answersALargeBodyThatComesAlone() throws Exception {
    byte[] body = Reviews.allowedOf(15 * 1024 * 1024);

    assertThat(honest.postLarge("/validate", body)).isEqualTo(200);
  }

  /** The status; {@link #DISMISSED} if the connection ended while the body was being sent. */
  private static int status(CompletableFuture<Integer> answer) {
    try {
      return answer.join();
    } catch (CompletionException unanswered) {
      return DISMISSED;
    }
  }
}
