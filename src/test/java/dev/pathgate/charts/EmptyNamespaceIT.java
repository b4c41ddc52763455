package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.PathgateProcess;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A CRD of k0rdent 1.4 and later gives each service a namespace by default, and takes one that
 * spells out an empty one for yet another service. k0rdent deploys both to the same release.
 */
class EmptyNamespaceIT {
  private static KubeServer api;
  private static Installation installation;
  private static PathgateProcess pod;
  private static String cluster;

  @BeforeAll
  static void install() {
    api = KubeServer.of("v1.12");
    String namespace = api.freshNamespace();
    api.create(Policies.chain(namespace, "line", Policies.line("a", "b", "c")));
    ObjectNode object = Policies.deployment(namespace, Policies.service("s", "a", "line"));
    cluster = KubeServer.path(object);
    api.create(object);
    assertThat(api.merge(cluster + "?dryRun=All", besides("c", "")).isAccepted())
        .as("the API server takes them for two services")
        .isTrue();
    installation =
        Installation.of(
            api,
            """
            webhook:
              extraEnv: [{name: PATHGATE_TLS_SELF_DNS_NAMES, value: "127.0.0.1"}]
            """);
    pod = installation.startWebhook();
    installation.serve(pod);
    Installation.await(
        "the served schema is known",
        Duration.ofSeconds(30),
        () -> api.merge(cluster + "?dryRun=All", besides("c", "")).message().contains("listed"));
  }

  @AfterAll
  static void stop() {
    pod.close();
    installation.close();
    KubeServer.tidyAll();
  }

  /** The service as it is, and another of the same name. */
  private static String besides(String template, String namespace) {
    return Policies.servicesPatch(
        Policies.service("s", "a", "line").put("namespace", "default"),
        Policies.service("s", template, "line").put("namespace", namespace));
  }

  private static KubeServer.Answer edit(String patch) {
    return api.merge(cluster + "?dryRun=All", patch);
  }

  private static String alone(String template, String namespace) {
    return Policies.servicesPatch(
        Policies.service("s", template, "line").put("namespace", namespace));
  }

  @Test
  void isNoSecondServiceBesideTheDefaultOne() {
    assertThat(edit(besides("c", "")).message()).contains("[service-listed-once]");
    assertThat(edit(besides("c", "elsewhere")).isAccepted()).isTrue();
  }

  @Test
  void isNoWayOffThePath() {
    assertThat(edit(alone("c", "")).message()).contains("[service-follows-chain]");
    assertThat(edit(alone("b", "")).isAccepted()).isTrue();
  }
}
