package dev.pathgate.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bodies that arrive over a real connection, in parts that the test decides. */
class RequestBodyTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final int MAX = 200_000;

  private final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
  private final List<Runnable> held = new CopyOnWriteArrayList<>();
  private final List<Socket> clients = new ArrayList<>();
  private HttpServer server;

  @AfterEach
  void stop() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
    server.close().toCompletionStage().toCompletableFuture().join();
  }

  @AfterAll
  static void stopAll() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  private RequestBody.Room room(long small, long large) {
    return new RequestBody.Room(
        MAX, new BodyBudget(small, 0), new BodyBudget(large, 0), new BodyQueue(4));
  }

  /** One whose bodies have the time to arrive that they have in a running server. */
  private static RequestBody.Room patientRoom(long small) {
    return new RequestBody.Room(MAX, new BodyBudget(small), new BodyBudget(0), new BodyQueue(4));
  }

  private void serve(RequestBody.Room room) {
    server =
        VERTX
            .createHttpServer()
            .requestHandler(request -> RequestBody.collect(request, room, VERTX, told(request)))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  private RequestBody.Outcome told(HttpServerRequest request) {
    return new RequestBody.Outcome() {
      @Override
      public void complete(byte[] body, Runnable release) {
        held.add(release);
        outcomes.add(request.path() + " " + body.length + " bytes");
      }

      @Override
      public void refused(BadRequest reason, String why) {
        outcomes.add(request.path() + " " + reason + ": " + why);
      }
    };
  }

  private String outcome() throws InterruptedException {
    return String.valueOf(outcomes.poll(20, TimeUnit.SECONDS));
  }

  private OutputStream post(String path, String header) throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    clients.add(client);
    OutputStream out = client.getOutputStream();
    out.write(
        ("POST " + path + " HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n").getBytes(US_ASCII));
    out.flush();
    return out;
  }

  private static void part(OutputStream out, int bytes) throws IOException {
    out.write(
        (Integer.toHexString(bytes) + "\r\n" + "x".repeat(bytes) + "\r\n").getBytes(US_ASCII));
    out.flush();
  }

  @Test
  void givesABodyThatComesInPartsOfNoAnnouncedLength() throws Exception {
    serve(room(MAX, MAX));

    OutputStream out = post("/a", "Transfer-Encoding: chunked");
    part(out, 10);
    part(out, 100_000);
    part(out, 1);
    out.write("0\r\n\r\n".getBytes(US_ASCII));
    out.flush();

    assertThat(outcome()).isEqualTo("/a 100011 bytes");
  }

  @Test
  void givesABodyOfTheLargestSizeAndRefusesOneByteMoreAtOnce() throws Exception {
    serve(room(MAX, MAX));

    post("/fits", "Content-Length: " + MAX).write(new byte[MAX]);
    assertThat(outcome()).isEqualTo("/fits " + MAX + " bytes");
    held.forEach(Runnable::run);

    post("/more", "Content-Length: " + (MAX + 1));
    assertThat(outcome())
        .isEqualTo(
            "/more TOO_LARGE: the body is larger than "
                + MAX
                + " bytes (pathgate.max-request-bytes)");
  }

  @Test
  void refusesABodyThatTurnsOutTooLarge() throws Exception {
    serve(room(MAX, MAX));

    OutputStream out = post("/a", "Transfer-Encoding: chunked");
    part(out, MAX);
    part(out, 1);

    assertThat(outcome()).startsWith("/a TOO_LARGE: ");
  }

  @Test
  void refusesABodyForWhichThereIsNoRoomUntilAnotherIsLetGo() throws Exception {
    serve(room(100, 0));
    post("/first", "Content-Length: 80").write(new byte[80]);
    assertThat(outcome()).isEqualTo("/first 80 bytes");

    post("/second", "Content-Length: 80").write(new byte[80]);
    assertThat(outcome())
        .isEqualTo("/second NO_MEMORY: too many bodies at the same time; try again");

    held.forEach(Runnable::run);
    post("/third", "Content-Length: 80").write(new byte[80]);
    assertThat(outcome()).isEqualTo("/third 80 bytes");
  }

  @Test
  void letsABodyWaitForTheRoomThatAnotherIsAboutToLeave() throws Exception {
    serve(patientRoom(100));
    post("/first", "Content-Length: 80").write(new byte[80]);
    assertThat(outcome()).isEqualTo("/first 80 bytes");

    post("/second", "Content-Length: 80").write(new byte[80]);
    VERTX.setTimer(200, late -> held.get(0).run());

    assertThat(outcome()).isEqualTo("/second 80 bytes");
  }

  @Test
  void letsThoseWaitInTurn() throws Exception {
    serve(patientRoom(100));
    post("/first", "Content-Length: 80").write(new byte[80]);
    assertThat(outcome()).isEqualTo("/first 80 bytes");
    for (String path : List.of("/a", "/b", "/c")) {
      post(path, "Content-Length: 80").write(new byte[80]);
    }

    for (int i = 0; i < 3; i++) {
      held.get(i).run();
      assertThat(outcome()).endsWith(" 80 bytes");
    }
  }

  @Test
  void keepsRoomForSmallBodiesBesideALargeOne() throws Exception {
    serve(room(2 * RequestBody.SMALL, 50_000));
    post("/large", "Content-Length: 110000").write(new byte[110_000]);
    assertThat(outcome()).isEqualTo("/large 110000 bytes");

    post("/larger", "Content-Length: 110000").write(new byte[110_000]);
    assertThat(outcome()).startsWith("/larger NO_MEMORY: ");
    post("/small", "Content-Length: 1000").write(new byte[1_000]);
    assertThat(outcome()).isEqualTo("/small 1000 bytes");
  }

  @Test
  void tellsABodyToLeaveThatTakesItsTimeWhileOthersWait() throws Exception {
    serve(room(100, 0));
    OutputStream slow = post("/slow", "Transfer-Encoding: chunked");
    part(slow, 60);

    // The part may arrive after the first of the others.
    String last = "";
    while (!last.startsWith("/slow")) {
      post("/other", "Content-Length: 80").write(new byte[80]);
      last = outcome();
      held.forEach(Runnable::run);
    }

    assertThat(last)
        .isEqualTo("/slow TOO_SLOW: the body arrives too slowly while others wait; try again");
  }

  @Test
  void hasRoomAgainAfterAClientThatHungUp() throws Exception {
    serve(room(100, 0));
    OutputStream gone = post("/gone", "Transfer-Encoding: chunked");
    part(gone, 90);
    gone.close();

    // The news of it may take a moment.
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              post("/next", "Content-Length: 80").write(new byte[80]);
              return "/next 80 bytes".equals(outcome());
            });
  }
}
