package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.PathgateProcess;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A webhook that may list chains but not watch them, beside one that may: what it once listed is
 * not trusted, and it says so.
 */
class UnwatchedKindIT {
  private static final String ACCOUNT = "blind";
  private static final String CHAINS = "servicetemplatechains";
  private static final String MAY_NOT = "may not watch " + CHAINS + ": forbidden";
  private static final Duration SOON = Duration.ofSeconds(60);

  private static KubeServer api;
  private static Installation installation;
  private static PathgateProcess blind;
  private static PathgateProcess seeing;
  private static String namespace;
  private static String cluster;

  @BeforeAll
  static void install() {
    api = KubeServer.of("v1.12");
    namespace = api.freshNamespace();
    api.create(Policies.chain(namespace, "kept", Policies.line("a")));
    api.create(Policies.chain(namespace, "anew", Policies.line("a", "b")));
    ObjectNode object = Policies.deployment(namespace, Policies.service("s", "a", "kept"));
    cluster = KubeServer.path(object);
    api.create(object);
    installation =
        Installation.of(
            api,
            """
            webhook:
              extraEnv: [{name: PATHGATE_TLS_SELF_DNS_NAMES, value: "127.0.0.1"}]
            """);
    seeing = installation.startWebhook().awaitReady();
    JsonNode role = installation.rendered().one("ClusterRole", "pathgate-webhook");
    api.apply(KubeServer.object("v1", "ServiceAccount", Chart.NAMESPACE, ACCOUNT));
    api.apply(withoutWatchOfChains(role));
    api.apply(binding("ClusterRole", "", ACCOUNT));
    api.apply(binding("Role", Chart.NAMESPACE, "pathgate-webhook"));
    blind = Pods.start(api, installation.rendered(), "pathgate-webhook", ACCOUNT).awaitReady();
    installation.serve(blind);
  }

  private static ObjectNode binding(String kind, String where, String role) {
    ObjectNode binding =
        KubeServer.object("rbac.authorization.k8s.io/v1", kind + "Binding", where, ACCOUNT);
    binding
        .putObject("roleRef")
        .put("apiGroup", "rbac.authorization.k8s.io")
        .put("kind", kind)
        .put("name", role);
    binding
        .putArray("subjects")
        .addObject()
        .put("kind", "ServiceAccount")
        .put("namespace", Chart.NAMESPACE)
        .put("name", ACCOUNT);
    return binding;
  }

  private static ObjectNode withoutWatchOfChains(JsonNode role) {
    ObjectNode less = Chart.without(role, CHAINS, "watch");
    less.putObject("metadata").put("name", ACCOUNT);
    ObjectNode others = ((ArrayNode) less.path("rules")).addObject();
    others.putArray("apiGroups").add("k0rdent.mirantis.com");
    others.putArray("verbs").add("watch");
    ArrayNode resources = others.putArray("resources");
    Stream.of("clusterdeployments", "multiclusterservices", "servicetemplates")
        .forEach(resources::add);
    return less;
  }

  @AfterAll
  static void stop() {
    for (PathgateProcess pod : List.of(seeing, blind)) {
      pod.close();
    }
    installation.close();
    KubeServer.tidyAll();
  }

  private static double watching(PathgateProcess pod, String kind) {
    String name = "pathgate_cache_watching{kind=\"" + kind + "\"} ";
    return pod.get("/q/metrics")
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .findFirst()
        .orElse(-1);
  }

  @Test
  void saysInMetricReadinessAndLogThatItDoesNotWatchThem() {
    Installation.await("the log says so", SOON, () -> blind.log().contains(MAY_NOT));

    assertThat(watching(blind, "ServiceTemplateChain")).isZero();
    assertThat(watching(blind, "ClusterDeployment")).isEqualTo(1);
    assertThat(blind.get("/q/health/ready")).startsWith("200").contains(MAY_NOT);
    assertThat(blind.log().lines().filter(line -> line.contains(MAY_NOT))).hasSize(1);
  }

  @Test
  void saysNothingOfTheKindWhereItDoes() {
    assertThat(watching(seeing, "ServiceTemplateChain")).isEqualTo(1);
    assertThat(seeing.get("/q/health/ready")).startsWith("200").doesNotContain("may not");
  }

  @Test
  void judgesByTheChainAsItIsAndNotAsItWasListed() {
    ObjectNode anew = Policies.chain(namespace, "anew", Policies.line("a", "z"));
    api.send("DELETE", KubeServer.path(anew), null).accepted();
    api.create(anew);

    assertThat(move("b").message())
        .contains("can't be upgraded from a to b")
        .contains("leads from a to z [service-follows-chain]");
    assertThat(move("z").isAccepted()).isTrue();
  }

  private static KubeServer.Answer move(String template) {
    return api.merge(
        cluster + "?dryRun=All", Policies.servicesPatch(Policies.service("s", template, "anew")));
  }
}
