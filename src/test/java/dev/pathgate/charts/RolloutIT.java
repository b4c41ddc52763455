package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.PathgateProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How Pathgate comes into a cluster that is in use, and how its pods are replaced there. */
class RolloutIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String REACHABLE =
      """
        extraEnv:
          - {name: PATHGATE_TLS_SELF_DNS_NAMES, value: "127.0.0.1"}
      """;
  private static final String OFF_THE_PATH =
      Policies.servicesPatch(Policies.service("s", "z", "c"));
  private static final String ALONG_THE_PATH =
      Policies.servicesPatch(Policies.service("s", "b", "c"));

  private final List<PathgateProcess> pods = new ArrayList<>();

  private KubeServer api;
  private Installation installation;
  private String labelled;
  private String other;

  /**
   * A cluster in a namespace with the label of the enforced ones, and one in a namespace without.
   */
  @BeforeEach
  void deploy() {
    api = KubeServer.of("v1.12");
    labelled = cluster();
    String namespace = labelled.replaceFirst(".*/namespaces/([^/]+)/.*", "$1");
    api.merge(
            "/api/v1/namespaces/" + namespace,
            "{\"metadata\": {\"labels\": {\"pathgate.dev/enforce\": \"true\"}}}")
        .accepted();
    other = cluster();
  }

  @AfterEach
  void close() {
    pods.forEach(PathgateProcess::close);
    if (installation != null) {
      installation.close();
    }
  }

  @AfterAll
  static void stop() {
    KubeServer.tidyAll();
  }

  private String cluster() {
    String namespace = api.freshNamespace();
    api.create(Policies.chain(namespace, "c", Policies.line("a", "b")));
    ObjectNode cluster = Policies.deployment(namespace, Policies.service("s", "a", "c"));
    api.create(cluster);
    return KubeServer.path(cluster);
  }

  private PathgateProcess serve() {
    PathgateProcess pod = installation.startWebhook();
    pods.add(pod);
    installation.serve(pod);
    return pod;
  }

  private void end(PathgateProcess pod) {
    installation.remove(pod);
    pod.kill();
  }

  private KubeServer.Answer edit(String cluster, String patch) {
    return api.merge(cluster + "?dryRun=All", patch);
  }

  private boolean isRefusedByRule(String cluster) {
    return edit(cluster, OFF_THE_PATH).message().contains("[service-follows-chain]");
  }

  private boolean passesInSilence(String cluster) {
    KubeServer.Answer answer = edit(cluster, OFF_THE_PATH);
    return answer.isAccepted() && answer.warnings().isEmpty();
  }

  /** The four steps of docs/operations.md. */
  @Test
  void goesFromATrialByOneNamespaceToAllAndToFail() {
    installation = Installation.of(api, "mode: warn\nwebhook:\n" + REACHABLE);
    PathgateProcess trial = serve();
    Installation.await(
        "a trial warns of what it would refuse",
        SOON,
        () -> {
          KubeServer.Answer answer = edit(labelled, OFF_THE_PATH);
          return answer.isAccepted()
              && answer.warnings().toString().contains("[service-follows-chain]");
        });

    installation.upgrade(
        """
        webhook:
          failurePolicy: Ignore
          namespaceSelector: {matchLabels: {pathgate.dev/enforce: "true"}}
        """
            + REACHABLE);
    end(trial);
    PathgateProcess enforcing = serve();
    Installation.await(
        "the labelled namespace is judged, and no other",
        SOON,
        () -> isRefusedByRule(labelled) && passesInSilence(other));
    assertThat(edit(labelled, ALONG_THE_PATH).isAccepted()).isTrue();

    installation.upgrade("webhook:\n  failurePolicy: Ignore\n" + REACHABLE);
    Installation.await(
        "all are judged", SOON, () -> isRefusedByRule(labelled) && isRefusedByRule(other));
    end(enforcing);
    Installation.await("nobody answers, and edits pass", SOON, () -> passesInSilence(other));

    installation.upgrade("webhook:\n" + REACHABLE);
    Installation.await(
        "nobody answers, and edits wait for a pod",
        SOON,
        () -> edit(other, ALONG_THE_PATH).message().contains("failed calling webhook"));
    serve();
    Installation.await("a pod is back", SOON, () -> isRefusedByRule(other));
    assertThat(edit(other, ALONG_THE_PATH).isAccepted()).isTrue();
  }

  @Test
  void judgesTheObjectsAloneThatTheSelectorNames() {
    installation =
        Installation.of(
            api, "webhook:\n  objectSelector: {matchLabels: {tier: production}}\n" + REACHABLE);
    serve();
    api.merge(labelled, "{\"metadata\": {\"labels\": {\"tier\": \"production\"}}}").accepted();
    api.merge(other, "{\"metadata\": {\"labels\": {\"tier\": \"trial\"}}}").accepted();

    Installation.await(
        "the labelled object is judged, and no other",
        SOON,
        () -> isRefusedByRule(labelled) && passesInSilence(other));
  }

  /**
   * One pod after another gets SIGTERM once its preStop sleep is over; the Service forgets it in
   * the middle of that sleep.
   */
  @Test
  void losesNoEditWhileItsPodsAreReplaced() throws Exception {
    installation = Installation.of(api, "webhook:\n  preStopSleepSeconds: 2\n" + REACHABLE);
    long sleep =
        installation
            .rendered()
            .one("Deployment", Chart.RELEASE + "-webhook")
            .at("/spec/template/spec/containers/0/lifecycle/preStop/sleep/seconds")
            .asLong();
    assertThat(sleep).isEqualTo(2);
    serve();
    serve();
    Installation.await("the API server trusts the pods", SOON, () -> isRefusedByRule(other));
    List<Traffic.Edit> edits =
        List.of(
            new Traffic.Edit(other, ALONG_THE_PATH, true),
            new Traffic.Edit(other, OFF_THE_PATH, false));

    Set<PathgateProcess> asked = new HashSet<>();
    List<String> failed;
    try (Traffic traffic = new Traffic(api, edits, Traffic.Edit::isJudgedRight)) {
      for (int i = 0; i < 3; i++) {
        if (i < 2) {
          serve();
        }
        PathgateProcess pod = asked();
        asked.add(pod);
        TimeUnit.SECONDS.sleep(1);
        installation.remove(pod);
        TimeUnit.SECONDS.sleep(sleep - 1);
        assertThat(pod.stop()).isZero();
        pods.remove(pod);
      }
      asked.add(asked());
      failed = traffic.end();
      assertThat(traffic.answered()).isGreaterThan(200);
    }

    assertThat(failed).isEmpty();
    assertThat(asked).as("two pods, and those that took their places").hasSize(4);
  }

  /** The pod that has the API server's connection at the moment: it sends all over one. */
  private PathgateProcess asked() {
    Map<PathgateProcess, Double> before = new HashMap<>();
    pods.forEach(pod -> before.put(pod, decisions(pod)));
    return Awaitility.await("a pod is asked")
        .atMost(SOON)
        .until(
            () -> pods.stream().filter(pod -> decisions(pod) > before.get(pod)).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static double decisions(PathgateProcess pod) {
    return pod.body("/q/metrics")
        .lines()
        .filter(line -> line.startsWith("pathgate_decisions_total{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}
