package dev.pathgate.kube;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Logs that an API server can't be reached, or what of it can't be followed: once for as long as it
 * lasts, however the reasons change, and once more when it is over. Trouble that is over within
 * three seconds is not logged, nor is what a server does within three seconds of its return; one
 * that keeps changing its mind is reported after six.
 */
public final class WatchLog {
  private static final long GRACE_NANOS = 3_000_000_000L;

  /** One for each API server, since both roles of a process may follow the same one. */
  private static final Map<String, WatchLog> LOGS = new ConcurrentHashMap<>();

  private final ApiAddress address;
  private final Consumer<String> warn;
  private final Consumer<String> inform;
  private final LongSupplier nanos;
  private final Map<Object, Trouble> troubles = new LinkedHashMap<>();
  private boolean unreachable;
  private boolean hasAnswered;
  private long lastAnswer;

  private static final class Trouble {
    private final String what;
    private long began;
    private long since;
    private boolean answered;
    private String reason = "";
    private boolean reported;

    Trouble(String what, long began, boolean answered) {
      this.what = what;
      this.began = began;
      this.since = began;
      this.answered = answered;
    }
  }

  WatchLog(ApiAddress address, Consumer<String> warn, Consumer<String> inform, LongSupplier nanos) {
    this.address = address;
    this.warn = warn;
    this.inform = inform;
    this.nanos = nanos;
  }

  /** What is said about that API server in this process. */
  public static WatchLog of(ApiAddress address) {
    Logger log = Logger.getLogger(WatchLog.class);
    return LOGS.computeIfAbsent(
        address.toString(), key -> new WatchLog(address, log::warn, log::info, System::nanoTime));
  }

  /**
   * An attempt to follow something has failed.
   *
   * @param who who tries
   * @param what it is after, such as {@code clusterdeployments}
   * @param began when the attempt began
   * @param answered whether the API server answered at all
   */
  public synchronized void failed(
      Object who, String what, long began, boolean answered, String reason) {
    long since = afterLastAnswer(began);
    Trouble trouble = troubles.computeIfAbsent(who, key -> new Trouble(what, since, answered));
    if (answered != trouble.answered) {
      trouble.answered = answered;
      trouble.since = began;
    }
    trouble.reason = reason;
    if (answered) {
      heard();
    }
    if (!lasts(trouble)) {
      return;
    }
    if (!answered) {
      if (!unreachable) {
        unreachable = true;
        warn.accept("API server " + address + " can't be reached: " + reason);
      }
    } else if (!trouble.reported) {
      unreachable &= troubles.values().stream().anyMatch(other -> !other.answered);
      Set<String> reasons = untold();
      if (!reasons.isEmpty()) {
        warn.accept("API server " + address + " can't be followed: " + String.join("; ", reasons));
      }
    }
  }

  /** Reasons that nothing was said of yet, which counts as done from now on. */
  private Set<String> untold() {
    Set<String> told = new HashSet<>();
    Set<String> reasons = new LinkedHashSet<>();
    for (Trouble trouble : troubles.values()) {
      if (trouble.answered && !trouble.reported) {
        trouble.reported = true;
        reasons.add(trouble.reason);
      } else if (trouble.reported) {
        told.add(trouble.reason);
      }
    }
    reasons.removeAll(told);
    return reasons;
  }

  private boolean lasts(Trouble trouble) {
    long now = nanos.getAsLong();
    long since = trouble.answered ? trouble.since : afterLastAnswer(trouble.since);
    return now - since >= GRACE_NANOS
        || (!unreachable && !trouble.reported && now - trouble.began >= 2 * GRACE_NANOS);
  }

  /** An attempt from before an answer tells nothing of what came after it. */
  private long afterLastAnswer(long began) {
    return hasAnswered && began - lastAnswer < 0 ? lastAnswer : began;
  }

  private void heard() {
    hasAnswered = true;
    lastAnswer = nanos.getAsLong();
  }

  /** What {@code who} is after is being followed. */
  public synchronized void follows(Object who) {
    heard();
    Trouble over = troubles.remove(who);
    if (over == null) {
      return;
    }
    if (unreachable && troubles.values().stream().allMatch(other -> other.answered)) {
      unreachable = false;
      troubles.values().forEach(other -> other.began = lastAnswer);
      inform.accept("API server " + address + " is back and is followed again");
    } else if (over.reported) {
      inform.accept("API server " + address + " is followed again: " + over.what);
    }
  }

  /** Nobody follows it any more. */
  public synchronized void discard(Object who) {
    troubles.remove(who);
  }

  /** What is wrong at the moment, with the address. */
  public synchronized Optional<String> trouble() {
    return troubles.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "API server "
                + address
                + ": "
                + troubles.values().stream()
                    .map(trouble -> trouble.reason)
                    .distinct()
                    .collect(Collectors.joining("; ")));
  }
}
