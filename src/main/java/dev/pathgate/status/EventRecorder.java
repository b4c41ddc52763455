package dev.pathgate.status;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.kube.ApiServer.Call;
import dev.pathgate.kube.OnceLog;
import dev.pathgate.kube.OneLine;
import dev.pathgate.kube.Requests;
import dev.pathgate.rule.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Events on objects whose services have paths again, or have them no more. They are a courtesy:
 * tried once, never waited for, and dropped where too many are under way. The same Event about the
 * same object within an hour is one Event with a count.
 */
final class EventRecorder {
  static final String AVAILABLE = "UpgradePathsAvailable";
  static final String UNAVAILABLE = "UpgradePathsUnavailable";

  private static final Logger LOG = Logger.getLogger(EventRecorder.class);
  private static final int REMEMBERED = 1000;
  private static final int AT_A_TIME = 32;
  private static final int NOTE_LENGTH = 1000;
  private static final Duration SERIES = Duration.ofHours(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final Requests api;
  private final String instance;
  private final OnceLog problems = new OnceLog(LOG);
  private final AtomicInteger underWay = new AtomicInteger();
  private final Map<String, Series> recorded =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Series> eldest) {
          return size() > REMEMBERED;
        }
      };

  private record Series(String name, int count, Instant since) {}

  /**
   * One Event about an object.
   *
   * @param reason one word
   * @param note which services, and why
   */
  record Event(String reason, String note) {}

  /**
   * @param instance this process
   */
  EventRecorder(Requests api, String instance) {
    this.api = api;
    this.instance = instance;
  }

  /**
   * What an object's users will want to know once the paths are written. A service that is new has
   * no Event, and one that went to the end of its chain had its upgrade.
   */
  static List<Event> eventsFor(Observed before, UpgradePaths paths) {
    List<String> gained = new ArrayList<>();
    List<String> lost = new ArrayList<>();
    for (UpgradePaths.Entry now : paths.entries()) {
      Optional<Observed.Published> then =
          before.published().stream()
              .filter(entry -> entry.identity().equals(now.service().identity()))
              .findFirst();
      if (then.isEmpty() || now.unchanged().isPresent()) {
        continue;
      }
      boolean sameTemplate = then.get().template().equals(now.service().template());
      boolean hasPaths = !now.paths().isEmpty() || now.leftOut() > 0;
      if (then.get().hasPaths()
          && !hasPaths
          && (sameTemplate || now.unresolvedReason().isPresent())) {
        lost.add(
            "%s (%s)"
                .formatted(
                    now.service().identity(),
                    now.unresolvedReason()
                        .orElse("its chain leads nowhere from " + now.service().template())));
      } else if (!then.get().hasPaths() && hasPaths && sameTemplate) {
        gained.add(now.service().identity());
      }
    }
    List<Event> events = new ArrayList<>();
    if (!lost.isEmpty()) {
      events.add(new Event(UNAVAILABLE, note("no upgrade paths any more for ", lost)));
    }
    if (!gained.isEmpty()) {
      events.add(new Event(AVAILABLE, note("upgrade paths are available for ", gained)));
    }
    return events;
  }

  private static String note(String start, List<String> services) {
    String note = start + String.join(", ", services);
    return OneLine.of(note, NOTE_LENGTH);
  }

  /** Writes it, some time soon. */
  void record(ObjectRef object, Observed observed, Event event) {
    if (underWay.incrementAndGet() > AT_A_TIME) {
      underWay.decrementAndGet();
      LOG.debugf(
          "%s: %s: %s (no Event: too many are under way)", object, event.reason(), event.note());
      return;
    }
    String key = object + "/" + observed.uid() + "/" + event.reason() + "/" + event.note();
    Optional<Series> series = again(key);
    Call call =
        series.isPresent()
            ? repeat(object, series.get())
            : create(object, observed, event, begin(key, object));
    api.send(call, TIMEOUT)
        .whenComplete((answer, failure) -> landed(key, answer, failure))
        .exceptionally(seen -> null);
  }

  private synchronized Optional<Series> again(String key) {
    Series series = recorded.get(key);
    if (series == null || series.since().plus(SERIES).isBefore(Instant.now())) {
      return Optional.empty();
    }
    Series grown = new Series(series.name(), series.count() + 1, series.since());
    recorded.put(key, grown);
    return Optional.of(grown);
  }

  private synchronized Series begin(String key, ObjectRef object) {
    String suffix = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    String stem = object.name().length() > 200 ? object.name().substring(0, 200) : object.name();
    Series series = new Series(stem + "." + suffix, 1, Instant.now());
    recorded.put(key, series);
    return series;
  }

  private synchronized void discard(String key) {
    recorded.remove(key);
  }

  private void landed(String key, Answer answer, Throwable failure) {
    underWay.decrementAndGet();
    if (failure == null && answer.isSuccess()) {
      problems.resolve("events", "Events can be written again");
      return;
    }
    discard(key);
    if (failure == null && answer.code() != 404) {
      problems.warn(
          "events",
          "an Event was answered %d: %s%s"
              .formatted(
                  answer.code(),
                  answer.message(),
                  answer.isMissingRule()
                      ? "; missing RBAC rule: verbs create and patch on resource events of group"
                          + " events.k8s.io (or set pathgate.status.events=false)"
                      : ""));
    }
  }

  private Call create(ObjectRef object, Observed observed, Event event, Series series) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("apiVersion", "events.k8s.io/v1").put("kind", "Event");
    json.putObject("metadata").put("name", series.name()).put("namespace", namespace(object));
    json.put("eventTime", MICRO_TIME.format(series.since()));
    json.put("reportingController", "pathgate.dev/status-patcher");
    json.put("reportingInstance", instance);
    json.put("action", "PublishUpgradePaths");
    json.put("reason", event.reason());
    json.put("note", event.note());
    json.put("type", event.reason().equals(UNAVAILABLE) ? "Warning" : "Normal");
    ObjectNode regarding = json.putObject("regarding");
    regarding.put("apiVersion", Kind.GROUP + "/" + Kind.VERSION).put("kind", object.kind());
    regarding.put("name", object.name()).put("uid", observed.uid());
    if (!object.namespace().isEmpty()) {
      regarding.put("namespace", object.namespace());
    }
    return Call.send("POST", path(object), ApiServer.JSON, json);
  }

  private static Call repeat(ObjectRef object, Series series) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("series")
        .put("count", series.count())
        .put("lastObservedTime", MICRO_TIME.format(Instant.now()));
    return Call.send("PATCH", path(object) + "/" + series.name(), ApiServer.MERGE, json);
  }

  /** Events about objects without a namespace lie in {@code default}. */
  private static String namespace(ObjectRef object) {
    return object.namespace().isEmpty() ? "default" : object.namespace();
  }

  private static String path(ObjectRef object) {
    return "/apis/events.k8s.io/v1/namespaces/" + namespace(object) + "/events";
  }
}
