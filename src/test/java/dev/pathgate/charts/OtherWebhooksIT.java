package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The mutating webhook as the chart configures it, between two mutating webhooks of other people.
 * The API server asks them in the order of their configurations' names.
 */
class OtherWebhooksIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String VALUES =
      """
      mutation: {enabled: true}
      webhook:
        extraEnv:
          - {name: PATHGATE_TLS_SELF_DNS_NAMES, value: "127.0.0.1"}
      """;
  private static final String NOTHING = "[]";
  private static final String SERVICES = "/spec/serviceSpec/services";

  private static KubeServer api;
  private static Installation installation;
  private static PathgateProcess pod;
  private static CountingWebhook others;

  private String home;

  @BeforeAll
  static void install() throws IOException, GeneralSecurityException {
    api = KubeServer.of("v1.12");
    others = new CountingWebhook();
    installation = Installation.of(api, VALUES);
    pod = installation.startWebhook();
    installation.serve(pod);
  }

  @AfterAll
  static void stop() {
    if (pod != null) {
      pod.close();
    }
    if (installation != null) {
      installation.close();
    }
    if (others != null) {
      others.close();
    }
    KubeServer.tidyAll();
  }

  /** A namespace whose default chain is {@code standard}, and the other webhooks for it alone. */
  @BeforeEach
  void register() {
    home = api.freshNamespace();
    ObjectNode standard = Policies.chain(home, "standard", Policies.line("a", "b"));
    standard
        .withObject("metadata")
        .putObject("annotations")
        .put("pathgate.dev/default-chain", "true");
    api.create(standard);
    api.create(Policies.chain(home, "other", Policies.line("a", "z")));
    others.patch("/before", NOTHING);
    others.patch("/after", NOTHING);
    api.put(registration("a-before", "/before") + "---\n" + registration("z-after", "/after"));
    Installation.await(
        "all three are asked",
        SOON,
        () -> {
          others.forget();
          return chains(create()).equals("standard") && others.calls().size() >= 2;
        });
  }

  @AfterEach
  void unregister() {
    api.delete(registration("a-before", "/before") + "---\n" + registration("z-after", "/after"));
  }

  private String registration(String name, String path) {
    return """
    apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingWebhookConfiguration
    metadata: {name: %s}
    webhooks:
      - name: others.example.org
        admissionReviewVersions: [v1]
        sideEffects: None
        namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}
        clientConfig: {url: "%s", caBundle: %s}
        rules:
          - apiGroups: [k0rdent.mirantis.com]
            apiVersions: [v1beta1]
            operations: [CREATE]
            resources: [clusterdeployments]
    """
        .formatted(name, home, others.url(path), others.caBundle());
  }

  /** A ClusterDeployment whose only service names no chain, created without being stored. */
  private KubeServer.Answer create() {
    ObjectNode cluster = Policies.deployment(home, Policies.service("s", "a", ""));
    ((ObjectNode) cluster.at(SERVICES + "/0")).remove("templateChain");
    return api.send("POST", KubeServer.collection(cluster) + "?dryRun=All", cluster);
  }

  /** The chains of its services, as the API server would store them. */
  private static String chains(KubeServer.Answer answer) {
    StringBuilder chains = new StringBuilder();
    for (JsonNode service : answer.accepted().at(SERVICES)) {
      chains.append(' ').append(service.path("templateChain").asText("none"));
    }
    return chains.toString().strip();
  }

  private static String add(String path, String value) {
    return "[{\"op\": \"add\", \"path\": \"" + path + "\", \"value\": " + value + "}]";
  }

  @Test
  void givesTheDefaultChainBesideWebhooksThatChangeOtherThings() {
    others.patch("/before", add("/metadata/labels", "{\"team\": \"red\"}"));
    others.patch("/after", add("/metadata/annotations", "{\"cost\": \"low\"}"));

    KubeServer.Answer answer = create();

    assertThat(chains(answer)).isEqualTo("standard");
    assertThat(answer.body().at("/metadata/labels/team").asText()).isEqualTo("red");
    assertThat(answer.body().at("/metadata/annotations/cost").asText()).isEqualTo("low");
    assertThat(answer.warnings()).isEmpty();
  }

  @Test
  void leavesTheChainAloneThatAWebhookBeforeItHasGiven() {
    others.patch("/before", add(SERVICES + "/0/templateChain", "\"other\""));

    assertThat(chains(create())).isEqualTo("other");
  }

  @Test
  void letsAWebhookAfterItHaveItsWayWithinTheRules() {
    others.patch("/after", add(SERVICES + "/0/templateChain", "\"other\""));

    assertThat(chains(create())).isEqualTo("other");
  }

  @Test
  void refusesWhatAWebhookAfterItMakesOfTheObject() {
    others.patch("/after", add(SERVICES + "/0/template", "\"z\""));

    assertThat(create().message())
        .contains("template z, which ServiceTemplateChain " + home + "/standard does not list")
        .endsWith("[service-fits-chain]");
  }

  /** Being asked again is what it takes. */
  @Test
  void givesTheDefaultChainToAServiceThatAWebhookAfterItAdds() {
    others.patch("/after", add(SERVICES + "/1", "{\"name\": \"t\", \"template\": \"b\"}"));

    assertThat(chains(create())).isEqualTo("standard standard");
  }

  @Test
  void putsTheDefaultChainBackThatAWebhookAfterItTakesAway() {
    others.patch(
        "/after", "[{\"op\": \"remove\", \"path\": \"" + SERVICES + "/0/templateChain\"}]");

    assertThat(chains(create())).isEqualTo("standard");
  }
}
