package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.PathgateProcess;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The packaged status patcher with the roles that the chart renders and no others: they are enough
 * for all that it does, and each verb that is taken away is missed in the log or by the probes.
 * Only {@code get} of k0rdent's kinds is not asked for here: informers list and watch.
 */
class PatcherRolesIT {
  private static final String NAME = "pathgate-status-patcher";
  private static final String K0RDENT = "k0rdent.mirantis.com";
  private static final Duration SOON = Duration.ofSeconds(90);

  private static KubeServer api;
  private static Chart.Objects rendered;
  private static PathgateProcess pod;
  private static String namespace;

  @BeforeAll
  static void start() {
    api = KubeServer.of("v1.12");
    namespace = api.freshNamespace();
    rendered = Chart.render("");
    Stream.of("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "Lease")
        .flatMap(rendered::ofKind)
        .filter(object -> object.at("/metadata/name").asText().equals(NAME))
        .forEach(api::apply);
    pod = Pods.start(api, rendered, NAME).awaitReady();
    Installation.await("the patcher leads", SOON, () -> pod.log().contains("became leader"));
  }

  @AfterAll
  static void stop() {
    if (pod != null) {
      pod.close();
    }
    KubeServer.tidyAll();
  }

  @Test
  void areEnoughForAllThatThePatcherDoes() {
    long forbidden = reports("is forbidden");
    Clusters clusters = Clusters.fresh();

    clusters.offerAWay();
    clusters.takeTheWayAway();

    Installation.await("an Event tells of it", SOON, () -> clusters.events() == 1);
    assertThat(reports("is forbidden")).isEqualTo(forbidden);
  }

  @Test
  void failVisiblyWithoutThePatchOfStatus() {
    Clusters clusters;
    try (Taken right = new Taken("ClusterRole", K0RDENT, "clusterdeployments/status", "patch")) {
      right.awaitGone();
      long already = reports("verb patch on resource clusterdeployments/status");
      clusters = Clusters.fresh();
      awaitReport("verb patch on resource clusterdeployments/status", already);
      assertThat(clusters.paths()).isEmpty();
    }

    Installation.await("written after all", SOON, () -> clusters.paths().size() == 1);
  }

  @ParameterizedTest
  @CsvSource({"create", "patch"})
  void failVisiblyWithoutAVerbOnEvents(String verb) {
    Clusters clusters = Clusters.fresh();
    clusters.offerAWay();
    if (verb.equals("patch")) {
      // The same news for the second time is added to the Event of the first.
      clusters.takeTheWayAway();
      clusters.offerAWay();
      Installation.await("the first Event is there", SOON, () -> clusters.events() >= 1);
    }

    try (Taken right = new Taken("ClusterRole", "events.k8s.io", "events", verb)) {
      right.awaitGone();
      long already = reports("resource events of group events.k8s.io");
      clusters.takeTheWayAway();

      awaitReport("resource events of group events.k8s.io", already);
    }
    // Says that it is over, so that the next of these may be said.
    long settled = reports("Events can be written again");
    Clusters.fresh().offerAndTakeAway();
    awaitReport("Events can be written again", settled);
  }

  @Test
  void failVisiblyWithoutTheUpdateOfTheLease() {
    long led = reports("became leader");
    try (Taken right = new Taken("Role", "coordination.k8s.io", "leases", "update")) {
      right.awaitGone();
      awaitReport("verb update on resource leases", 0);
      awaitReport("lost leadership", 0);
    }

    awaitReport("became leader", led);
    Clusters.fresh().offerAWay();
  }

  @Test
  void failVisiblyWithoutTheGetOfTheLease() {
    try (Taken right = new Taken("Role", "coordination.k8s.io", "leases", "get")) {
      right.awaitGone();
      try (PathgateProcess other = Pods.start(api, rendered, NAME)) {
        Installation.await(
            "the second patcher misses it",
            SOON,
            () -> other.log().contains("missing RBAC rule: verb get on resource leases"));
      }
    }
  }

  @Test
  void isNeverReadyWithoutTheList() {
    try (Taken right = new Taken("ClusterRole", K0RDENT, "servicetemplatechains", "list")) {
      right.awaitGone();
      try (PathgateProcess other = Pods.start(api, rendered, NAME)) {
        Awaitility.await("not ready")
            .atMost(SOON)
            .during(Duration.ofSeconds(3))
            .until(() -> other.get("/q/health/ready").startsWith("503"));
      }
    }
  }

  @Test
  void showsThatItDoesNotWatchWithoutTheWatch() {
    try (Taken right = new Taken("ClusterRole", K0RDENT, "servicetemplatechains", "watch")) {
      right.awaitGone();
      try (PathgateProcess other = Pods.start(api, rendered, NAME)) {
        Awaitility.await("none of three kinds is watched")
            .atMost(SOON)
            .during(Duration.ofSeconds(3))
            .until(() -> unwatched(other) == 3);
      }
    }
  }

  private static long unwatched(PathgateProcess pod) {
    return pod.get("/q/metrics")
        .lines()
        .filter(line -> line.startsWith("pathgate_cache_watching{") && line.endsWith(" 0.0"))
        .count();
  }

  /** A role without one verb on one resource, for as long as this is open. */
  private static final class Taken implements AutoCloseable {
    private final JsonNode whole;
    private final BooleanSupplier gone;

    Taken(String role, String group, String resource, String verb) {
      whole = rendered.one(role, NAME);
      JsonNode less = Chart.without(whole, resource, verb);
      assertThat(less).as("%s of %s was granted", verb, resource).isNotEqualTo(whole);
      gone = () -> !Chart.may(api, "status-patcher", verb, group, resource, NAME);
      api.apply(less);
    }

    /** Waits until the API server, whose authorizer lags a little, refuses it. */
    void awaitGone() {
      Installation.await("the right is gone", SOON, gone);
    }

    @Override
    public void close() {
      api.apply(whole);
      Installation.await("the right is back", SOON, () -> !gone.getAsBoolean());
    }
  }

  private static long reports(String words) {
    return pod.log().lines().filter(line -> line.contains(words)).count();
  }

  private static void awaitReport(String words, long already) {
    Installation.await(words, SOON, () -> reports(words) > already);
  }

  /** A ClusterDeployment of one service, and the chain that it names. */
  private record Clusters(ObjectNode chain, String path, String name) {
    static Clusters fresh() {
      String chain = KubeServer.fresh("chain");
      ObjectNode deployment = Policies.deployment(namespace, Policies.service("s", "a", chain));
      Clusters made =
          new Clusters(
              Policies.chain(namespace, chain, Policies.line("a", "b")),
              KubeServer.path(deployment),
              deployment.at("/metadata/name").asText());
      api.create(made.chain());
      api.create(deployment);
      return made;
    }

    List<String> paths() {
      return api.send("GET", path, null)
          .accepted()
          .at("/status/servicesUpgradePaths/0/availableUpgrades")
          .findValuesAsText("name");
    }

    void offerAWay() {
      api.apply(chain);
      Installation.await("a way is offered", SOON, () -> !paths().isEmpty());
    }

    void takeTheWayAway() {
      api.send("DELETE", KubeServer.path(chain), null).accepted();
      Installation.await("no way is offered", SOON, () -> paths().isEmpty());
    }

    void offerAndTakeAway() {
      offerAWay();
      takeTheWayAway();
    }

    long events() {
      long about = 0;
      for (JsonNode event :
          api.send("GET", "/apis/events.k8s.io/v1/namespaces/" + namespace + "/events", null)
              .accepted()
              .path("items")) {
        about += event.at("/regarding/name").asText().equals(name) ? 1 : 0;
      }
      return about;
    }
  }
}
