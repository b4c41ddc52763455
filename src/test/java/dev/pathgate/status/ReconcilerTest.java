package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.Settings.StatusSettings.Ownership;
import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.ApiServer.Call;
import dev.pathgate.kube.FakeRequests;
import dev.pathgate.kube.LogLines;
import dev.pathgate.kube.Requests;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.status.Reconciler.Next;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReconcilerTest {
  private static final ObjectRef D = new ObjectRef("ClusterDeployment", "team", "d");
  private static final ObjectRef E = new ObjectRef("ClusterDeployment", "team", "e");
  private static final Duration AWAY = Duration.ofSeconds(30);
  private static final String WRITTEN = "{\"metadata\": {\"resourceVersion\": \"8\"}}";
  private static final ChainRef C = new ChainRef("team", "c");
  private static final String CHAIN =
      """
      {"apiVersion": "k0rdent.mirantis.com/v1beta1", "kind": "ServiceTemplateChain",
       "metadata": {"namespace": "team", "name": "c", "resourceVersion": "1"},
       "spec": {"supportedTemplates": [
         {"name": "t", "availableUpgrades": [{"name": "t-2"}]}, {"name": "t-2"}]}}
      """;
  private static final String REFUSED = "{\"message\": \"refused\"}";

  private final FakeRequests api = new FakeRequests();
  private final Map<ObjectRef, Observed> objects = new HashMap<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final AtomicInteger suspected = new AtomicInteger();
  private final LogLines log = new LogLines(Reconciler.class);
  private StatusShape shape = new StatusShape(true, true, true);
  private boolean leads = true;
  private UpgradePaths.Chains chains = chain -> Optional.empty();
  private final Set<Kind> unwatched = EnumSet.noneOf(Kind.class);

  @AfterEach
  void stopListening() {
    log.close();
  }

  @Test
  void writesWhatAnObjectLacksAndRests() throws InterruptedException {
    objects.put(D, object("7", "{}", "[]"));
    api.answer(200, WRITTEN);

    assertThat(reconciler(Ownership.YIELD).reconcile(D)).isEqualTo(new Next.Done());

    assertThat(api.calls()).singleElement().extracting(Call::method).isEqualTo("PATCH");
    assertThat(writes("written")).isEqualTo(1);
  }

  @Test
  void writesNothingWithoutTheLease() throws InterruptedException {
    objects.put(D, object("7", "{}", "[]"));
    leads = false;

    assertThat(reconciler(Ownership.YIELD).reconcile(D)).isEqualTo(new Next.Done());

    assertThat(api.calls()).isEmpty();
  }

  /** Whoever may store objects could fill the memory with their services. */
  @Test
  void readsAnObjectOfThousandsOfServicesWhenItsTurnComes() throws InterruptedException {
    JsonNode stored = crowd(1_001);
    objects.put(D, observed(stored).kept());
    assertThat(objects.get(D).services()).isEmpty();
    api.answer(200, stored.toString()).answer(200, WRITTEN);

    assertThat(reconciler(Ownership.YIELD).reconcile(D)).isEqualTo(new Next.Done());

    List<Call> calls = api.calls();
    assertThat(calls).extracting(Call::method).containsExactly("GET", "PATCH");
    assertThat(body(calls.get(1)).at("/status/servicesUpgradePaths/0/name").asText())
        .isEqualTo("s0");
  }

  @Test
  void keepsTheServicesOfAnObjectOfAThousand() throws InterruptedException {
    objects.put(D, observed(crowd(1_000)).kept());
    api.answer(200, WRITTEN);

    assertThat(reconciler(Ownership.YIELD).reconcile(D)).isEqualTo(new Next.Done());

    assertThat(api.calls()).extracting(Call::method).containsExactly("PATCH");
  }

  @Test
  void hearsOfAnEditOfThousandsOfServicesByTheGeneration() {
    Observed before = observed(crowd(1_001)).kept();
    JsonNode edited = crowd(1_001);
    edited.withObjectProperty("metadata").put("generation", 4);

    assertThat(observed(crowd(1_001)).kept().hasOtherServicesThan(before)).isFalse();
    assertThat(observed(edited).kept().hasOtherServicesThan(before)).isTrue();
  }

  /** Whoever may store chains could fill the memory with them. */
  @Test
  void readsAChainThatIsKnownByNameAlone() throws InterruptedException {
    objects.put(D, chained());
    chains = namedOnly();
    api.answer(200, CHAIN).answer(200, WRITTEN);

    assertThat(reconciler(Ownership.YIELD).reconcile(D)).isEqualTo(new Next.Done());

    List<Call> calls = api.calls();
    assertThat(calls).extracting(Call::method).containsExactly("GET", "PATCH");
    assertThat(calls.get(0).path()).endsWith("/namespaces/team/servicetemplatechains/c");
    assertThat(paths(calls.get(1))).contains("t-2");
  }

  @Test
  void readsNoChainThatIsAtHand() throws InterruptedException {
    TemplateChain chain =
        new TemplateChain(
            C,
            "",
            List.of(
                new SupportedTemplate("t", List.of(new AvailableUpgrade("t-2", Optional.empty()))),
                new SupportedTemplate("t-2", List.of())));
    objects.put(D, chained());
    chains = ref -> Optional.of(chain).filter(c -> c.ref().equals(ref));
    api.answer(200, WRITTEN);

    assertThat(reconciler(Ownership.YIELD).reconcile(D)).isEqualTo(new Next.Done());

    List<Call> calls = api.calls();
    assertThat(calls).extracting(Call::method).containsExactly("PATCH");
    assertThat(paths(calls.get(0))).contains("t-2");
  }

  @Test
  void writesNothingWhereAChainThatIsKnownByNameCannotBeRead() throws InterruptedException {
    objects.put(D, chained());
    chains = namedOnly();
    api.answer(503, REFUSED);

    assertThat(reconciler(Ownership.YIELD).reconcile(D)).isEqualTo(new Next.Backoff(AWAY));

    assertThat(api.calls()).extracting(Call::method).containsExactly("GET");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404 | does not exist",
        "200 | is being deleted",
      })
  void tellsWhatBecameOfAChainThatItRead(int code, String why) throws InterruptedException {
    objects.put(D, chained());
    chains = namedOnly();
    api.answer(
            code,
            CHAIN.replace(
                "\"name\": \"c\"",
                "\"name\": \"c\", \"deletionTimestamp\": \"2026-11-25T10:00:00Z\""))
        .answer(200, WRITTEN);

    assertThat(reconciler(Ownership.YIELD).reconcile(D)).isEqualTo(new Next.Done());

    assertThat(body(api.calls().get(1)).at("/status/conditions/0/message").asText())
        .contains("ServiceTemplateChain team/c " + why);
  }

  private static String paths(Call patch) {
    return body(patch).at("/status/servicesUpgradePaths/0/availableUpgrades").toString();
  }

  private static Observed chained() {
    JsonNode object = stored("7", "{}", "[]");
    ((ObjectNode) object.at("/spec/serviceSpec/services/0")).put("templateChain", "c");
    return observed(object);
  }

  private static UpgradePaths.Chains namedOnly() {
    return new UpgradePaths.Chains() {
      @Override
      public Optional<TemplateChain> find(ChainRef ref) {
        return Optional.empty();
      }

      @Override
      public boolean isNamedOnly(ChainRef ref) {
        return ref.equals(C);
      }
    };
  }

  private static JsonNode crowd(int services) {
    JsonNode stored = stored("7", "{}", KUBECTL);
    ArrayNode list = (ArrayNode) stored.at("/spec/serviceSpec/services");
    list.removeAll();
    for (int i = 0; i < services; i++) {
      list.addObject().put("name", "s" + i).put("namespace", "n").put("template", "t");
    }
    return stored;
  }

  private static final String KUBECTL =
      "[{manager: kubectl, operation: Update, fieldsV1: {f:spec: {}}}]";

  /** A chain that seems to be missing may be one whose creation nobody heard of. */
  @ParameterizedTest
  @EnumSource(names = {"SERVICE_TEMPLATE_CHAIN", "CLUSTER_DEPLOYMENT"})
  void writesNothingOfWhatNobodyWatchesAndComesBackSoon(Kind kind) throws InterruptedException {
    objects.put(D, object("7", "{}", "[]"));
    unwatched.add(kind);
    api.answer(200, WRITTEN);
    Reconciler reconciler = reconciler(Ownership.YIELD);

    assertThat(reconciler.reconcile(D)).isEqualTo(new Next.Backoff(AWAY));
    assertThat(api.calls()).isEmpty();
    unwatched.clear();
    unwatched.add(Kind.MULTI_CLUSTER_SERVICE);
    assertThat(reconciler.reconcile(D)).isEqualTo(new Next.Done());

    assertThat(api.calls()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    // nobody but one that the API server makes up
    "'[]', true",
    "'[{manager: before-first-apply, operation: Update, subresource: status, fieldsV1: {f:status: {f:servicesUpgradePaths: {}}}}]', true",
    // somebody, though not of the field
    "'[{manager: before-first-apply, operation: Update, fieldsV1: {f:spec: {}}}]', false",
    "'[{manager: kubectl, operation: Update, fieldsV1: {f:spec: {}}}]', false",
  })
  void takesWhatNobodyOwnsAsItWasSeen(String managedFields, boolean isTaken)
      throws InterruptedException {
    objects.put(D, object("7", MOVED, managedFields));
    api.answer(200, WRITTEN);

    reconciler(Ownership.YIELD).reconcile(D);

    Call write = api.calls().get(0);
    assertThat(write.method()).isEqualTo("PATCH");
    assertThat(write.path().contains("force=true")).isEqualTo(isTaken);
    assertThat(body(write).at("/metadata/resourceVersion").asText()).isEqualTo(isTaken ? "7" : "");
  }

  @Test
  void namesAnObjectWhoseConflictIsNotThatSomebodyWroteMeanwhile() throws InterruptedException {
    objects.put(D, object("7", "{}", "[]"));
    Reconciler reconciler = reconciler(Ownership.YIELD);
    for (String version : List.of("7", "8")) {
      objects.put(D, object(version, "{}", "[]"));
      for (int i = 0; i < 4; i++) {
        api.answer(409, REFUSED);
        reconciler.reconcile(D);
      }
      assertThat(log.lines).as("the event of a write may be late").isEmpty();
    }
    api.answer(409, REFUSED).answer(200, WRITTEN);

    assertThat(reconciler.reconcile(D)).isEqualTo(new Next.Backoff(AWAY));
    assertThat(log.lines)
        .containsExactly(
            "WARN ClusterDeployment team/d: its status was refused, answered 409: refused");
    reconciler.reconcile(D);

    assertThat(log.lines)
        .last()
        .isEqualTo("INFO ClusterDeployment team/d: its status is written again");
  }

  @Test
  void notesNothingOfAnObjectThatWentWhileItWasLookedAt() throws InterruptedException {
    String theirs =
        "{servicesUpgradePaths: [{name: a, namespace: n, template: before}, {name: z, namespace: n,"
            + " template: t}]}";
    shape = new StatusShape(true, false, false);
    objects.put(D, object("7", theirs, KCM));
    api.answer(200, stored("7", theirs, KCM).toString());
    AtomicReference<Reconciler> reconciler = new AtomicReference<>();
    Requests leaving =
        (call, timeout) -> {
          objects.remove(D);
          reconciler.get().discard(D);
          return api.send(call, timeout);
        };
    reconciler.set(reconciler(Ownership.YIELD, leaving));

    reconciler.get().reconcile(D);

    assertThat(reconciler.get().yielded()).isZero();
  }

  /** A webhook that is down and an etcd that is slow are answered 500. */
  @ParameterizedTest
  @ValueSource(ints = {401, 408, 429, 500, 502, 503, 504})
  void comesBackSoonFromAFailureThatPassesAndSaysItOnceForAllObjects(int code)
      throws InterruptedException {
    objects.put(D, object("7", "{}", "[]"));
    objects.put(E, object("7", "{}", "[]"));
    api.answer(code, REFUSED).answer(code, REFUSED).answer(200, WRITTEN).answer(200, WRITTEN);
    Reconciler reconciler = reconciler(Ownership.YIELD);

    assertThat(reconciler.reconcile(D)).isEqualTo(new Next.Backoff(AWAY));
    assertThat(reconciler.reconcile(E)).isEqualTo(new Next.Backoff(AWAY));
    reconciler.reconcile(D);
    String said = "WARN the API server can't be written to: it answered " + code + ": refused";
    assertThat(log.lines).containsExactly(said);
    reconciler.reconcile(E);

    assertThat(log.lines).containsExactly(said, "INFO the API server can be written to again");
    assertThat(writes("failed")).isEqualTo(2);
    assertThat(writes("refused")).isZero();
    assertThat(suspected).hasValue(0);
  }

  @Test
  void anObjectOnItsWayOutHoldsNoTroubleOpenAndEndsNone() throws InterruptedException {
    objects.put(D, object("7", "{}", "[]"));
    api.answer(503, REFUSED).answer(503, REFUSED);
    Reconciler reconciler = reconciler(Ownership.YIELD);
    reconciler.reconcile(D);
    objects.put(D, deleting("8"));
    reconciler.reconcile(D);
    objects.put(E, object("7", "{}", "[]"));
    reconciler.reconcile(E);

    String trouble = "WARN the API server can't be written to: it answered 503: refused";
    assertThat(log.lines).containsExactly(trouble, trouble);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 422})
  void comesBackLateFromARefusalOfThisObjectAndNamesIt(int code) throws InterruptedException {
    objects.put(D, object("7", "{}", "[]"));
    api.answer(code, REFUSED);

    assertThat(reconciler(Ownership.YIELD).reconcile(D))
        .isEqualTo(new Next.Backoff(Duration.ofMinutes(5)));

    assertThat(log.lines)
        .containsExactly(
            "WARN ClusterDeployment team/d: its status was refused, answered "
                + code
                + ": refused");
    assertThat(suspected).hasValue(1);
  }

  /** What etcd, the API server's client of it and the API server say of one large object. */
  @ParameterizedTest
  @CsvSource({
    "500, etcdserver: request is too large",
    "500, 'rpc error: code = ResourceExhausted desc = trying to send message larger than max"
        + " (2100153 vs. 2097152)'",
    "500, 'rpc error: code = ResourceExhausted desc = grpc: received message larger than max"
        + " (2100153 vs. 2097152)'",
    "413, Request entity too large: limit is 3145728"
  })
  void anObjectThatIsTooLargeIsNoOutageAndHidesNone(int code, String said)
      throws InterruptedException {
    objects.put(D, object("7", "{}", "[]"));
    objects.put(E, object("7", "{}", "[]"));
    api.answer(code, "{\"message\": \"" + said + "\"}")
        .answer(503, REFUSED)
        .answer(200, WRITTEN)
        .answer(200, WRITTEN);
    Reconciler reconciler = reconciler(Ownership.YIELD);

    assertThat(reconciler.reconcile(D)).isEqualTo(new Next.Backoff(Duration.ofMinutes(5)));
    assertThat(writes("refused")).isEqualTo(1);
    assertThat(writes("failed")).isZero();
    reconciler.reconcile(E);
    reconciler.reconcile(E);
    reconciler.reconcile(D);

    assertThat(log.lines)
        .containsExactly(
            "WARN ClusterDeployment team/d: its status was refused, answered " + code + ": " + said,
            "WARN the API server can't be written to: it answered 503: refused",
            "INFO the API server can be written to again",
            "INFO ClusterDeployment team/d: its status is written again");
    assertThat(suspected).as("the schema says nothing of sizes").hasValue(0);
  }

  /** These words look alike, and are about all objects. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "etcdserver: mvcc: database space exceeded",
        "rpc error: code = ResourceExhausted desc = etcdserver: too many requests",
        "etcdserver: request timed out"
      })
  void aStoreThatIsFullOrBusyIsAnOutage(String said) throws InterruptedException {
    objects.put(D, object("7", "{}", "[]"));
    api.answer(500, "{\"message\": \"" + said + "\"}");

    assertThat(reconciler(Ownership.YIELD).reconcile(D)).isEqualTo(new Next.Backoff(AWAY));
    assertThat(log.lines)
        .containsExactly("WARN the API server can't be written to: it answered 500: " + said);
  }

  @Test
  void namesTheMissingRuleWhereARightIsMissing() throws InterruptedException {
    objects.put(D, object("7", "{}", "[]"));
    api.answer(
        403,
        "{\"message\": \"User 'u' cannot patch resource \\\"clusterdeployments/status\\\" in API"
            + " group \\\"k0rdent.mirantis.com\\\" in the namespace \\\"team\\\"\"}");

    assertThat(reconciler(Ownership.YIELD).reconcile(D))
        .isEqualTo(new Next.Backoff(Duration.ofMinutes(1)));

    assertThat(log.lines).singleElement().asString().contains("missing RBAC rule: verb patch");
  }

  @Test
  void waitsAsLongAsTheApiServerAsksTo() throws InterruptedException {
    objects.put(D, object("7", "{}", "[]"));
    api.answer(429, REFUSED, Optional.of(Duration.ofSeconds(2)))
        .answer(429, REFUSED, Optional.of(Duration.ofHours(2)));
    Reconciler reconciler = reconciler(Ownership.YIELD);

    assertThat(reconciler.reconcile(D)).isEqualTo(new Next.RequeueAfter(Duration.ofSeconds(2)));
    assertThat(reconciler.reconcile(D)).isEqualTo(new Next.RequeueAfter(AWAY));
  }

  @Test
  void comesBackSoonFromAConflictOrNoAnswerAndNotAtAllFromAnObjectThatIsGone()
      throws InterruptedException {
    objects.put(D, object("7", "{}", "[]"));
    api.answer(409, REFUSED).fail("Connection refused").answer(404, REFUSED);
    Reconciler reconciler = reconciler(Ownership.YIELD);

    assertThat(reconciler.reconcile(D)).isEqualTo(new Next.Backoff(AWAY));
    assertThat(reconciler.reconcile(D)).isEqualTo(new Next.Backoff(AWAY));
    assertThat(reconciler.reconcile(D)).isEqualTo(new Next.Done());
    assertThat(log.lines)
        .containsExactly(
            "WARN the API server can't be written to: Connection refused",
            "INFO the API server can be written to again");
  }

  @Test
  void claimsNothingWhileAValueThatAnotherOverwroteWaitsToBeWrittenAgain()
      throws InterruptedException {
    objects.put(D, object("7", "{}", "[]"));
    api.answer(200, WRITTEN).answer(200, WRITTEN);
    Reconciler reconciler = reconciler(Ownership.FORCE);
    reconciler.reconcile(D);
    JsonNode ours = body(api.calls().get(0));
    assertThat(ours.at("/status/conditions/0/reason").asText()).isEqualTo("SomeWithoutPaths");

    // k0rdent takes the whole status, our condition included, and writes its own value.
    String theirs =
        "{servicesUpgradePaths: [{name: z, namespace: n, template: t}], conditions: %s}"
            .formatted(ours.at("/status/conditions"));
    objects.put(D, object("9", theirs, KCM));
    Next next = reconciler.reconcile(D);

    assertThat(next).isInstanceOf(Next.RequeueAfter.class);
    JsonNode said = body(api.calls().get(0));
    assertThat(said.path("status").has("servicesUpgradePaths")).isFalse();
    assertThat(said.at("/status/conditions/0/reason").asText()).isEqualTo("Yielded");
    assertThat(said.at("/status/conditions/0/status").asText()).isEqualTo("True");
    assertThat(said.at("/status/conditions/0/message").asText())
        .isEqualTo(
            "status.servicesUpgradePaths is as kcm wrote it, which is not what the chains lead to;"
                + " it is written again after a pause");

    objects.put(
        D,
        object(
            "10",
            "{servicesUpgradePaths: [{name: z, namespace: n, template: t}], conditions: %s}"
                .formatted(said.at("/status/conditions")),
            KCM));
    assertThat(reconciler.reconcile(D)).isInstanceOf(Next.RequeueAfter.class);
    assertThat(api.calls()).isEmpty();
  }

  /** Where k0rdent's controller goes by the stored entry, which is not kept. */
  @Test
  void leavesTheStoredEntryOfAServiceThatLeftItsChainWhereItIsAGuard() throws InterruptedException {
    shape = new StatusShape(true, false, false);
    objects.put(D, object("7", MOVED, "[]"));
    api.answer(200, stored("7", MOVED, "[]").toString()).answer(200, WRITTEN);

    assertThat(reconciler(Ownership.YIELD).reconcile(D)).isEqualTo(new Next.Done());

    List<Call> calls = api.calls();
    assertThat(calls).extracting(Call::method).containsExactly("GET");
    assertThat(calls.get(0).path())
        .isEqualTo("/apis/k0rdent.mirantis.com/v1beta1/namespaces/team/clusterdeployments/d");
  }

  @Test
  void replacesTheStoredEntryOfAServiceThatLeftItsChainWhereItIsNone() throws InterruptedException {
    shape = new StatusShape(true, true, false);
    objects.put(D, object("7", MOVED, "[]"));
    api.answer(200, WRITTEN);

    assertThat(reconciler(Ownership.YIELD).reconcile(D)).isEqualTo(new Next.Done());

    List<Call> calls = api.calls();
    assertThat(calls).extracting(Call::method).containsExactly("PATCH");
    assertThat(body(calls.get(0)).at("/status/servicesUpgradePaths/0/template").asText())
        .isEqualTo("t");
  }

  @Test
  void writesNothingWhereTheLeaseEndedWhileTheStoredEntryWasRead() throws InterruptedException {
    shape = new StatusShape(true, false, false);
    objects.put(D, object("7", MOVED, "[]"));
    String withoutEntry = stored("7", "{}", "[]").toString();
    api.answer(200, withoutEntry).answer(200, WRITTEN).answer(200, withoutEntry);

    assertThat(reconciler(Ownership.YIELD).reconcile(D)).isEqualTo(new Next.Done());
    assertThat(api.calls()).extracting(Call::method).containsExactly("GET", "PATCH");

    Requests slow =
        (call, timeout) -> {
          leads = false;
          return api.send(call, timeout);
        };
    assertThat(reconciler(Ownership.YIELD, slow).reconcile(D)).isEqualTo(new Next.Done());
    assertThat(api.calls()).extracting(Call::method).containsExactly("GET");
  }

  @Test
  void comesBackWhereTheStoredEntryCannotBeReadAndNotWhereTheObjectIsGone()
      throws InterruptedException {
    shape = new StatusShape(true, false, false);
    objects.put(D, object("7", MOVED, "[]"));
    api.answer(503, REFUSED).fail("Connection refused").answer(404, REFUSED);
    Reconciler reconciler = reconciler(Ownership.YIELD);

    assertThat(reconciler.reconcile(D)).isEqualTo(new Next.Backoff(AWAY));
    assertThat(reconciler.reconcile(D)).isEqualTo(new Next.Backoff(AWAY));
    assertThat(reconciler.reconcile(D)).isEqualTo(new Next.Done());
    assertThat(api.calls()).extracting(Call::method).containsExactly("GET", "GET", "GET");
  }

  private static final String MOVED =
      "{servicesUpgradePaths: [{name: a, namespace: n, template: before}]}";

  private static final String KCM =
      "[{manager: kcm, operation: Update, subresource: status, fieldsV1: {f:status:"
          + " {f:servicesUpgradePaths: {}}}}]";

  private Reconciler reconciler(Ownership ownership) {
    return reconciler(ownership, api);
  }

  private Reconciler reconciler(Ownership ownership, Requests api) {
    return new Reconciler(
        new Reconciler.Basis(
            ref -> Optional.ofNullable(objects.get(ref)),
            chains,
            kind -> !unwatched.contains(kind),
            kind -> Optional.of(shape),
            () -> leads),
        api,
        new WriteAnswers(suspected::incrementAndGet, metrics),
        Optional.empty(),
        "kcm-system",
        new StatusWrite.Policy(ownership, true, 10_000));
  }

  private double writes(String result) {
    var counter = metrics.find("pathgate.status.writes").tag("result", result).counter();
    return counter == null ? 0 : counter.count();
  }

  private static JsonNode body(Call call) {
    return TestCluster.yaml(call.body());
  }

  private static JsonNode stored(String version, String status, String managedFields) {
    return TestCluster.yaml(
        """
            apiVersion: k0rdent.mirantis.com/v1beta1
            kind: ClusterDeployment
            metadata: {name: d, namespace: team, uid: u, resourceVersion: "%s", generation: 3, managedFields: %s}
            spec: {serviceSpec: {services: [{name: a, namespace: n, template: t}]}}
            status: %s
            """
            .formatted(version, managedFields, status));
  }

  private static Observed object(String version, String status, String managedFields) {
    return observed(stored(version, status, managedFields));
  }

  private static Observed deleting(String version) {
    JsonNode object = stored(version, "{}", "[]");
    object.withObjectProperty("metadata").put("deletionTimestamp", "2026-11-25T10:00:00Z");
    return observed(object);
  }

  private static Observed observed(JsonNode object) {
    try (JsonParser parser = object.traverse()) {
      parser.nextToken();
      return ObservedObject.read(parser).observed();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
