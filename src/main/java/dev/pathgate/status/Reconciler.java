package dev.pathgate.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.cluster.ObjectIndex;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.kube.ApiServer.Call;
import dev.pathgate.kube.KubernetesJson;
import dev.pathgate.kube.Leadership;
import dev.pathgate.kube.Requests;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.Service;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Brings one object's status to what its chains lead to: looks at what is known of it, plans,
 * writes what is lacking, and says what is to become of it next.
 */
final class Reconciler {
  private static final Logger LOG = Logger.getLogger(Reconciler.class);

  private static final Next DONE = new Next.Done();
  private static final long ROOM = Runtime.getRuntime().maxMemory() / 16;
  private static final Duration CROWDED = Duration.ofSeconds(1);

  private final Basis basis;
  private final Requests api;
  private final WriteAnswers answers;
  private final Optional<EventRecorder> events;
  private final Edits edits;
  private final StatusWrite.Policy policy;
  private final WriteLog written;
  private final Map<ObjectRef, String> yielded = new ConcurrentHashMap<>();

  /** The turn of an object whose services, or whose chains, are not kept. */
  private final ReentrantLock crowded = new ReentrantLock();

  /**
   * What the reconciliation of an object rests on.
   *
   * @param isWatched whether every change of a kind is being heard of
   */
  record Basis(
      Function<ObjectRef, Optional<Observed>> objects,
      UpgradePaths.Chains chains,
      Predicate<Kind> isWatched,
      Function<Kind, Optional<StatusShape>> shapes,
      BooleanSupplier leads) {}

  /** What is to become of an object that was reconciled. */
  sealed interface Next {
    /** Nothing, until something changes. */
    record Done() implements Next {}

    /** It failed, and is tried again with back-off up to a ceiling. */
    record Backoff(Duration ceiling) implements Next {}

    /** It is looked at again after that time. */
    record RequeueAfter(Duration delay) implements Next {}
  }

  Reconciler(
      Basis basis,
      Requests api,
      WriteAnswers answers,
      Optional<EventRecorder> events,
      String systemNamespace,
      StatusWrite.Policy policy) {
    this.basis = basis;
    this.api = api;
    this.answers = answers;
    this.events = events;
    this.edits = new Edits(systemNamespace);
    this.policy = policy;
    this.written = new WriteLog(System::nanoTime);
  }

  /** How many objects are left to another writer. */
  int yielded() {
    return yielded.size();
  }

  /** Nobody writes here any more; another process may. */
  void lostLeadership() {
    yielded.clear();
    answers.lostLeadership();
  }

  /** What the object's status rests on is another now. */
  void inputsChanged(ObjectRef object) {
    written.discard(object);
  }

  void discard(ObjectRef object) {
    written.discard(object);
    yielded.remove(object);
    answers.discard(object);
  }

  Next reconcile(ObjectRef object) throws InterruptedException {
    Next next = reconcile(object, basis.objects().apply(object));
    // It may have gone meanwhile: what was noted of it after that would stay for good.
    if (basis.objects().apply(object).isEmpty()) {
      discard(object);
    }
    return next;
  }

  private Next reconcile(ObjectRef object, Optional<Observed> known) throws InterruptedException {
    Kind kind = Kind.of(Kind.GROUP, object.kind()).orElseThrow();
    Optional<StatusShape> shape = basis.shapes().apply(kind).filter(StatusShape::paths);
    if (known.isEmpty() || known.get().deleting()) {
      answers.noLongerFailing(object);
      return DONE;
    }
    // Without the Lease another process writes; to hold it again brings every object back here.
    if (shape.isEmpty() || !basis.leads().getAsBoolean()) {
      return DONE;
    }
    Observed observed = known.get();
    if (observed.crowded()) {
      return reconcileCrowded(object, kind, shape.get());
    }
    // Up to k0rdent 1.3 the stored entry of a service is what its own guard goes by.
    return observed.moved() && !shape.get().versions()
        ? reconcileAsStored(object, kind, shape.get())
        : reconcile(object, kind, shape.get(), observed, Map.of());
  }

  /** One at a time: each may be a hundred times as large in memory as others are. */
  private Next reconcileCrowded(ObjectRef object, Kind kind, StatusShape shape)
      throws InterruptedException {
    if (!crowded.tryLock()) {
      return new Next.RequeueAfter(CROWDED);
    }
    try {
      return reconcileAsStored(object, kind, shape);
    } finally {
      crowded.unlock();
    }
  }

  /** Looks at the stored entries, which are not kept: those of a fleet would fill the memory. */
  private Next reconcileAsStored(ObjectRef object, Kind kind, StatusShape shape)
      throws InterruptedException {
    ObservedObject read;
    try {
      Answer answer = api.ask(Call.get(path(object, kind)), Leadership.WRITE_TIMEOUT);
      if (answer.code() == 404) {
        return DONE;
      }
      if (!answer.isSuccess()) {
        return answers.transientFailure(object, answer);
      }
      read = KubernetesJson.read(answer.body(), ObservedObject::read);
    } catch (IOException away) {
      return answers.transientFailure(object, away.getMessage());
    }
    // The read may have taken longer than the Lease has lasted.
    return read.observed().deleting() || !basis.leads().getAsBoolean()
        ? DONE
        : reconcile(
            object, kind, shape, read.observed(), shape.versions() ? Map.of() : read.moved());
  }

  private Next reconcile(
      ObjectRef object,
      Kind kind,
      StatusShape shape,
      Observed observed,
      Map<Integer, JsonNode> moved)
      throws InterruptedException {
    boolean isTrusted =
        basis.isWatched().test(kind) && basis.isWatched().test(Kind.SERVICE_TEMPLATE_CHAIN);
    String chainNamespace = edits.chainNamespace(kind, object.namespace());
    List<Service> services = observed.services();
    ChainsAtHand chains = new ChainsAtHand(basis.chains(), chainNamespace, services, ROOM);
    if (!chains.toBeRead().isEmpty() && !crowded.tryLock()) {
      return new Next.RequeueAfter(CROWDED);
    }
    try {
      Optional<Next> unread = readInto(chains, object);
      if (unread.isPresent()) {
        return unread.get();
      }
      UpgradePaths paths =
          UpgradePaths.of(
              services, moved, chainNamespace, chains, shape.versions(), policy.maxBytes());
      return reconcile(object, kind, shape, observed, isTrusted, paths);
    } finally {
      if (!chains.toBeRead().isEmpty()) {
        crowded.unlock();
      }
    }
  }

  /** Reads the chains that are not kept; what becomes of the object where one can't be. */
  private Optional<Next> readInto(ChainsAtHand chains, ObjectRef object)
      throws InterruptedException {
    for (ChainRef ref : chains.toBeRead()) {
      Call call = Call.get(Kind.SERVICE_TEMPLATE_CHAIN.path(ref.namespace()) + "/" + ref.name());
      try {
        Answer answer = api.ask(call, Leadership.WRITE_TIMEOUT);
        if (answer.isSuccess()) {
          chains.put(KubernetesJson.read(answer.body(), ObjectIndex.Seen::read).object().asChain());
        } else if (answer.code() != 404) {
          return Optional.of(answers.transientFailure(object, answer));
        }
      } catch (IOException away) {
        return Optional.of(answers.transientFailure(object, away.getMessage()));
      }
    }
    // Reads may have taken longer than the Lease has lasted.
    return basis.leads().getAsBoolean() ? Optional.empty() : Optional.of(DONE);
  }

  private Next reconcile(
      ObjectRef object,
      Kind kind,
      StatusShape shape,
      Observed observed,
      boolean isTrusted,
      UpgradePaths paths)
      throws InterruptedException {
    StatusWrite wanted = StatusWrite.of(observed, paths, shape, policy, Instant.now());
    noteYield(object, wanted.yieldsTo());
    if (wanted.status().isEmpty()) {
      answers.recovered(object);
      return DONE;
    }
    // A chain may have come, changed or gone unheard: what is known is not to be told then.
    if (!isTrusted) {
      return new Next.Backoff(WriteAnswers.AWAY);
    }
    Digest content = WriteLog.content(wanted.status().get(), wanted.value(), observed.generation());
    if (written.isUnseen(object, content, observed.resourceVersion())) {
      return DONE;
    }
    Optional<Duration> wait = written.wait(object, content);
    if (wait.isPresent()) {
      Next next = wanted.writesPaths() ? disclaim(object, kind, observed, shape) : DONE;
      return next instanceof Next.Backoff ? next : new Next.RequeueAfter(wait.get());
    }
    return send(
        object,
        kind,
        observed,
        wanted,
        answer -> {
          String version =
              PickedFields.of(answer.body()).path("metadata").path("resourceVersion").asText();
          written.add(object, content, observed.resourceVersion(), version);
          if (wanted.writesPaths()) {
            recordEvents(object, observed, paths);
          }
        });
  }

  /**
   * While our value waits to be written again, says so in the condition. That is no loop of its
   * own: the condition claims the value only after a write of ours, and these pause.
   */
  private Next disclaim(ObjectRef object, Kind kind, Observed observed, StatusShape shape)
      throws InterruptedException {
    Optional<ObjectNode> status =
        StatusWrite.whileOverwritten(observed, shape, policy, Instant.now());
    if (status.isEmpty()) {
      return DONE;
    }
    StatusWrite wanted =
        new StatusWrite(status, false, false, false, Optional.empty(), Digest.OF_NOTHING);
    return send(object, kind, observed, wanted, answer -> {});
  }

  private Next send(
      ObjectRef object,
      Kind kind,
      Observed observed,
      StatusWrite wanted,
      Consumer<Answer> whenWritten)
      throws InterruptedException {
    Answer answer;
    try {
      answer = api.ask(apply(object, kind, observed, wanted), Leadership.WRITE_TIMEOUT);
    } catch (IOException away) {
      return answers.transientFailure(object, away.getMessage());
    }
    if (!answer.isSuccess()) {
      return answers.failed(object, kind, observed.resourceVersion(), answer);
    }
    answers.succeeded(object, kind);
    whenWritten.accept(answer);
    return DONE;
  }

  private void noteYield(ObjectRef object, Optional<String> manager) {
    if (manager.isEmpty()) {
      if (yielded.remove(object) != null) {
        LOG.infof("%s: nobody else's value stands in the way any more", object);
      }
    } else if (yielded.put(object, manager.get()) == null) {
      LOG.infof(
          "%s: status.servicesUpgradePaths is left as %s wrote it, which is not what the chains"
              + " lead to",
          object, manager.get());
    }
  }

  private void recordEvents(ObjectRef object, Observed before, UpgradePaths paths) {
    events.ifPresent(
        to -> EventRecorder.eventsFor(before, paths).forEach(e -> to.record(object, before, e)));
  }

  private static String path(ObjectRef object, Kind kind) {
    return kind.path(object.namespace()) + "/" + object.name();
  }

  private static Call apply(ObjectRef object, Kind kind, Observed observed, StatusWrite wanted) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("apiVersion", Kind.API_VERSION).put("kind", object.kind());
    ObjectNode metadata = body.putObject("metadata").put("name", object.name());
    if (kind.isNamespaced()) {
      metadata.put("namespace", object.namespace());
    }
    if (wanted.atVersion()) {
      metadata.put("resourceVersion", observed.resourceVersion());
    }
    body.set("status", wanted.status().orElseThrow());
    String path =
        "%s/status?fieldManager=%s&fieldValidation=Strict&includeObject=None%s"
            .formatted(path(object, kind), Observed.MANAGER, wanted.force() ? "&force=true" : "");
    return Call.send("PATCH", path, ApiServer.APPLY, body).with("Accept", ApiServer.VERSION_ONLY);
  }
}
