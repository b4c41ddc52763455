package dev.pathgate.kube;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.kube.ApiServer.Call;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Events on objects. They are a courtesy: tried once, never waited for, and dropped where too many
 * are under way. The same Event about the same object within an hour is one Event with a count, and
 * what is written about one object is bounded: five at once, one a minute after that. What was not
 * written is counted with the next.
 */
public final class Events {
  private static final Logger LOG = Logger.getLogger(Events.class);
  private static final int REMEMBERED = 1000;
  private static final int OBJECTS = 10_000;
  private static final int AT_A_TIME = 32;
  private static final int AT_ONCE = 5;
  private static final Duration REFILL = Duration.ofMinutes(1);

  /** The API server takes 1,024 bytes. */
  private static final int NOTE_BYTES = 1_000;

  private static final int INSTANCE_LENGTH = 128;
  private static final Duration SERIES = Duration.ofHours(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final Requests api;
  private final Source source;
  private final InstantSource clock;
  private final OnceLog problems = new OnceLog(LOG);
  private final AtomicInteger underWay = new AtomicInteger();
  private final Map<String, Series> recorded = new RecentlyUsed<>(REMEMBERED);
  private final Map<String, Allowance> allowances = new RecentlyUsed<>(OBJECTS);

  /**
   * Who says it.
   *
   * @param controller such as {@code pathgate.dev/webhook}
   * @param instance this process; cut where it is too long for the API server
   * @param setting the setting that turns these Events off
   */
  public record Source(String controller, String instance, String setting) {}

  /**
   * What an Event is about.
   *
   * @param namespace empty for an object without one; its Events lie in {@code default}
   */
  public record Subject(
      String apiVersion, String kind, String namespace, String name, String uid) {}

  /**
   * One Event about an object.
   *
   * @param warns whether its type is {@code Warning}, and not {@code Normal}
   * @param action what was done or not, one word
   * @param reason one word
   * @param note for people
   */
  public record Event(boolean warns, String action, String reason, String note) {
    public Event {
      note = cut(OneLine.of(note, NOTE_BYTES));
    }
  }

  /** The Events of one source, written by these requests. */
  public Events(Requests api, Source source) {
    this(api, source, InstantSource.system());
  }

  Events(Requests api, Source source, InstantSource clock) {
    this.api = api;
    this.source = source;
    this.clock = clock;
  }

  /** The same Event about the same object: one object of the API server, and how often it was. */
  private static final class Series {
    private final String name;
    private final Instant since;
    private int count = 1;
    private boolean underWay = true;

    Series(String name, Instant since) {
      this.name = name;
      this.since = since;
    }
  }

  /** How much may still be written about one object. */
  private record Allowance(int left, Instant since) {
    Allowance at(Instant now) {
      long more = Duration.between(since, now).dividedBy(REFILL);
      return left + more >= AT_ONCE
          ? new Allowance(AT_ONCE, now)
          : new Allowance((int) (left + more), since.plus(REFILL.multipliedBy(more)));
    }
  }

  /** Writes it, some time soon; nothing about a subject whose names no object can have. */
  public void record(Subject subject, Event event) {
    if (!ObjectNames.canExist(subject.name()) || !ObjectNames.canBeNamespace(subject.namespace())) {
      return;
    }
    String object = subject.kind() + "/" + subject.namespace() + "/" + subject.name();
    String key = object + "/" + subject.uid() + "/" + event.reason() + "/" + event.note();
    Optional<Call> call = next(object, key, subject, event);
    if (call.isEmpty()) {
      LOG.debugf("%s: %s: %s (only counted)", object, event.reason(), event.note());
      return;
    }
    send(call.get())
        .whenComplete((answer, failure) -> landed(key, answer, failure))
        .exceptionally(seen -> null);
  }

  /** Fails by its future alone, so that whatever happens is counted as landed. */
  private CompletableFuture<Answer> send(Call call) {
    try {
      return api.send(call, TIMEOUT);
    } catch (RuntimeException unsent) {
      return CompletableFuture.failedFuture(unsent);
    }
  }

  /** What is to be sent now; empty where it is only counted, or dropped. */
  private synchronized Optional<Call> next(
      String object, String key, Subject subject, Event event) {
    Instant now = clock.instant();
    Series series = recorded.get(key);
    boolean isNew = series == null || series.since.plus(SERIES).isBefore(now);
    if (!isNew) {
      series.count++;
      if (series.underWay) {
        return Optional.empty();
      }
    }
    Allowance allowance = allowances.getOrDefault(object, new Allowance(AT_ONCE, now)).at(now);
    if (allowance.left() == 0 || underWay.get() >= AT_A_TIME) {
      return Optional.empty();
    }
    allowances.put(object, new Allowance(allowance.left() - 1, allowance.since()));
    underWay.incrementAndGet();
    if (isNew) {
      series = new Series(name(subject), now);
      recorded.put(key, series);
      return Optional.of(create(subject, event, series));
    }
    series.underWay = true;
    return Optional.of(repeat(subject, series, now));
  }

  private static String name(Subject subject) {
    String suffix = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    String name = subject.name();
    String start = name.length() > 200 ? name.substring(0, 200).replaceAll("[-.]+$", "") : name;
    return start + "." + suffix;
  }

  private void landed(String key, Answer answer, Throwable failure) {
    underWay.decrementAndGet();
    boolean isWritten = failure == null && answer.isSuccess();
    synchronized (this) {
      Series series = recorded.get(key);
      if (series != null && isWritten) {
        series.underWay = false;
      } else {
        recorded.remove(key);
      }
    }
    if (isWritten) {
      problems.resolve("events", "Events can be written again");
    } else if (failure == null && answer.code() != 404) {
      problems.warn(
          "events",
          "an Event was answered %d: %s%s"
              .formatted(
                  answer.code(),
                  answer.message(),
                  answer.isMissingRule()
                      ? "; missing RBAC rule: verbs create and patch on resource events of group"
                          + " events.k8s.io (or set "
                          + source.setting()
                          + "=false)"
                      : ""));
    }
  }

  private Call create(Subject subject, Event event, Series series) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("apiVersion", "events.k8s.io/v1").put("kind", "Event");
    json.putObject("metadata").put("name", series.name).put("namespace", namespace(subject));
    json.put("eventTime", MICRO_TIME.format(series.since));
    json.put("reportingController", source.controller());
    json.put("reportingInstance", instance(source.instance()));
    json.put("action", event.action());
    json.put("reason", event.reason());
    json.put("note", event.note());
    json.put("type", event.warns() ? "Warning" : "Normal");
    ObjectNode regarding = json.putObject("regarding");
    regarding.put("apiVersion", subject.apiVersion()).put("kind", subject.kind());
    regarding.put("name", subject.name()).put("uid", subject.uid());
    if (!subject.namespace().isEmpty()) {
      regarding.put("namespace", subject.namespace());
    }
    return Call.send("POST", path(subject), ApiServer.JSON, json);
  }

  private static Call repeat(Subject subject, Series series, Instant now) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("series")
        .put("count", series.count)
        .put("lastObservedTime", MICRO_TIME.format(now));
    return Call.send("PATCH", path(subject) + "/" + series.name, ApiServer.MERGE, json);
  }

  private static String namespace(Subject subject) {
    return subject.namespace().isEmpty() ? "default" : subject.namespace();
  }

  private static String path(Subject subject) {
    return "/apis/events.k8s.io/v1/namespaces/" + namespace(subject) + "/events";
  }

  private static String instance(String instance) {
    return instance.length() <= INSTANCE_LENGTH
        ? instance
        : instance.substring(instance.length() - INSTANCE_LENGTH);
  }

  /** As much of a text as the API server takes, never cut within a character. */
  private static String cut(String text) {
    String cut = text;
    while (cut.getBytes(StandardCharsets.UTF_8).length > NOTE_BYTES + 3) {
      cut = OneLine.of(cut, cut.length() - 1 - cut.length() / 20);
    }
    return cut;
  }
}
