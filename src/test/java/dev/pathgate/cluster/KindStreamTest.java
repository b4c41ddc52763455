package dev.pathgate.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.rule.ObjectRef;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An API server whose answers stop halfway, or hold an object that nobody can read. */
@Timeout(60)
class KindStreamTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String PAGE =
      "{'metadata': {'resourceVersion': '7'}, 'items': [{'metadata': {'name': 'c1'}},"
          + " {'metadata': {'name': 'c2'}}]}";
  private static final String CHAIN = "{'metadata': {'name': 'c1', 'namespace': 't'}, 'spec': {}}";

  private static final Pattern LIMIT = Pattern.compile("limit=(\\d+)");

  private static final CachedKind.Resource THINGS = new CachedKind.Resource("Thing", "things", 0);
  private static final CachedKind.Resource RARE = new CachedKind.Resource("Rare", "rare", 1);

  private final CountDownLatch stalls = new CountDownLatch(1);
  private volatile String answer = PAGE;
  private volatile boolean halfway;
  private volatile int code = 200;
  private volatile int tooLarge;
  private final List<String> limits = new CopyOnWriteArrayList<>();
  private final AtomicInteger broken = new AtomicInteger();
  private final AtomicInteger stalled = new AtomicInteger();
  private StubServer server;
  private KubernetesClient client;

  @BeforeEach
  void serve() throws IOException {
    server = new StubServer(this::answer);
    client = server.client();
  }

  @AfterEach
  void stop() {
    stalls.countDown();
    server.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    if (broken.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      exchange.close();
      return;
    }
    Matcher limit = LIMIT.matcher(String.valueOf(exchange.getRequestURI().getQuery()));
    if (limit.find()) {
      limits.add(limit.group(1));
      if (tooLarge > 0 && Integer.parseInt(limit.group(1)) >= tooLarge) {
        await();
        exchange.close();
        return;
      }
    }
    byte[] body = answer.replace('\'', '"').getBytes(UTF_8);
    exchange.sendResponseHeaders(code, body.length);
    int first = halfway ? body.length / 2 : body.length;
    exchange.getResponseBody().write(body, 0, first);
    exchange.getResponseBody().flush();
    if (halfway) {
      await();
    }
    exchange.close();
  }

  private void await() {
    stalled.incrementAndGet();
    try {
      stalls.await();
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private KindStream<ObjectIndex.Seen> stream(KindAnswers.Patience patience, PageSize size) {
    return new KindStream<>(
        KindAnswers.once(client, "servicetemplatechains", "", patience),
        ObjectIndex.Seen::read,
        size);
  }

  private List<String> list(Duration pagePatience) throws Exception {
    List<String> names = new ArrayList<>();
    stream(new KindAnswers.Patience(LONG, pagePatience), new PageSize())
        .list(seen -> names.add(seen.metadata().name()));
    return names;
  }

  @Test
  void givesUpAPageThatStalls() {
    halfway = true;

    assertThatThrownBy(() -> list(SHORT)).isInstanceOf(IOException.class);
  }

  @Test
  void readsAPageThatDoesNot() throws Exception {
    assertThat(list(LONG)).containsExactly("c1", "c2");
  }

  /** Five hundred objects may be more than the API server can put together in time. */
  @Test
  void asksForFewerWhereAPageDoesNotBeginInTime() throws Exception {
    tooLarge = 6;
    PageSize size = new PageSize();
    KindStream<ObjectIndex.Seen> stream = stream(new KindAnswers.Patience(SECOND, LONG), size);
    List<String> names = new ArrayList<>();

    for (int limit : new int[] {500, 50}) {
      assertThatThrownBy(() -> stream.list(seen -> names.add(seen.metadata().name())))
          .hasMessage("no answer within 1 s to a list of " + limit + " servicetemplatechains");
    }
    stream.list(seen -> names.add(seen.metadata().name()));
    tooLarge = 0;
    stream.list(seen -> names.add(seen.metadata().name()));

    assertThat(names).containsExactly("c1", "c2", "c1", "c2");
    assertThat(limits).containsExactly("500", "50", "5", "10");
  }

  @Test
  void asksForAsManyAsBeforeWhereAListFailsAtOnce() {
    code = 500;
    PageSize size = new PageSize();
    KindStream<ObjectIndex.Seen> stream = stream(new KindAnswers.Patience(SECOND, LONG), size);

    assertThatThrownBy(() -> stream.list(seen -> {})).isInstanceOf(KindAnswers.Refused.class);

    assertThat(size.get()).isEqualTo(PageSize.MOST);
  }

  @Test
  void letsALookUpThatStallsHoldUpNoOther() throws Exception {
    answer = CHAIN;
    ChainRef ref = new ChainRef("t", "c1");
    try (KubernetesCluster cluster =
        new KubernetesCluster(
            client, "kcm-system", HeldChains.all(), new SimpleMeterRegistry(), SHORT)) {
      halfway = true;
      assertThatThrownBy(() -> cluster.readChain(ref).get(30, TimeUnit.SECONDS))
          .hasMessageContaining("Timeout");

      halfway = false;
      assertThat(cluster.readChain(ref).get(30, TimeUnit.SECONDS)).isPresent();
    }
  }

  /** ServiceSets are asked for by owner, so that there may be as many lists as there are edits. */
  @Test
  void letsNoListThatAWarningRestsOnHoldUpADenial() throws Exception {
    halfway = true;
    try (KubernetesCluster cluster =
        new KubernetesCluster(
            client, "kcm-system", HeldChains.all(), new SimpleMeterRegistry(), LONG)) {
      List<CompletableFuture<?>> sets = new ArrayList<>();
      for (String name : List.of("d1", "d2", "d3")) {
        sets.add(cluster.readServiceSets(new ObjectRef("ClusterDeployment", "t", name)));
      }
      Awaitility.await().until(() -> stalled.get() == 2);

      halfway = false;
      assertThat(cluster.readUsers(new ChainRef("t", "c1")).get(20, TimeUnit.SECONDS)).isEmpty();
      assertThat(sets).noneMatch(CompletableFuture::isDone);
    }
  }

  /** Those who asked are answered by then, and others wait for the thread that reads it. */
  @Test
  @Timeout(30)
  void givesUpAListForAVerdictThatStalls() {
    LiveReads reads = new LiveReads(client, new SimpleMeterRegistry(), SHORT);
    halfway = true;

    assertThatThrownBy(() -> reads.list(THINGS, "t", KindStreamTest::allButC2, object -> {}))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void failsAListAsAWholeWhereOneObjectCannotBeRead() {
    LiveReads reads = new LiveReads(client, new SimpleMeterRegistry(), SHORT);
    List<K0rdentObject> taken = new ArrayList<>();

    answer = PAGE.replace("c2", "c3");
    reads.list(THINGS, "t", KindStreamTest::allButC2, taken::add);
    assertThat(taken).hasSize(2);
    answer = PAGE;
    assertThatThrownBy(() -> reads.list(THINGS, "t", KindStreamTest::allButC2, taken::add))
        .hasMessageContaining("things /c2 can't be read");
  }

  @Test
  void asksOnceMoreForAVerdictWhereTheConnectionEndsWithoutAnAnswer() {
    LiveReads reads = new LiveReads(client, new SimpleMeterRegistry(), SHORT);
    List<K0rdentObject> taken = new ArrayList<>();
    broken.set(1);

    reads.list(THINGS, "t", parser -> ObjectIndex.Seen.read(parser).object(), taken::add);

    assertThat(taken).hasSize(2);
  }

  @Test
  void asksOnceToFollowAKind() {
    broken.set(1);

    assertThatThrownBy(() -> list(LONG)).isInstanceOf(IOException.class);
  }

  @Test
  void takesAKindThatIsNotServedForOneWithoutObjectsOnlyIfItMayBeAbsent() {
    LiveReads reads = new LiveReads(client, new SimpleMeterRegistry(), SHORT);
    List<K0rdentObject> taken = new ArrayList<>();
    code = 404;

    reads.list(RARE, "t", KindStreamTest::allButC2, taken::add);
    assertThat(taken).isEmpty();
    assertThatThrownBy(() -> reads.list(THINGS, "t", KindStreamTest::allButC2, taken::add))
        .isInstanceOf(UncheckedIOException.class);
  }

  private static K0rdentObject allButC2(com.fasterxml.jackson.core.JsonParser parser)
      throws IOException {
    K0rdentObject object = ObjectIndex.Seen.read(parser).object();
    if (object.metadata().name().equals("c2")) {
      throw new IllegalStateException("odd");
    }
    return object;
  }
}
