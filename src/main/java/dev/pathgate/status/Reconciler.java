package dev.pathgate.status;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.kube.ApiServer.Call;
import dev.pathgate.kube.Leadership;
import dev.pathgate.kube.OnceLog;
import dev.pathgate.rule.ObjectRef;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Brings one object's status to what its chains offer: looks at what is known of it, plans, writes
 * what is lacking, and says what is to become of it next.
 */
final class Reconciler {
  private static final Logger LOG = Logger.getLogger(Reconciler.class);

  private static final Duration AWAY = Duration.ofSeconds(30);
  private static final Duration FORBIDDEN = Duration.ofMinutes(1);
  private static final Duration REFUSED = Duration.ofMinutes(5);

  private final ObservedCluster cluster;
  private final ServedSchema schema;
  private final Leadership leadership;
  private final ApiServer api;
  private final Optional<Announcements> announcements;
  private final Edits edits;
  private final Plan.Policy policy;
  private final MeterRegistry metrics;
  private final WriteLog written;
  private final OnceLog problems = new OnceLog(LOG);
  private final Map<ObjectRef, String> yielded = new ConcurrentHashMap<>();

  /** What is to become of an object after one look at it. */
  sealed interface Next {
    /** Nothing, until something changes. */
    record Rest() implements Next {}

    /** It failed, and is tried again with back-off up to a ceiling. */
    record Retry(Duration ceiling) implements Next {}

    /** It is looked at again after that time. */
    record Later(Duration delay) implements Next {}
  }

  Reconciler(
      ObservedCluster cluster,
      ServedSchema schema,
      Leadership leadership,
      ApiServer api,
      Optional<Announcements> announcements,
      String systemNamespace,
      Plan.Policy policy,
      MeterRegistry metrics) {
    this.cluster = cluster;
    this.schema = schema;
    this.leadership = leadership;
    this.api = api;
    this.announcements = announcements;
    this.edits = new Edits(systemNamespace);
    this.policy = policy;
    this.metrics = metrics;
    this.written = new WriteLog(System::nanoTime);
  }

  /** How many objects are left to another writer. */
  int yielded() {
    return yielded.size();
  }

  /** Nobody writes here any more; another process may. */
  void stepDown() {
    yielded.clear();
  }

  /** What the object's status rests on is another now. */
  void basisChanged(ObjectRef object) {
    written.forget(object);
  }

  void forget(ObjectRef object) {
    written.forget(object);
    yielded.remove(object);
    problems.forget(object.toString());
  }

  Next reconcile(ObjectRef object) throws InterruptedException {
    Optional<Observed> known = cluster.object(object);
    Kind kind = Kind.of(Kind.GROUP, object.kind()).orElseThrow();
    Optional<Shape> shape = schema.of(kind).filter(Shape::paths);
    // Without the Lease another process writes; winning it brings every object back here.
    if (known.isEmpty() || known.get().deleting() || shape.isEmpty() || !leadership.holds()) {
      return new Next.Rest();
    }
    Observed observed = known.get();
    Offer offer =
        Offer.of(
            observed.services(),
            edits.chainNamespace(kind, object.namespace()),
            cluster::chain,
            shape.get().versions(),
            policy.maxBytes());
    Plan plan = Plan.of(observed, offer, shape.get(), policy, Instant.now());
    noteYield(object, plan.yieldsTo());
    if (plan.status().isEmpty()) {
      return new Next.Rest();
    }
    Digest content = WriteLog.content(plan.status().get(), observed.generation());
    if (written.isUnseen(object, content, observed.resourceVersion())) {
      return new Next.Rest();
    }
    Optional<Duration> wait = written.wait(object, content);
    if (wait.isPresent()) {
      return new Next.Later(wait.get());
    }
    return write(object, kind, observed, offer, plan, content);
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

  private Next write(
      ObjectRef object, Kind kind, Observed observed, Offer offer, Plan plan, Digest content)
      throws InterruptedException {
    Answer answer;
    try {
      answer = api.ask(apply(object, kind, observed, plan), Leadership.WRITE_TIMEOUT);
    } catch (IOException away) {
      count("failed");
      problems.warn("api", "the API server can't be written to: " + away.getMessage());
      return new Next.Retry(AWAY);
    }
    if (answer.isSuccess()) {
      count("written");
      problems.resolve("api", "the API server can be written to again");
      problems.resolve("403 " + kind, kind.plural() + "/status may be written again");
      problems.resolve(object.toString(), object + ": its status is written again");
      String version = answer.json().path("metadata").path("resourceVersion").asText();
      written.add(object, content, observed.resourceVersion(), version);
      if (plan.writesPaths()) {
        tell(object, observed, offer);
      }
      return new Next.Rest();
    }
    return failed(object, kind, answer);
  }

  private void tell(ObjectRef object, Observed observed, Offer offer) {
    List<Announcements.News> news =
        announcements.isPresent() ? Announcements.news(observed, offer) : List.of();
    news.forEach(one -> announcements.orElseThrow().tell(object, observed, one));
  }

  private static Call apply(ObjectRef object, Kind kind, Observed observed, Plan plan) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("apiVersion", Kind.GROUP + "/" + Kind.VERSION).put("kind", object.kind());
    ObjectNode metadata = body.putObject("metadata").put("name", object.name());
    if (kind.isNamespaced()) {
      metadata.put("namespace", object.namespace());
    }
    if (plan.atVersion()) {
      metadata.put("resourceVersion", observed.resourceVersion());
    }
    body.set("status", plan.status().orElseThrow());
    String path =
        "/apis/%s/%s/%s%s/%s/status?fieldManager=%s&fieldValidation=Strict%s"
            .formatted(
                Kind.GROUP,
                Kind.VERSION,
                kind.isNamespaced() ? "namespaces/" + object.namespace() + "/" : "",
                kind.plural(),
                object.name(),
                Observed.MANAGER,
                plan.force() ? "&force=true" : "");
    return Call.send("PATCH", path, ApiServer.APPLY, body).with("Accept", ApiServer.METADATA_ONLY);
  }

  private Next failed(ObjectRef object, Kind kind, Answer answer) {
    switch (answer.code()) {
      case 404 -> {
        count("gone");
        return new Next.Rest();
      }
      case 409 -> {
        count("conflict");
        return new Next.Retry(AWAY);
      }
      case 403 -> {
        count("forbidden");
        problems.warn(
            "403 " + kind,
            "the status of %s can't be written, answered %d: %s; missing RBAC rule: verb patch on resource %s/status of group %s"
                .formatted(
                    kind.word(), answer.code(), answer.message(), kind.plural(), Kind.GROUP));
        return new Next.Retry(FORBIDDEN);
      }
      default -> {
        boolean passing = answer.code() == 401 || answer.code() == 429 || answer.code() > 500;
        if (passing) {
          count("failed");
          problems.warn(
              "api",
              "the API server can't be written to, it answered %d: %s"
                  .formatted(answer.code(), answer.message()));
          return new Next.Retry(AWAY);
        }
        count("refused");
        problems.warn(
            object.toString(),
            "%s: its status was refused, answered %d: %s"
                .formatted(object, answer.code(), answer.message()));
        schema.readAgain();
        return new Next.Retry(REFUSED);
      }
    }
  }

  private void count(String result) {
    metrics.counter("pathgate.status.writes", "result", result).increment();
  }
}
