package dev.pathgate.e2e;

import static dev.pathgate.testkit.K0rdentObjects.chain;
import static dev.pathgate.testkit.K0rdentObjects.cluster;
import static dev.pathgate.testkit.K0rdentObjects.service;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pathgate.testkit.CrdShape;
import dev.pathgate.testkit.K0rdentObjects;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.NeedsApiServer;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code pathgate.events}: who edits through Git finds the reason with {@code kubectl describe}.
 */
@NeedsApiServer
class RefusalEventsIT {
  private static final String REGISTRATION = "with-events";

  /** Of one object, each with another text. */
  private static final int REFUSALS = Integer.getInteger("events.refusals", 200);

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static CrdShape shape;
  private static KubeServer api;
  private static Kubectl kubectl;
  private static PathgateProcess gate;
  private static String watched;

  private String home;

  /** Beside the shared Pathgate, which writes none, one that does for namespaces with a label. */
  @BeforeAll
  static void register() throws IOException {
    api = KubeServer.shared();
    PathgateProcess.shared();
    shape = CrdShape.ofRepository().get(0);
    shape.serve(api);
    kubectl = new Kubectl(api);
    gate = PathgateProcess.onCluster(api.kubeconfig()).with("PATHGATE_EVENTS", true).start();
    watched = gate.registration(REGISTRATION);
    api.put(
        watched.replace(
            "    sideEffects: None",
            "    namespaceSelector: {matchLabels: {events: \"true\"}}\n    sideEffects: None"));
  }

  @AfterAll
  static void stop() {
    if (watched != null) {
      api.delete(watched);
    }
    if (gate != null) {
      gate.close();
    }
  }

  @BeforeEach
  void makeACluster() throws Exception {
    home = api.freshNamespace();
    api.create(chain(shape, home, "path", "a > b", "b > c", "c"));
    api.create(cluster(home, "prod-eu", service(home, "dns", "a", "path")));
  }

  @Test
  void tellsOnTheObjectWhyItsEditWasRefusedAndNothingOfOthers() throws Exception {
    writeEvents();
    awaitAsked();
    api.create(cluster(home, "prod-us", service(home, "dns", "a", "path")));
    assertThat(move("prod-us", "c", "--dry-run=server").err()).contains("[service-follows-chain]");
    assertThat(move("prod-us", "b").exit()).isZero();

    String said = move("prod-eu", "c").err();
    assertThat(kubectl.run("-n", home, "delete", "servicetemplatechain", "path").exit()).isOne();
    awaitEvent("prod-eu", "EditRefused");
    awaitEvent("path", "DeletionRefused");

    assertThat(said).contains("can't be upgraded from a to c").contains("[service-follows-chain]");
    assertThat(kubectl.run("-n", home, "describe", "clusterdeployment", "prod-eu").out())
        .containsPattern("Warning +EditRefused +.*pathgate\\.dev/webhook")
        .contains(said.substring(said.indexOf("spec.serviceSpec")).strip());
    assertThat(events("prod-us")).isEmpty();
  }

  @Test
  void staysBoundedWhateverIsRefused() throws Exception {
    writeEvents();
    JsonNode live = live("prod-eu");
    Caller caller = Caller.of(gate, HttpClient.Version.HTTP_1_1);
    long began = System.nanoTime();

    for (int i = 0; i < REFUSALS; i++) {
      assertThat(caller.post("/validate", review(live, "x" + i)).body())
          .contains("\"allowed\":false");
    }
    awaitEvent("prod-eu", "EditRefused");

    List<JsonNode> written = events("prod-eu");
    long minutes = TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - began);
    assertThat(written).hasSizeBetween(1, 5 + (int) minutes);
  }

  @Test
  void writesNoneWhereTheyAreOff() throws Exception {
    assertThat(move("prod-eu", "c").err()).contains("[service-follows-chain]");

    writeEvents();
    awaitAsked();
    assertThat(move("prod-eu", "d").err()).contains("[service-follows-chain]");
    awaitEvent("prod-eu", "EditRefused");

    assertThat(events("prod-eu"))
        .singleElement()
        .satisfies(event -> assertThat(event.path("note").asText()).contains("from a to d"));
  }

  private void writeEvents() throws Exception {
    kubectl.run("label", "--overwrite", "namespace", home, "events=true");
  }

  /** The API server takes a moment to see a label, and asks the other one all the while. */
  private void awaitAsked() {
    Awaitility.await("the API server asks the one with Events")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              move("prod-eu", "probe", "--dry-run=server");
              return gate.log().contains("ClusterDeployment " + home + "/prod-eu");
            });
  }

  private void awaitEvent(String name, String reason) {
    Awaitility.await(reason + " of " + name)
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () ->
                events(name).stream()
                    .anyMatch(event -> event.path("reason").asText().equals(reason)));
  }

  private Kubectl.Answer move(String name, String template, String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("-n", home, "patch", "clusterdeployment"));
    arguments.addAll(List.of(name, "--type=json", "-p"));
    arguments.add(
        "[{\"op\": \"replace\", \"path\": \"/spec/serviceSpec/services/0/template\","
            + " \"value\": \"%s\"}]".formatted(template));
    arguments.addAll(List.of(options));
    return kubectl.run(arguments.toArray(String[]::new));
  }

  private JsonNode live(String name) throws IOException {
    return json(api.get(K0rdentObjects.CLUSTERS.formatted(home) + "/" + name));
  }

  private List<JsonNode> events(String name) throws IOException {
    List<JsonNode> about = new ArrayList<>();
    for (JsonNode event :
        json(api.get("apis/events.k8s.io/v1/namespaces/" + home + "/events")).path("items")) {
      if (event.at("/regarding/name").asText().equals(name)) {
        about.add(event);
      }
    }
    return about;
  }

  private static JsonNode json(String answer) throws IOException {
    return JSON.readTree(answer.substring(answer.indexOf('{')));
  }

  private String review(JsonNode live, String template) {
    return """
    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {
      "uid": "u", "kind": {"group": "k0rdent.mirantis.com", "version": "v1beta1",
        "kind": "ClusterDeployment"}, "name": "prod-eu", "namespace": "%s", "operation": "UPDATE",
      "userInfo": {"username": "jane"}, "dryRun": false, "object": %s, "oldObject": %s}}
    """
        .formatted(
            home,
            live.toString().replace("\"template\":\"a\"", "\"template\":\"" + template + "\""),
            live);
  }
}
