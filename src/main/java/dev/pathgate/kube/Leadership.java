package dev.pathgate.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.kube.ApiServer.Call;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Decides which of any number of replicas writes: the one that holds the Lease. Another takes over
 * when the holder has released it, or has not renewed it for 15 s by this process's own clock, so
 * that clocks which disagree never elect two.
 *
 * <p>A holder stops writing 10 s after its last successful renewal, counted from before that was
 * sent, and gives up a write after 5 s. So nothing is written on a Lease that may have gone to
 * somebody else, not even by a process that was frozen for a while.
 *
 * <p>fabric8's {@code LeaderElector} is not used: it compares its own clock with the time that the
 * holder wrote, can't take an existing Lease without {@code spec}, takes three requests per renewal
 * and logs a stack trace per failed attempt.
 */
public final class Leadership implements AutoCloseable {
  /** The Lease's name, the same in every installation, so that only one ever writes. */
  static final String LEASE = "pathgate-status-patcher";

  static final Duration LEASE_DURATION = Duration.ofSeconds(15);
  public static final Duration WRITE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration RENEW_DEADLINE = LEASE_DURATION.minus(WRITE_TIMEOUT);
  private static final Duration PERIOD = Duration.ofSeconds(3);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(3);

  private static final Logger LOG = Logger.getLogger(Leadership.class);
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final Requests api;
  private final String namespace;
  private final String identity;
  private final Runnable gained;
  private final Runnable lost;
  private final LongSupplier nanos;
  private final OnceLog problems = new OnceLog(LOG);
  private final Thread thread = new Thread(this::run, "pathgate-lease");

  private volatile boolean leading;
  private volatile long renewedAt;
  private volatile boolean closed;

  /** The Lease as we last wrote it; null while it is not ours. */
  private JsonNode held;

  private String seenHolder = "";
  private String seenRenewal = "";
  private long seenAt;

  /**
   * @param identity unlike that of any other process
   * @param gained called whenever it may be written again: the Lease was won, or renewed too late
   * @param lost called whenever it went to somebody else
   */
  public Leadership(
      Requests api,
      String namespace,
      String identity,
      Runnable gained,
      Runnable lost,
      LongSupplier nanos) {
    this.api = api;
    this.namespace = namespace;
    this.identity = identity;
    this.gained = gained;
    this.lost = lost;
    this.nanos = nanos;
    thread.setDaemon(true);
  }

  /** Begins to campaign for the Lease, and goes on until it is closed. */
  public void start() {
    thread.start();
  }

  /** Whether this process may write now. */
  public boolean holds() {
    return leading && !hasLapsed(renewedAt);
  }

  private boolean hasLapsed(long renewal) {
    return nanos.getAsLong() - renewal >= RENEW_DEADLINE.toNanos();
  }

  private void run() {
    try {
      while (!closed) {
        campaign();
        Thread.sleep(PERIOD.toMillis());
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  /** One attempt to win the Lease, or to renew it; never fails. */
  void campaign() throws InterruptedException {
    try {
      round();
    } catch (IOException away) {
      problems.warn("api", "Lease " + place() + " can't be reached: " + away.getMessage());
    } catch (RuntimeException | StackOverflowError | LinkageError unexpected) {
      LOG.error("the election goes on after a failure", unexpected);
    }
    if (leading && !holds()) {
      lose("it could not be renewed in time");
    }
  }

  private void round() throws IOException, InterruptedException {
    if (held != null) {
      renew();
      return;
    }
    Answer answer = api.ask(Call.get(path()), REQUEST_TIMEOUT);
    if (answer.code() == 404) {
      create();
    } else if (!answer.isSuccess()) {
      report(answer, "get");
    } else {
      consider(answer.json());
    }
  }

  private void consider(JsonNode lease) throws IOException, InterruptedException {
    String holder = lease.path("spec").path("holderIdentity").asText("");
    if (leading && !holder.isEmpty() && !holder.equals(identity)) {
      lose("it went to " + holder);
    }
    String renewal =
        lease.path("spec").path("renewTime").asText("")
            + lease.path("metadata").path("resourceVersion").asText();
    long now = nanos.getAsLong();
    if (!holder.equals(seenHolder) || !renewal.equals(seenRenewal)) {
      seenHolder = holder;
      seenRenewal = renewal;
      seenAt = now;
    }
    if (holder.isEmpty() || holder.equals(identity) || now - seenAt >= LEASE_DURATION.toNanos()) {
      write(lease.deepCopy(), "PUT", path(), !holder.equals(identity));
    }
  }

  private void create() throws IOException, InterruptedException {
    ObjectNode lease = JsonNodeFactory.instance.objectNode();
    lease.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    lease.putObject("metadata").put("name", LEASE).put("namespace", namespace);
    write(lease, "POST", path().substring(0, path().lastIndexOf('/')), true);
  }

  private void renew() throws IOException, InterruptedException {
    write(held.deepCopy(), "PUT", path(), false);
  }

  private void write(ObjectNode lease, String method, String path, boolean taken)
      throws IOException, InterruptedException {
    String now = MICRO_TIME.format(Instant.now());
    ObjectNode spec = lease.withObjectProperty("spec");
    spec.put("holderIdentity", identity);
    spec.put("leaseDurationSeconds", LEASE_DURATION.toSeconds());
    spec.put("renewTime", now);
    if (taken) {
      spec.put("acquireTime", now);
      spec.put("leaseTransitions", spec.path("leaseTransitions").asInt(0) + 1);
    }
    long before = nanos.getAsLong();
    Answer answer = api.ask(Call.send(method, path, ApiServer.JSON, lease), REQUEST_TIMEOUT);
    if (answer.isSuccess()) {
      held = answer.json();
      long last = renewedAt;
      renewedAt = before;
      problems.resolveAll("Lease " + place() + " can be written again");
      if (!leading) {
        leading = true;
        LOG.infof("became leader: holding Lease %s as %s", place(), identity);
        gained.run();
      } else if (hasLapsed(last)) {
        // Ours throughout, but whoever asked for it meanwhile was told that it was not.
        gained.run();
      }
    } else if (answer.code() == 409) {
      // Somebody else wrote it, or our own answer got lost; the next round reads it.
      held = null;
      if (leading) {
        reread();
      }
    } else if (answer.code() == 404 && held != null) {
      held = null;
    } else {
      report(answer, method.equals("POST") ? "create" : "update");
    }
  }

  private void reread() throws IOException, InterruptedException {
    Answer answer = api.ask(Call.get(path()), REQUEST_TIMEOUT);
    String holder = answer.json().path("spec").path("holderIdentity").asText("");
    if (answer.isSuccess() && holder.equals(identity)) {
      held = answer.json();
    } else if (answer.isSuccess()) {
      lose("it went to " + (holder.isEmpty() ? "nobody" : holder));
      consider(answer.json());
    }
  }

  private void lose(String why) {
    leading = false;
    held = null;
    lost.run();
    LOG.infof("lost leadership: Lease %s, %s", place(), why);
  }

  private void report(Answer answer, String verb) {
    String hint =
        answer.code() != 403
            ? ""
            : verb.equals("create")
                ? "; apply an empty Lease of that name there, or allow verb create on resource"
                    + " leases of group coordination.k8s.io"
                : "; missing RBAC rule: verb "
                    + verb
                    + " on resource leases of group coordination.k8s.io, name "
                    + LEASE
                    + ", in namespace "
                    + namespace;
    problems.warn(
        verb + " " + answer.code(),
        "%s of Lease %s was answered %d: %s%s"
            .formatted(verb, place(), answer.code(), answer.message(), hint));
  }

  private String place() {
    return namespace + "/" + LEASE;
  }

  private String path() {
    return "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases/" + LEASE;
  }

  /** Releases the Lease, so that another process need not wait for its end. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(REQUEST_TIMEOUT.toMillis());
      if (!leading) {
        return;
      }
      leading = false;
      // Read again: the answer to a renewal may have been cut off a moment ago.
      Answer now = api.ask(Call.get(path()), REQUEST_TIMEOUT);
      if (now.json().path("spec").path("holderIdentity").asText("").equals(identity)) {
        ObjectNode lease = now.json().deepCopy();
        lease.withObjectProperty("spec").remove("holderIdentity");
        Answer answer = api.ask(Call.send("PUT", path(), ApiServer.JSON, lease), REQUEST_TIMEOUT);
        if (answer.isSuccess()) {
          LOG.infof("Lease %s is released", place());
        } else if (answer.code() == 409) {
          LOG.infof("Lease %s was taken already", place());
        } else {
          LOG.infof(
              "Lease %s stays taken until it ends: %s",
              place(), "answered " + answer.code() + ": " + answer.message());
        }
      }
    } catch (IOException away) {
      LOG.infof("Lease %s stays taken until it ends: %s", place(), away.getMessage());
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
    leading = false;
  }
}
