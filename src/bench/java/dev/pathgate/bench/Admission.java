package dev.pathgate.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.kube.ApiServer.Call;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.testkit.TestFolders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a call costs at the API server: the mean of its own {@code
 * apiserver_admission_webhook_admission_duration_seconds} over rounds of PATCHes of a
 * ClusterDeployment with 8 services, in turns with another webhook in another namespace.
 */
final class Admission {
  private static final List<String> NAMESPACES = List.of("ours", "theirs");
  private static final int SERVICES = 8;
  private static final int ROUNDS = Bench.QUICK ? 3 : 10;
  private static final int CALLS = Bench.QUICK ? 50 : 200;
  private static final Duration PAUSE = Duration.ofMillis(5);
  private static final int WARM_UP = Bench.QUICK ? 200 : 2_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Admission() {}

  static void measure(Image image, Bench.Pair pair, Fleet fleet) throws Exception {
    Path folder = Files.createTempDirectory(Path.of("target"), "bench-go-").toAbsolutePath();
    boolean go = buildGo(folder);
    String floor = go ? "bare Go webhook" : "bare route";
    for (String namespace : NAMESPACES) {
      fleet.namespace(namespace);
      for (int chain = 0; chain < SERVICES; chain++) {
        fleet.create(
            Fleet.path(namespace, "servicetemplatechains", ""),
            Fleet.chain("chain-" + chain, chain));
      }
    }
    try (Running pathgate =
            image.serve(
                "webhook",
                pair.in(Map.of("KUBECONFIG", fleet.kubeconfig().toString())));
        Running other = go ? go(folder, pair) : Throughput.bare(image, pair)) {
      pathgate.awaitReady();
      other.awaitPort();
      register(fleet, pair, "ours", pathgate.https());
      register(fleet, pair, "theirs", other.https());
      Thread.sleep(3_000); // the API server learns of webhooks by and by
      for (String namespace : NAMESPACES) {
        fleet.create(
            Fleet.path(namespace, "clusterdeployments", ""),
            Fleet.deployment(namespace, "prod", SERVICES, 0, 600));
      }
      for (Edit edit : Edit.values()) {
        calls(fleet, edit, WARM_UP, Duration.ZERO, NAMESPACES);
        for (Pace pace : Pace.values()) {
          measure(fleet, edit, pace, floor);
        }
      }
    } finally {
      for (String name : NAMESPACES) {
        fleet.ask(
            new Call(
                "DELETE",
                "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/" + name,
                Map.of("Accept", ApiServer.JSON),
                ""));
      }
    }
  }

  /** What is edited. */
  private enum Edit {
    /** An annotation; the services stay. */
    ANNOTATION,
    /** One service, one step along its chain; it starts again with another object. */
    STEP
  }

  /** When the next call comes. */
  private enum Pace {
    /** Once all is over that a call causes, as that Pathgate hears of the change; in turns. */
    APART("5 ms apart"),
    /** At once: what a call causes is in the way of the next; so many of the one, then of the other. */
    BACK_TO_BACK("back to back");

    private final String words;

    Pace(String words) {
      this.words = words;
    }
  }

  private static void measure(Fleet fleet, Edit edit, Pace pace, String floor) throws Exception {
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      Map<String, Double> means = new HashMap<>();
      if (pace == Pace.APART) {
        means.putAll(calls(fleet, edit, CALLS, PAUSE, NAMESPACES));
      } else {
        for (String namespace : NAMESPACES) {
          means.putAll(calls(fleet, edit, CALLS, Duration.ZERO, List.of(namespace)));
        }
      }
      ours.add(means.get("ours"));
      theirs.add(means.get("theirs"));
      Bench.say("  round %d: %.2f ms, %s %.2f ms", i + 1, ours.get(i), floor, theirs.get(i));
    }
    double our = Bench.median(ours);
    double their = Bench.median(theirs);
    Bench.row(
        "at the API server, PATCH of "
            + (edit == Edit.ANNOTATION ? "an annotation" : "a service's template")
            + " (8 services), "
            + pace.words
            + ", mean ms",
        "%.2f".formatted(our),
        "%.2f %s".formatted(their, floor),
        "%.2f".formatted(our / their));
  }

  /** The means of so many calls in each namespace, in turns, in milliseconds. */
  private static Map<String, Double> calls(
      Fleet fleet, Edit edit, int count, Duration pause, List<String> namespaces)
      throws Exception {
    String before = fleet.metrics();
    for (int i = 0; i < count; i++) {
      for (String namespace : namespaces) {
        call(fleet, namespace, edit, i);
        Thread.sleep(pause.toMillis());
      }
    }
    String after = fleet.metrics();
    Map<String, Double> means = new HashMap<>();
    for (String namespace : namespaces) {
      means.put(
          namespace,
          1e3
              * difference(before, after, namespace, "sum")
              / difference(before, after, namespace, "count"));
    }
    return means;
  }

  private static void call(Fleet fleet, String namespace, Edit edit, int i) throws Exception {
    ObjectNode patch = JSON.createObjectNode();
    if (edit == Edit.ANNOTATION) {
      patch.putObject("metadata").putObject("annotations").put("pathgate.dev/round", "" + i);
    } else {
      // The whole list, as a merge patch has it; the first service steps, and a label-like reset
      // (a service that is gone and comes back) is an edit in between.
      int step = i % (Fleet.TEMPLATES / 2);
      patch = stepped(namespace, step);
      if (step == 0) {
        send(fleet, namespace, emptied());
      }
    }
    send(fleet, namespace, patch);
  }

  private static ObjectNode stepped(String namespace, int step) throws Exception {
    ObjectNode patch = (ObjectNode) Fleet.deployment(namespace, "prod", SERVICES, 0, 600);
    ((ObjectNode) patch.at("/spec/serviceSpec/services/0"))
        .put("template", Fleet.template(0, Fleet.TEMPLATES / 2 + step));
    patch.remove(List.of("apiVersion", "kind", "metadata"));
    return patch;
  }

  private static ObjectNode emptied() {
    ObjectNode patch = JSON.createObjectNode();
    patch.putObject("spec").putObject("serviceSpec").putNull("services");
    return patch;
  }

  private static void send(Fleet fleet, String namespace, ObjectNode patch) throws Exception {
    var answer =
        fleet.ask(
            Call.send(
                "PATCH",
                Fleet.path(namespace, "clusterdeployments", "prod"),
                ApiServer.MERGE,
                patch));
    if (!answer.isSuccess()) {
      throw new IllegalStateException(answer.code() + " " + answer.message());
    }
  }

  private static double difference(String before, String after, String name, String what) {
    return of(after, name, what) - of(before, name, what);
  }

  private static double of(String metrics, String name, String what) {
    return metrics
        .lines()
        .filter(
            line ->
                line.startsWith("apiserver_admission_webhook_admission_duration_seconds_" + what)
                    && line.contains("name=\"" + name + ".bench.pathgate.dev\"")
                    && line.contains("operation=\"UPDATE\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static void register(Fleet fleet, Bench.Pair pair, String namespace, int port)
      throws Exception {
    Path authority = pair.certificate().resolveSibling("ca.crt");
    fleet.create(
        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
        JSON.readTree(
            """
            {"apiVersion":"admissionregistration.k8s.io/v1",
             "kind":"ValidatingWebhookConfiguration","metadata":{"name":"%1$s"},
             "webhooks":[{"name":"%1$s.bench.pathgate.dev","sideEffects":"None",
              "admissionReviewVersions":["v1"],"failurePolicy":"Fail",
              "clientConfig":{"url":"https://127.0.0.1:%2$d/validate","caBundle":"%3$s"},
              "namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"%1$s"}},
              "rules":[{"apiGroups":["k0rdent.mirantis.com"],"apiVersions":["*"],
               "operations":["CREATE","UPDATE"],"resources":["clusterdeployments"]}]}]}
            """
                .formatted(
                    namespace,
                    port,
                    Base64.getEncoder()
                        .encodeToString(
                            Files.readString(authority).getBytes(StandardCharsets.UTF_8)))));
  }

  private static boolean buildGo(Path folder) throws Exception {
    try {
      ProcessBuilder build =
          new ProcessBuilder("go", "build", "-o", folder.resolve("webhook").toString(), ".")
              .directory(Path.of("src/bench/go").toFile())
              .inheritIO();
      build.environment().put("GOFLAGS", "-mod=mod");
      return build.start().waitFor() == 0;
    } catch (java.io.IOException noGo) {
      Bench.say("no Go here: the floor is a bare Vert.x route");
      return false;
    }
  }

  private static Running go(Path folder, Bench.Pair pair) throws Exception {
    int port = TestFolders.freePort();
    return Running.start(
        new ProcessBuilder(
            folder.resolve("webhook").toString(),
            "127.0.0.1:" + port,
            pair.certificate().toAbsolutePath().toString(),
            pair.key().toAbsolutePath().toString()),
        port,
        0);
  }
}
