package dev.pathgate.status;

import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.kube.OnceLog;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.status.Reconciler.Next;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * What follows from the API server's answers to the writes of objects: when each is tried again,
 * what is counted, and what is logged once however often it happens.
 */
final class WriteAnswers {
  /** For what passes by itself: a conflict, a time-out, an API server that is away. */
  static final Duration AWAY = Duration.ofSeconds(30);

  private static final Duration FORBIDDEN = Duration.ofMinutes(1);
  private static final Duration REFUSED = Duration.ofMinutes(5);

  /** Some three seconds of back-off, in which the event of another's write should have come. */
  private static final int CONFLICTS_THAT_PASS = 4;

  private final Runnable suspectSchema;
  private final MeterRegistry metrics;
  private final OnceLog problems = new OnceLog(Logger.getLogger(Reconciler.class));

  /** The conflicts that the write of an object has met since it was seen to change. */
  private final Map<ObjectRef, Conflicts> conflicts = new ConcurrentHashMap<>();

  /** Objects that can't be written for a reason which passes, and is not theirs. */
  private final Set<ObjectRef> failing = ConcurrentHashMap.newKeySet();

  private record Conflicts(String version, int times) {
    Conflicts plus(Conflicts later) {
      return later.version.equals(version) ? new Conflicts(version, times + later.times) : later;
    }
  }

  /**
   * @param suspectSchema called when a refusal hints at another schema than the one that is known
   */
  WriteAnswers(Runnable suspectSchema, MeterRegistry metrics) {
    this.suspectSchema = suspectSchema;
    this.metrics = metrics;
  }

  /** Another process may write now, and whatever stood in the way here says nothing of that one. */
  void lostLeadership() {
    conflicts.clear();
    failing.clear();
    problems.discard("api");
  }

  /** The object is gone. */
  void discard(ObjectRef object) {
    conflicts.remove(object);
    noLongerFailing(object);
    problems.discard(object.toString());
  }

  /** The object was written. */
  void succeeded(ObjectRef object, Kind kind) {
    count("written");
    conflicts.remove(object);
    recovered(object);
    problems.resolve("403 " + kind, kind.plural() + "/status may be written again");
    problems.resolve(object.toString(), object + ": its status is written again");
  }

  /** Says it once for all objects, since each of them fails where the API server is away. */
  Next transientFailure(ObjectRef object, String why) {
    count("failed");
    failing.add(object);
    problems.warn("api", "the API server can't be written to: " + why);
    return new Next.Backoff(AWAY);
  }

  Next transientFailure(ObjectRef object, Answer answer) {
    return transientFailure(
        object, "it answered %d: %s".formatted(answer.code(), answer.message()));
  }

  /** It needs no write any more, which says nothing of whether one would succeed. */
  void noLongerFailing(ObjectRef object) {
    if (failing.remove(object) && failing.isEmpty()) {
      problems.discard("api");
    }
  }

  /** It is right as it is, or was answered. */
  void recovered(ObjectRef object) {
    if (failing.remove(object) && failing.isEmpty()) {
      problems.resolve("api", "the API server can be written to again");
    }
  }

  /**
   * The write of an object was not accepted.
   *
   * @param version the {@code resourceVersion} of the object that was looked at
   */
  Next failed(ObjectRef object, Kind kind, String version, Answer answer) {
    if (answer.isTransientFailure()) {
      Next backoff = transientFailure(object, answer);
      return answer
          .retryAfter()
          .filter(wait -> !wait.isZero())
          .<Next>map(wait -> new Next.RequeueAfter(wait.compareTo(AWAY) < 0 ? wait : AWAY))
          .orElse(backoff);
    }
    recovered(object);
    if (answer.code() == 404) {
      count("gone");
      return new Next.Done();
    }
    if (answer.code() == 409) {
      count("conflict");
      // Again and again in an object that nobody has written since: that does not pass.
      Conflicts met = conflicts.merge(object, new Conflicts(version, 1), Conflicts::plus);
      if (met.times() > CONFLICTS_THAT_PASS) {
        refused(object, answer);
      }
      return new Next.Backoff(AWAY);
    }
    if (answer.isMissingRule()) {
      count("forbidden");
      problems.warn(
          "403 " + kind,
          "the status of %s can't be written, answered %d: %s; missing RBAC rule: verb patch on resource %s/status of group %s"
              .formatted(
                  kind.kindName(), answer.code(), answer.message(), kind.plural(), Kind.GROUP));
      return new Next.Backoff(FORBIDDEN);
    }
    count("refused");
    refused(object, answer);
    if (!answer.isTooLarge()) {
      suspectSchema.run();
    }
    return new Next.Backoff(REFUSED);
  }

  private void refused(ObjectRef object, Answer answer) {
    problems.warn(
        object.toString(),
        "%s: its status was refused, answered %d: %s"
            .formatted(object, answer.code(), answer.message()));
  }

  private void count(String result) {
    metrics.counter("pathgate.status.writes", "result", result).increment();
  }
}
