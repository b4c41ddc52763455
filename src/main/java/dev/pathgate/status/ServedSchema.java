package dev.pathgate.status;

import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.kube.ApiServer.Call;
import dev.pathgate.kube.OnceLog;
import dev.pathgate.kube.Requests;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The shapes that the API server serves, read from its OpenAPI document, since a plain service
 * account may not read CRDs.
 *
 * <p>Nothing tells when a CRD changes, and polling would be traffic for nothing. But the API server
 * ends all watches of a kind whose CRD changed, and refuses fields that it does not know. So the
 * document is read again when a watch ended before its time, when objects had to be listed anew,
 * and when a write was refused: three times within 20 s, because the document follows its CRD after
 * some seconds, and then on, with back-off, if the last of these fails. The API server answers 304
 * to most of that.
 */
final class ServedSchema implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final List<Duration> READ_AGAIN =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(20));
  private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
  private static final Duration MAX_DELAY = Duration.ofSeconds(60);

  private static final Logger LOG = Logger.getLogger(ServedSchema.class);

  private final Requests api;
  private final Runnable changed;
  private final OnceLog problems = new OnceLog(LOG);
  private final ScheduledExecutorService timer;

  private volatile Map<Kind, StatusShape> shapes = Map.of();
  private Optional<String> etag = Optional.empty();
  private Duration delay = FIRST_DELAY;
  private List<? extends ScheduledFuture<?>> readings = List.of();
  private Optional<ScheduledFuture<?>> retry = Optional.empty();

  /**
   * @param api where to read it
   * @param changed called when a shape has become known or another
   */
  ServedSchema(Requests api, Runnable changed) {
    this(api, changed, timer());
  }

  ServedSchema(Requests api, Runnable changed, ScheduledExecutorService timer) {
    this.api = api;
    this.changed = changed;
    this.timer = timer;
  }

  private static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "pathgate-schema");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  void start() {
    timer.execute(this::readUntilKnown);
  }

  /** What the status of that kind can hold; empty until that is known. */
  Optional<StatusShape> of(Kind kind) {
    return Optional.ofNullable(shapes.get(kind));
  }

  /** Whether the shapes of both kinds are known. */
  boolean isKnown() {
    return Arrays.stream(Kind.values()).filter(Kind::hasServices).allMatch(shapes::containsKey);
  }

  /** Something hints at another schema. */
  synchronized void readAgain() {
    if (timer.isShutdown() || readings.stream().anyMatch(reading -> !reading.isDone())) {
      // The last of the readings under way starts late enough for most; a change that is later
      // still ends watches again.
      return;
    }
    retry.ifPresent(pending -> pending.cancel(false));
    Duration last = READ_AGAIN.get(READ_AGAIN.size() - 1);
    readings =
        READ_AGAIN.stream()
            .map(wait -> in(wait, wait.equals(last) ? this::readLast : this::read))
            .toList();
  }

  private void readLast() {
    synchronized (this) {
      readings = List.of();
    }
    readUntilKnown();
  }

  private void readUntilKnown() {
    boolean isDone = read() && isKnown();
    synchronized (this) {
      retry.ifPresent(pending -> pending.cancel(false));
      delay = isDone ? FIRST_DELAY : shorter(delay.multipliedBy(2), MAX_DELAY);
      // The last of the readings that are to come, if there are any, goes on from there.
      retry =
          isDone || !readings.isEmpty()
              ? Optional.empty()
              : Optional.of(in(delay, this::readUntilKnown));
    }
  }

  private ScheduledFuture<?> in(Duration wait, Runnable reading) {
    return timer.schedule(reading, wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Whether it could be read, be it the same as before. */
  boolean read() {
    try {
      Call call = Call.get(Kind.OPENAPI);
      Answer answer =
          api.ask(etag.isPresent() ? call.with("If-None-Match", etag.get()) : call, TIMEOUT);
      if (answer.isSuccess()) {
        etag = answer.etag();
        take(StatusShape.ofOpenApi(answer.json()));
        problems.resolve(Kind.OPENAPI, Kind.OPENAPI + " can be read again");
        return true;
      } else if (answer.code() == 304) {
        problems.resolve(Kind.OPENAPI, Kind.OPENAPI + " can be read again");
        return true;
      } else {
        problems.warn(
            Kind.OPENAPI,
            "GET %s was answered %d: %s; what status can hold is not known%s"
                .formatted(
                    Kind.OPENAPI,
                    answer.code(),
                    answer.message(),
                    answer.code() == 403
                        ? "; missing RBAC rule: verb get on nonResourceURL /openapi/v3/*, as the"
                            + " ClusterRole system:discovery gives it"
                        : ""));
      }
    } catch (IOException away) {
      problems.warn(Kind.OPENAPI, "GET " + Kind.OPENAPI + " failed: " + away.getMessage());
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | StackOverflowError | LinkageError unexpected) {
      LOG.error("the schema could not be read", unexpected);
    }
    return false;
  }

  private void take(Map<Kind, StatusShape> read) {
    if (!read.equals(shapes)) {
      shapes = read;
      read.forEach(
          (kind, shape) ->
              LOG.infof("the status of a %s can hold %s", kind.kindName(), shape.words()));
      changed.run();
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
