package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a taken-over webhook pod can make of its right to patch its own webhook configurations, in a
 * real API server: a new CA bundle, and nothing else.
 */
class OwnWebhooksPolicyIT {
  private static final String VALUES =
      "{mutation: {enabled: true}, webhook: {failurePolicy: Ignore}}";
  private static final List<String> KINDS =
      List.of("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration");
  private static final String HARMLESS =
      "[{\"op\": \"add\", \"path\": \"/metadata/labels/a\", \"value\": \"b\"}]";
  private static final String ELSEWHERE =
      "{\"name\": \"all.example.com\", \"sideEffects\": \"None\", \"admissionReviewVersions\": [\"v1\"],"
          + "\"failurePolicy\": \"Ignore\", \"clientConfig\": {\"url\": \"https://127.0.0.1:1/\"}}";

  private static KubeServer api;

  @BeforeAll
  static void install() {
    api = KubeServer.of("v1.12");
    Chart.Objects chart = Chart.render(VALUES);
    Stream.of(
            "ServiceAccount",
            "ClusterRole",
            "ClusterRoleBinding",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "ValidatingWebhookConfiguration",
            "MutatingWebhookConfiguration")
        .flatMap(chart::ofKind)
        .forEach(api::apply);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                // not for want of a right, which is a 403, too, until the API server has seen it
                patch(path(KINDS.get(0)) + "?dryRun=All", HARMLESS)
                    .message()
                    .contains("denied request"));
  }

  @AfterAll
  static void stop() {
    KubeServer.tidyAll();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"})
  void allowsAnotherCaBundle(String kind) throws Exception {
    String bundle =
        "[{\"op\": \"add\", \"path\": \"/webhooks/0/clientConfig/caBundle\", \"value\": \"%s\"}]"
            .formatted(api.caBundle());

    assertThat(
            patch(path(kind), bundle).accepted().at("/webhooks/0/clientConfig/caBundle").asText())
        .isEqualTo(api.caBundle());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"op\": \"replace\", \"path\": \"/webhooks/0/rules/0/apiGroups\", \"value\": [\"\"]}",
        "{\"op\": \"replace\", \"path\": \"/webhooks/0/rules/0/resources\", \"value\": [\"*\"]}",
        "{\"op\": \"replace\", \"path\": \"/webhooks/0/rules/0/operations\", \"value\": [\"*\"]}",
        "{\"op\": \"remove\", \"path\": \"/webhooks/0/matchConditions\"}",
        "{\"op\": \"remove\", \"path\": \"/webhooks/0/namespaceSelector\"}",
        "{\"op\": \"add\", \"path\": \"/webhooks/0/objectSelector\", \"value\": {\"matchLabels\": {\"a\": \"b\"}}}",
        "{\"op\": \"replace\", \"path\": \"/webhooks/0/failurePolicy\", \"value\": \"Fail\"}",
        "{\"op\": \"replace\", \"path\": \"/webhooks/0/timeoutSeconds\", \"value\": 30}",
        "{\"op\": \"replace\", \"path\": \"/webhooks/0/name\", \"value\": \"other.example.com\"}",
        "{\"op\": \"replace\", \"path\": \"/webhooks/0/clientConfig\", \"value\": {\"url\": \"https://127.0.0.1:1/\"}}",
        "{\"op\": \"replace\", \"path\": \"/webhooks/0/clientConfig/service/name\", \"value\": \"mine\"}",
        "{\"op\": \"replace\", \"path\": \"/webhooks/0/clientConfig/service/namespace\", \"value\": \"mine\"}",
        "{\"op\": \"replace\", \"path\": \"/webhooks/0/clientConfig/service/path\", \"value\": \"/mine\"}",
        "{\"op\": \"replace\", \"path\": \"/webhooks/0/clientConfig/service/port\", \"value\": 8443}",
        "{\"op\": \"add\", \"path\": \"/webhooks/-\", \"value\": " + ELSEWHERE + "}",
        "{\"op\": \"remove\", \"path\": \"/webhooks/0\"}",
        "{\"op\": \"remove\", \"path\": \"/webhooks\"}",
        "{\"op\": \"add\", \"path\": \"/metadata/finalizers\", \"value\": [\"a.b/c\"]}",
        "{\"op\": \"add\", \"path\": \"/metadata/annotations\", \"value\": {\"a\": \"b\"}}",
        "{\"op\": \"remove\", \"path\": \"/metadata/labels\"}"
      })
  void refusesAnythingElseAndLeavesItToEverybodyElse(String change) {
    for (String kind : KINDS) {
      KubeServer.Answer own = patch(path(kind), "[" + change + "]");
      KubeServer.Answer others =
          api.send(
              "PATCH",
              path(kind) + "?dryRun=All",
              "application/json-patch+json",
              "[" + change + "]",
              Map.of());

      assertThat(own.code()).as("%s %s", kind, own.message()).isEqualTo(403);
      assertThat(own.message())
          .endsWith(
              "denied request: Pathgate changes nothing but the CA bundle of its own webhook"
                  + " configurations");
      assertThat(others.isAccepted()).as("%s %s", kind, others.message()).isTrue();
    }
  }

  /** Even where somebody gave the account more rights than the chart does. */
  @Test
  void refusesOtherConfigurationsWhateverRightsTheAccountHas() {
    ObjectNode role =
        KubeServer.object("rbac.authorization.k8s.io/v1", "ClusterRole", "", "configures-all");
    ObjectNode rule = role.putArray("rules").addObject();
    rule.putArray("apiGroups").add("admissionregistration.k8s.io");
    rule.putArray("resources").add("*");
    rule.putArray("verbs").add("*");
    api.apply(role);
    ObjectNode binding =
        KubeServer.object(
            "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "", "configures-all");
    binding
        .putObject("roleRef")
        .put("apiGroup", "rbac.authorization.k8s.io")
        .put("kind", "ClusterRole")
        .put("name", "configures-all");
    binding
        .putArray("subjects")
        .addObject()
        .put("kind", "ServiceAccount")
        .put("name", "pathgate-webhook")
        .put("namespace", Chart.NAMESPACE);
    api.apply(binding);
    ObjectNode mine =
        KubeServer.object(
            "admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "", "mine");

    // The API server's authorizer takes a moment to see a new right.
    Installation.await(
        "the account may configure all",
        Duration.ofSeconds(30),
        () ->
            !send("POST", KubeServer.collection(mine), mine.toString())
                .message()
                .contains("cannot create resource"));
    KubeServer.Answer created = send("POST", KubeServer.collection(mine), mine.toString());
    api.create(mine);
    KubeServer.Answer deleted = send("DELETE", KubeServer.path(mine), null);
    KubeServer.Answer patched =
        patch(
            KubeServer.path(mine),
            "[{\"op\": \"add\", \"path\": \"/metadata/labels\", \"value\": {}}]");

    assertThat(List.of(created, deleted, patched))
        .allSatisfy(
            answer -> {
              assertThat(answer.code()).isEqualTo(403);
              assertThat(answer.message()).contains("changes nothing but the CA bundle");
            });
  }

  private static String path(String kind) {
    JsonNode configuration = Chart.render(VALUES).one(kind, "pathgate");
    return KubeServer.path(configuration);
  }

  private static KubeServer.Answer patch(String path, String patch) {
    return send("PATCH", path, patch);
  }

  private static KubeServer.Answer send(String method, String path, String body) {
    return api.send(
        method,
        path,
        method.equals("PATCH") ? "application/json-patch+json" : "application/json",
        body,
        Map.of(
            "Impersonate-User",
            "system:serviceaccount:" + Chart.NAMESPACE + ":pathgate-webhook",
            "Impersonate-Group",
            "system:serviceaccounts"));
  }
}
