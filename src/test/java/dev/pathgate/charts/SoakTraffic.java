package dev.pathgate.charts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Legal edits at a steady rate, of several objects in several namespaces: moves along a chain most
 * of the time, and beside them labels, new objects, chains and templates that come and go.
 */
final class SoakTraffic implements AutoCloseable {
  private static final int NAMESPACES = 4;
  private static final int CLUSTERS = 6;
  private static final int FLEETS = 2;
  private static final int CLIENTS = 16;
  private static final List<String> ROUND = List.of("r0", "r1", "r2");

  private final KubeServer api;
  private final BlockingQueue<Editor> idle = new LinkedBlockingQueue<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
  private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();

  /** What became of an edit. */
  enum Outcome {
    ADMITTED,
    /**
     * Lost by the API server: by its limits (429), its store or a conflict that it found, and
     * nothing in its message speaks of a webhook or a policy.
     */
    LOST_BY_API_SERVER,
    /** Lost by Pathgate: the message speaks of a webhook or a policy, or there is no answer. */
    LOST
  }

  /** One edit that was sent. */
  record Sent(Outcome outcome, long millis, String why) {}

  /** Starts at once, so many edits a second. */
  @SuppressWarnings("FutureReturnValueIgnored") // of what goes on until it is shut down
  SoakTraffic(KubeServer api, int rate) {
    this.api = api;
    String round = KubeServer.fresh("round");
    api.create(round(KubeServer.SYSTEM_NAMESPACE, round));
    for (int i = 0; i < NAMESPACES; i++) {
      String namespace = api.freshNamespace();
      api.create(round(namespace, round));
      for (int j = 0; j < CLUSTERS; j++) {
        idle.add(new Editor(namespace, round, Policies.deployment(namespace, services(round, 0))));
      }
    }
    for (int i = 0; i < FLEETS; i++) {
      idle.add(new Editor(KubeServer.SYSTEM_NAMESPACE, round, Policies.fleet(services(round, 0))));
    }
    idle.forEach(editor -> api.create(editor.object));
    clock.scheduleAtFixedRate(this::next, 0, 1_000_000 / rate, TimeUnit.MICROSECONDS);
  }

  private static ObjectNode round(String namespace, String name) {
    return Policies.chain(
        namespace, name, Map.of("r0", List.of("r1"), "r1", List.of("r2"), "r2", List.of("r0")));
  }

  private static ObjectNode[] services(String chain, int step) {
    return List.of("dns", "ingress", "metrics").stream()
        .map(name -> Policies.service(name, ROUND.get(step % ROUND.size()), chain))
        .toArray(ObjectNode[]::new);
  }

  /** An edit that finds every object still busy with its last one is not sent. */
  private void next() {
    Editor editor = idle.poll();
    if (editor != null) {
      clients.execute(
          () -> {
            editor.edit();
            idle.add(editor);
          });
    }
  }

  /** All that were sent since this was last asked. */
  List<Sent> drain() {
    List<Sent> all = new ArrayList<>();
    for (Sent one = sent.poll(); one != null; one = sent.poll()) {
      all.add(one);
    }
    return all;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    clients.shutdown();
    try {
      if (!clients.awaitTermination(2, TimeUnit.MINUTES)) {
        throw new IllegalStateException("edits without an answer");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Edits one object, one edit after the other. */
  private final class Editor {
    private final String namespace;
    private final String chain;
    private final ObjectNode object;
    private final String path;
    private int step;
    private int turn;

    Editor(String namespace, String chain, ObjectNode object) {
      this.namespace = namespace;
      this.chain = chain;
      this.object = object;
      this.path = KubeServer.path(object);
    }

    void edit() {
      turn++;
      switch (turn % 10) {
        case 7 -> send("PATCH", path, "{\"metadata\":{\"labels\":{\"turn\":\"t" + turn + "\"}}}");
        case 8 -> {
          ObjectNode made = round(namespace, KubeServer.fresh("passing"));
          comesAndGoes(made);
        }
        case 9 -> {
          ObjectNode made =
              namespace.equals(KubeServer.SYSTEM_NAMESPACE)
                  ? Policies.fleet(services(chain, 0))
                  : Policies.deployment(namespace, services(chain, 0));
          comesAndGoes(made);
        }
        default -> {
          if (send("PATCH", path, Policies.servicesPatch(services(chain, step + 1)))
              == Outcome.ADMITTED) {
            step++;
          } else {
            step = stored();
          }
        }
      }
    }

    /** What could not be made is not deleted. */
    private void comesAndGoes(ObjectNode made) {
      if (send("POST", KubeServer.collection(made), made.toString()) == Outcome.ADMITTED) {
        send("DELETE", KubeServer.path(made), null);
      }
    }

    /** Where the object is: an edit that was not answered may have been stored. */
    private int stored() {
      try {
        return ROUND.indexOf(
            api.send("GET", path, null)
                .body()
                .at("/spec/serviceSpec/services/0/template")
                .asText());
      } catch (IllegalStateException unanswered) {
        return step;
      }
    }

    private Outcome send(String method, String where, String body) {
      long began = System.nanoTime();
      Outcome outcome;
      String why = "";
      try {
        KubeServer.Answer answer =
            api.send(
                method,
                where,
                method.equals("PATCH") ? "application/merge-patch+json" : "application/json",
                body,
                Map.of());
        outcome = outcome(answer);
        why = answer.isAccepted() ? "" : answer.code() + " " + answer.message();
      } catch (IllegalStateException unanswered) {
        outcome = Outcome.LOST;
        why = String.valueOf(unanswered.getCause());
      }
      sent.add(
          new Sent(
              outcome,
              TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began),
              method + ": " + why));
      return outcome;
    }
  }

  private static Outcome outcome(KubeServer.Answer answer) {
    if (answer.isAccepted()) {
      return Outcome.ADMITTED;
    }
    return answer.message().contains("webhook") || answer.message().contains("Polic")
        ? Outcome.LOST
        : Outcome.LOST_BY_API_SERVER;
  }
}
