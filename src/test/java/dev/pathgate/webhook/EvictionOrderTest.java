package dev.pathgate.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** Who goes where there are too many, and who has to wait. */
class EvictionOrderTest {
  private static final long SECOND = 1_000_000_000L;

  private final List<HttpConnection> closed = new ArrayList<>();
  private long now = 100 * SECOND;
  private final Connections connections =
      new Connections(
          fake(Vertx.class, (method, self) -> method.equals("setPeriodic") ? (Object) 1L : null),
          1 << 20,
          new SimpleMeterRegistry(),
          () -> now);

  /** Answers methods by name; what is null is a method that does nothing. */
  private static <T> T fake(Class<T> type, BiFunction<String, Object, Object> methods) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "hashCode" -> System.identityHashCode(self);
                  case "equals" -> self == arguments[0];
                  case "toString" -> type.getSimpleName();
                  default -> {
                    Object answer = methods.apply(method.getName(), self);
                    yield answer == null && method.getReturnType() == boolean.class
                        ? (Object) false
                        : answer;
                  }
                }));
  }

  private HttpConnection open() {
    HttpConnection connection =
        fake(
            HttpConnection.class,
            (method, self) -> {
              if (method.equals("close")) {
                closed.add((HttpConnection) self);
              }
              return null;
            });
    connections.opened(connection);
    return connection;
  }

  private HttpServerRequest request(HttpConnection connection) {
    HttpServerResponse response = fake(HttpServerResponse.class, (method, self) -> null);
    return fake(
        HttpServerRequest.class,
        (method, self) ->
            switch (method) {
              case "connection" -> connection;
              case "response" -> response;
              case "version" -> HttpVersion.HTTP_2;
              default -> null;
            });
  }

  private HttpConnection openAndAsk() {
    HttpConnection connection = open();
    connections.reviewed(request(connection));
    return connection;
  }

  private List<HttpConnection> manyThatAsked(int count) {
    List<HttpConnection> many = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      many.add(openAndAsk());
      now += 1_000;
    }
    return many;
  }

  @Test
  void keepsANewcomerThatHadNoTimeToAskAndLetsTheIdlestGo() {
    List<HttpConnection> asked = manyThatAsked(Connections.MAX_OPEN - 1);
    now += 30 * SECOND;
    open();
    now += SECOND;

    open();

    assertThat(closed).containsExactly(asked.get(0));
  }

  @Test
  void letsTheOneGoThatHadTheTimeAndNeverAsked() {
    manyThatAsked(Connections.MAX_OPEN - 1);
    now += 30 * SECOND;
    HttpConnection silent = open();
    now += 3 * SECOND;

    open();

    assertThat(closed).containsExactly(silent);
  }

  @Test
  void closesNothingWhereThereIsRoom() {
    manyThatAsked(Connections.MAX_OPEN - 1);

    open();

    assertThat(closed).isEmpty();
  }

  /** 900 others, who have more under way together than there may be. */
  private void crowd() {
    for (int i = 0; i < 900; i++) {
      HttpConnection other = open();
      for (int j = 0; j < 3; j++) {
        connections.asked(request(other));
      }
    }
  }

  @Test
  void leavesAShareToAConnectionThatHasSentAReviewHoweverCrowdedItIs() {
    HttpConnection reviewer = openAndAsk();
    crowd();
    for (int i = 0; i < 100; i++) {
      connections.asked(request(reviewer));
    }

    assertThat(connections.isCrowdedBy(request(reviewer))).isFalse();
    connections.asked(request(reviewer));
    assertThat(connections.isCrowdedBy(request(reviewer))).isTrue();
  }

  @Test
  void leavesNoSuchShareToOneThatNeverDid() {
    HttpConnection other = open();
    crowd();
    for (int i = 0; i < 50; i++) {
      connections.asked(request(other));
    }

    assertThat(connections.isCrowdedBy(request(other))).isTrue();
  }
}
