package dev.pathgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import dev.pathgate.k0rdent.Kind;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A kind is followed by what an API server may say, each in its turn. */
class CachedKindTest {
  private static final String END = "end";
  private static final String BREAK = "break";
  private static final String NOT_FOUND =
      "{\"kind\": \"Status\", \"message\": \"not found\", \"code\": 404}";
  private static final String GONE =
      "{\"kind\": \"Status\", \"message\": \"too old\", \"code\": 410}";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final BlockingQueue<String> lists = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final Map<String, String> known = new TreeMap<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private volatile int watchCode = 200;
  private StubServer server;
  private KubernetesClient client;
  private CachedKind<ObjectIndex.Seen> kind;

  @BeforeEach
  void serve() throws IOException {
    server = new StubServer(this::answer);
    client = server.client();
    kind = new CachedKind<>(client, Kind.SERVICE_TEMPLATE_CHAIN, CachedKindTest::read, sink());
    kind.register(metrics);
  }

  private CachedKind.Sink<ObjectIndex.Seen> sink() {
    return new CachedKind.Sink<>() {
      @Override
      public void put(ObjectIndex.Seen seen) {
        synchronized (known) {
          known.put(seen.object().location(), seen.metadata().resourceVersion());
        }
      }

      @Override
      public void remove(String namespace, String name) {
        synchronized (known) {
          known.remove(namespace + "/" + name);
        }
      }
    };
  }

  @AfterEach
  void stop() {
    kind.close();
    server.close();
  }

  /** Breaks on objects that carry the annotation of an exemption, which no chain does. */
  private static ObjectIndex.Seen read(JsonParser parser) throws IOException {
    ObjectIndex.Seen seen = ObjectIndex.Seen.read(parser);
    if (seen.metadata().exempt().isPresent()) {
      throw new IllegalStateException("odd");
    }
    return seen;
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().close(); // without it the server closes the connection
    String query = exchange.getRequestURI().getRawQuery();
    asked.add(query);
    try {
      if (query.contains("watch=true")) {
        watch(exchange);
        return;
      }
      String list = lists.take();
      boolean refused = list.contains("\"code\"");
      byte[] body = list.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(
          refused ? Integer.parseInt(list.replaceAll("(?s).*\"code\": (\\d+).*", "$1")) : 200,
          body.length);
      exchange.getResponseBody().write(body);
      exchange.getResponseBody().close();
    } catch (InterruptedException end) {
      exchange.close();
    }
  }

  private void watch(HttpExchange exchange) throws IOException, InterruptedException {
    if (watchCode != 200) {
      exchange.sendResponseHeaders(watchCode, -1);
      exchange.close();
      return;
    }
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    out.flush();
    for (String event = events.take(); !event.equals(END); event = events.take()) {
      if (event.equals(BREAK)) {
        throw new IOException("broken"); // the server closes the connection in the middle
      }
      out.write((event + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
    out.close();
  }

  private static String object(String name, int version) {
    return object(name, version, "");
  }

  private static String object(String name, int version, String more) {
    return """
        {"apiVersion": "k0rdent.mirantis.com/v1beta1", "kind": "ServiceTemplateChain",
         "metadata": {"name": "%s", "namespace": "n", "resourceVersion": "%d"%s}, "spec": {}}"""
        .formatted(name, version, more)
        .replace("\n", " ");
  }

  private static String list(int version, String next, String... objects) {
    return """
        {"apiVersion": "v1", "items": [%s], "kind": "List",
         "metadata": {"continue": "%s", "resourceVersion": "%d"}}"""
        .formatted(String.join(",", objects), next, version);
  }

  private static String event(String type, String object) {
    return "{\"type\": \"%s\", \"object\": %s}".formatted(type, object);
  }

  private static ConditionFactory await() {
    return Awaitility.await().pollInterval(Duration.ofMillis(10)).atMost(30, TimeUnit.SECONDS);
  }

  private void awaitKnown(String... objects) {
    await()
        .untilAsserted(
            () -> {
              synchronized (known) {
                assertThat(known.entrySet())
                    .map(entry -> entry.getKey() + "@" + entry.getValue())
                    .containsExactly(objects);
              }
            });
  }

  private void startWith(String... objects) {
    lists.add(list(10, "", objects));
    kind.start();
    await().until(kind::isWatching);
  }

  @Test
  void readsAllPagesAndEveryChangeAfterThem() {
    lists.add(list(10, "a b/+", object("a", 1), object("b", 2)));
    lists.add(list(10, "", object("c", 3)));
    kind.start();
    awaitKnown("n/a@1", "n/b@2", "n/c@3");

    events.add(event("ADDED", object("d", 11)));
    events.add(event("MODIFIED", object("a", 12)));
    events.add(event("DELETED", object("b", 13)));

    awaitKnown("n/a@12", "n/c@3", "n/d@11");
    assertThat(kind.isSynced()).isTrue();
    assertThat(asked.subList(0, 2)).containsExactly("limit=500", "limit=500&continue=a+b%2F%2B");
    assertThat(asked.get(2)).contains("resourceVersion=10&").contains("allowWatchBookmarks=true");
  }

  @Test
  void takesAKindThatMayBeAbsentForEmptyWhileItIsNotThere() {
    try (CachedKind<ObjectIndex.Seen> optional =
        new CachedKind<>(
            client, new CachedKind.Resource("Extra", "extras", 20), CachedKindTest::read, sink())) {
      lists.add(NOT_FOUND);
      lists.add(NOT_FOUND);
      optional.start();
      await().until(() -> asked.size() == 3);
      assertThat(optional.isSynced()).isTrue();
      assertThat(optional.isWatching()).isTrue();

      lists.add(list(10, "", object("a", 1)));
      awaitKnown("n/a@1");
      watchCode = 404;
      events.add(END);
      awaitKnown();
      await().until(optional::isWatching);
    }
  }

  @Test
  void waitsForAKindThatHasToBeThere() {
    lists.add(NOT_FOUND);
    kind.start();
    await().until(() -> asked.size() == 2);

    assertThat(kind.isSynced()).isFalse();
    assertThat(kind.isWatching()).isFalse();
  }

  @Test
  void isNotSyncedBeforeTheLastPage() {
    lists.add(list(10, "next", object("a", 1)));
    kind.start();
    awaitKnown("n/a@1");

    assertThat(kind.isSynced()).isFalse();
    lists.add(list(10, ""));
    await().until(kind::isSynced);
  }

  @Test
  void watchesOnFromTheLastBookmarkWhereAWatchHasEnded() {
    startWith(object("a", 1));
    events.add(event("BOOKMARK", "{\"kind\": \"x\", \"metadata\": {\"resourceVersion\": \"50\"}}"));
    events.add(END);
    await().until(() -> asked.size() == 3);

    assertThat(asked.get(2)).contains("resourceVersion=50&");
    events.add(event("ADDED", object("b", 51)));
    awaitKnown("n/a@1", "n/b@51");
  }

  @Test
  void watchesOnWhereTheConnectionBroke() {
    startWith(object("a", 1));
    events.add(event("MODIFIED", object("a", 20)));
    awaitKnown("n/a@20");
    events.add(BREAK);
    await().until(() -> asked.size() == 3);

    assertThat(asked.get(2)).contains("resourceVersion=20&");
    await().until(kind::isWatching);
  }

  @Test
  void listsAgainWhereTheVersionIsTooOldAndForgetsWhatIsGone() {
    startWith(object("a", 1), object("b", 2));
    lists.add(list(90, "", object("b", 80)));
    events.add(event("ERROR", GONE));

    awaitKnown("n/b@80");
    await().until(kind::isWatching);
    assertThat(asked.get(asked.size() - 1)).contains("resourceVersion=90&");
  }

  @Test
  void startsWithTheFirstPageAgainWhereTheNextHasExpired() {
    lists.add(list(10, "next", object("a", 1)));
    lists.add(GONE);
    lists.add(list(20, "", object("b", 15)));
    kind.start();

    await().until(kind::isSynced);
    assertThat(asked.subList(0, 3))
        .containsExactly("limit=500", "limit=500&continue=next", "limit=500");
    awaitKnown("n/b@15");
  }

  @Test
  void tellsThatNobodyWatchesForAsLongAsTheApiServerRefuses() {
    startWith(object("a", 1));
    watchCode = 403;
    events.add(END);
    await().until(() -> !kind.isWatching() && asked.size() > 3);
    assertThat(metrics.get("pathgate.cache.watching").gauge().value()).isZero();
    assertThat(kind.isSynced()).isTrue();
    awaitKnown("n/a@1");

    watchCode = 200;

    await().until(kind::isWatching);
    assertThat(metrics.get("pathgate.cache.watching").gauge().value()).isOne();
  }

  @Test
  void listsAgainWhereItsKindWasAway() {
    startWith(object("a", 1));
    watchCode = 404;
    events.add(END);
    await().until(() -> asked.size() > 3);
    lists.add(list(30, "", object("b", 25)));
    watchCode = 200;

    awaitKnown("n/b@25");
  }

  @Test
  void skipsAnObjectThatCantBeReadAloneInAListAndInAWatch() {
    String odd = ", \"annotations\": {\"pathgate.dev/exempt\": \"x\"}";
    startWith(object("a", 1), object("odd", 2, odd), object("b", 3));
    events.add(event("ADDED", object("odd-too", 11, odd)));
    events.add(event("ADDED", object("c", 12)));

    awaitKnown("n/a@1", "n/b@3", "n/c@12");
    assertThat(kind.isWatching()).isTrue();
    assertThat(metrics.get("pathgate.cache.skipped").counter().count()).isEqualTo(2);
  }

  @Test
  void keepsWhatItKnewOfAnObjectThatCantBeReadAnyMore() {
    startWith(object("a", 1));
    lists.add(list(90, "", object("a", 80, ", \"annotations\": {\"pathgate.dev/exempt\": \"x\"}")));
    events.add(event("ERROR", GONE));

    await().until(() -> metrics.get("pathgate.cache.skipped").counter().count() == 1);
    await().until(kind::isWatching);
    awaitKnown("n/a@1");
  }

  @Test
  void readsKeysNestingAndTextsOfAnyLength() {
    int depth = 100_000;
    String odd =
        ", \"%s\": %s, \"x\": \"%s\""
            .formatted(
                "k".repeat(50_001), "[".repeat(depth) + "]".repeat(depth), "t".repeat(21_000_000));
    startWith(object("a", 1, odd));
    events.add(event("ADDED", object("b", 11, odd)));

    awaitKnown("n/a@1", "n/b@11");
    assertThat(metrics.get("pathgate.cache.skipped").counter().count()).isZero();
  }

  @Test
  void triesAgainWhereAListEndsInTheMiddle() {
    String whole = list(10, "", object("a", 1));
    lists.add(whole.substring(0, whole.length() / 2));
    lists.add(whole);
    kind.start();

    awaitKnown("n/a@1");
    await().until(kind::isSynced);
  }
}
