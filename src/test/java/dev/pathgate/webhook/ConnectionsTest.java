package dev.pathgate.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Which connections go, and which stay, told by connections that write down what is done. */
class ConnectionsTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final long MAX_UNREAD = 100_000;

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final AtomicLong millis = new AtomicLong();
  private final Connections connections =
      new Connections(
          VERTX, MAX_UNREAD, metrics, () -> System.nanoTime() + millis.get() * 1_000_000);

  @AfterAll
  static void stop() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  /** A client, as Vert.x shows it. */
  private final class Client {
    private final List<String> events = new ArrayList<>();
    private final HttpVersion version;
    private Handler<Void> closed;
    private final HttpConnection connection = fake(HttpConnection.class, this::onConnection);

    Client(HttpVersion version) {
      this.version = version;
      connections.opened(connection);
    }

    private Object onConnection(Object self, java.lang.reflect.Method method, Object[] arguments) {
      switch (method.getName()) {
        case "closeHandler" -> closed = handler(arguments);
        case "close" -> {
          events.add("closed");
          return io.vertx.core.Future.succeededFuture();
        }
        case "goAway" -> events.add("told to leave");
        case "hashCode" -> {
          return System.identityHashCode(self);
        }
        case "equals" -> {
          return self == arguments[0];
        }
        case "toString" -> {
          return "connection";
        }
        default -> {
          return null;
        }
      }
      return self;
    }

    Request request() {
      return new Request(this);
    }

    Client thatSentAReview() {
      Request review = request();
      connections.asked(review.request);
      connections.reviewed(review.request);
      review.ended.handle(null);
      return this;
    }
  }

  /** One request of a client, and what becomes of its response. */
  private static final class Request {
    private final List<String> headers = new ArrayList<>();
    private Handler<Void> ended;
    private final HttpServerRequest request;

    Request(Client client) {
      HttpServerResponse response =
          fake(
              HttpServerResponse.class,
              (self, method, arguments) -> {
                switch (method.getName()) {
                  case "endHandler" -> ended = handler(arguments);
                  case "putHeader" -> headers.add(arguments[0] + ": " + arguments[1]);
                  default -> {}
                }
                return self;
              });
      request =
          fake(
              HttpServerRequest.class,
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "connection" -> client.connection;
                    case "response" -> response;
                    case "version" -> client.version;
                    default -> null;
                  });
    }
  }

  @SuppressWarnings("unchecked") // a proxy's arguments have no types
  private static Handler<Void> handler(Object[] arguments) {
    return (Handler<Void>) arguments[0];
  }

  private static <T> T fake(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private List<Client> clients(int count) {
    return IntStream.range(0, count).mapToObj(i -> new Client(HttpVersion.HTTP_2)).toList();
  }

  private double evicted(String reason) {
    return metrics.get("pathgate.connections.evicted").tag("reason", reason).counter().count();
  }

  @Test
  void countsThoseThatAreOpen() {
    List<Client> clients = clients(3);

    clients.get(1).closed.handle(null);

    assertThat(connections.openCount()).isEqualTo(2);
    assertThat(metrics.get("pathgate.connections").gauge().value()).isEqualTo(2);
    assertThat(evicted("limit") + evicted("idle") + evicted("unread")).isZero();
  }

  @Test
  void evictsTheOneIdleForLongestAtTheLimitAndNeverTheNewcomer() {
    List<Client> clients = clients(Connections.MAX_OPEN);
    clients.get(0).thatSentAReview();

    Client newcomer = new Client(HttpVersion.HTTP_2);

    assertThat(clients.get(0).events).isEmpty();
    assertThat(clients.get(1).events).containsExactly("closed");
    assertThat(clients.subList(2, clients.size())).allMatch(client -> client.events.isEmpty());
    assertThat(newcomer.events).isEmpty();
    assertThat(connections.openCount()).isEqualTo(Connections.MAX_OPEN);
    assertThat(evicted("limit")).isEqualTo(1);
  }

  @Test
  void sparesAtTheLimitWhoWaitsForAnAnswerAndTellsTheOthersToAskAgain() {
    List<Client> clients = clients(Connections.MAX_OPEN);
    clients.forEach(Client::thatSentAReview);
    connections.asked(clients.get(0).request().request);

    new Client(HttpVersion.HTTP_2);

    assertThat(clients.get(0).events).isEmpty();
    assertThat(clients.get(1).events).containsExactly("told to leave", "closed");
  }

  @Test
  void isCrowdedByAClientWithMoreThanItsShareUnderWay() {
    Client greedy = new Client(HttpVersion.HTTP_2);
    Client modest = new Client(HttpVersion.HTTP_2).thatSentAReview();
    for (int i = 0; i < 2_000; i++) {
      connections.asked(greedy.request().request);
    }
    assertThat(connections.isCrowdedBy(greedy.request().request)).isFalse();

    Request oneMore = modest.request();
    connections.asked(oneMore.request);

    assertThat(connections.isCrowdedBy(greedy.request().request)).isTrue();
    assertThat(connections.isCrowdedBy(modest.request().request)).isFalse();

    oneMore.ended.handle(null);
    assertThat(connections.isCrowdedBy(greedy.request().request)).isFalse();
  }

  @Test
  void countsARequestOnceHoweverOftenItsEndIsTold() {
    Client client = new Client(HttpVersion.HTTP_2);
    Request told = client.request();
    connections.asked(told.request);
    told.ended.handle(null);
    told.ended.handle(null);

    for (int i = 0; i < 2_001; i++) {
      connections.asked(client.request().request);
    }

    assertThat(connections.isCrowdedBy(client.request().request)).isTrue();
  }

  @Test
  void evictsTheClientThatKeepsAnswersUnreadWhereTheyTakeTooMuch() {
    Client slow = new Client(HttpVersion.HTTP_2).thatSentAReview();
    Client quick = new Client(HttpVersion.HTTP_2).thatSentAReview();
    connections.answering(slow.request().request, 40_000, Promise.<Void>promise().future());
    millis.addAndGet(501);
    Promise<Void> read = Promise.promise();
    connections.answering(quick.request().request, 40_000, read.future());
    assertThat(slow.events).as("80,000 bytes and two overheads fit").isEmpty();
    read.complete();

    connections.answering(quick.request().request, 60_000, Promise.<Void>promise().future());

    assertThat(slow.events).containsExactly("told to leave", "closed");
    assertThat(quick.events).isEmpty();
    assertThat(evicted("unread")).isEqualTo(1);
  }

  /** In a burst an answer to one who reads may be older than those that nobody will read. */
  @Test
  void evictsTheClientWithMostUnreadWhereNoAnswerIsOld() {
    Client reader = new Client(HttpVersion.HTTP_2).thatSentAReview();
    Client burst = new Client(HttpVersion.HTTP_2).thatSentAReview();
    connections.answering(reader.request().request, 1_000, Promise.<Void>promise().future());
    millis.addAndGet(50);

    for (int i = 0; i < 4; i++) {
      connections.answering(burst.request().request, 20_000, Promise.<Void>promise().future());
    }

    assertThat(burst.events).containsExactly("told to leave", "closed");
    assertThat(reader.events).isEmpty();

    // Before the end of that connection has freed anything, the reader is answered again.
    connections.answering(burst.request().request, 20_000, Promise.<Void>promise().future());
    connections.answering(reader.request().request, 1_000, Promise.<Void>promise().future());
    assertThat(reader.events).isEmpty();
  }

  /** Drains until it is over, which it then tells, or is interrupted. */
  private Thread drain(CountDownLatch drained) {
    Thread draining =
        new Thread(
            () -> {
              try {
                connections.drain(60_000);
                drained.countDown();
              } catch (InterruptedException ended) {
                // the test is over
              }
            });
    draining.start();
    return draining;
  }

  @Test
  void tellsEveryoneToLeaveAndReturnsOnceTheyHave() throws Exception {
    List<Client> clients = clients(2);
    CountDownLatch drained = new CountDownLatch(1);
    Thread draining = drain(drained);
    try {
      org.awaitility.Awaitility.await()
          .until(() -> clients.stream().allMatch(client -> !client.events.isEmpty()));
      Request late = new Client(HttpVersion.HTTP_1_1).request();
      connections.asked(late.request); // still under way, so it is not quiet

      assertThat(late.headers).containsExactly("Connection: close");
      assertThat(clients).allMatch(client -> client.events.equals(List.of("told to leave")));
      assertThat(drained.getCount()).isEqualTo(1);

      late.ended.handle(null);
      assertThat(drained.await(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      draining.interrupt();
    }
  }

  /** A client that was told to leave comes back at once on another connection, and asks there. */
  @Test
  void waitsForThoseWhoComeBackUntilTheyStayAway() throws Exception {
    Client client = new Client(HttpVersion.HTTP_1_1);
    CountDownLatch drained = new CountDownLatch(1);
    Thread draining = drain(drained);
    try {
      org.awaitility.Awaitility.await().until(() -> !client.events.isEmpty());
      client.closed.handle(null);

      assertThat(drained.await(200, TimeUnit.MILLISECONDS)).isFalse();

      assertThat(drained.await(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      draining.interrupt();
    }
  }
}
