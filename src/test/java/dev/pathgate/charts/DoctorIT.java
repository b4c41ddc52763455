package dev.pathgate.charts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.pathgate.cli.CommandRun;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.PathgateProcess;
import dev.pathgate.tls.CertificateAuthority;
import dev.pathgate.tls.ServingPair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code pathgate doctor} on a real kube-apiserver, beside the chart's own objects. */
class DoctorIT {
  private static final String REACHABLE =
      """
      webhook:
        extraEnv:
          - {name: PATHGATE_TLS_SELF_DNS_NAMES, value: "127.0.0.1"}
      """;

  private static KubeServer api;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    api = KubeServer.of("v1.12");
  }

  @AfterAll
  static void stop() {
    KubeServer.tidyAll();
  }

  @Test
  void waitsUntilPodsAnswerAndSaysWhenTheyAreGone() throws IOException {
    try (Installation installation = Installation.of(api, REACHABLE)) {
      installation.rendered().ofKind("Deployment").forEach(DoctorIT::replace);
      try (PathgateProcess webhook = installation.startWebhook();
          PathgateProcess patcher =
              Pods.start(api, installation.rendered(), Chart.RELEASE + "-status-patcher")) {
        installation.serve(webhook);
        patcher.awaitReady();

        CommandRun run = doctor(api.kubeConfig(), "--wait", "60s");

        assertThat(run.code()).as(run.toString()).isZero();
        assertThat(statuses(run))
            .containsEntry("webhook-registered", "warning") // by address: there is no Service
            .containsEntry("ca-bundle", "ok")
            .containsEntry("certificate-expiry", "ok")
            .containsEntry("endpoints", "skipped")
            .containsEntry("rules-registered", "ok")
            .containsEntry("failure-policy", "ok")
            .containsEntry("policies", "ok")
            .containsEntry("dry-run-denied", "ok")
            .containsEntry("dry-run-allowed", "ok")
            .containsEntry("patcher-lease", "ok");
        assertThat(
                api.send("GET", KubeServer.K0RDENT + "/servicetemplatechains", null)
                    .accepted()
                    .path("items"))
            .isEmpty();

        CommandRun helmTest = helmTest("2m");

        assertThat(helmTest.code()).as(helmTest.toString()).isZero();
        assertThat(statuses(helmTest))
            .as("what the account of helm test may see is enough")
            .isEqualTo(statuses(run));

        CommandRun asTheWebhook =
            doctor(
                api.kubeconfigOf(
                    Chart.NAMESPACE, installation.rendered().serviceAccount("pathgate-webhook")));

        assertThat(asTheWebhook.code()).as(asTheWebhook.toString()).isZero();
        assertThat(message(asTheWebhook, "webhook-registered"))
            .isEqualTo(
                "this account cannot list resource \"validatingwebhookconfigurations\" in API"
                    + " group \"admissionregistration.k8s.io\" at the cluster scope");
        assertThat(message(asTheWebhook, "dry-run-allowed"))
            .contains("cannot create resource \"servicetemplatechains\"");

        webhook.kill();
        installation.remove(webhook);
        assertThat(helmTest("0s").code()).isEqualTo(1);
        CommandRun after = doctor(api.kubeConfig());

        assertThat(after.code()).isEqualTo(1);
        assertThat(statuses(after))
            .containsEntry("dry-run-denied", "error")
            .containsEntry("dry-run-allowed", "error");
        assertThat(message(after, "dry-run-allowed")).contains("failed calling webhook");
      }
    }
  }

  @Test
  void makesItsDryRunsFitWhatIsSelectedAndDenied() throws IOException {
    String strict =
        REACHABLE
            + """
              objectSelector: {matchLabels: {tier: production}}
            rules: {chain-templates-exist: deny}
            statusPatcher: {enabled: false}
            """;
    try (Installation installation = Installation.of(api, strict);
        PathgateProcess webhook = installation.startWebhook()) {
      installation.rendered().ofKind("Deployment").forEach(DoctorIT::replace);
      installation.serve(webhook);

      CommandRun run = doctor(api.kubeConfig(), "--wait", "60s");

      assertThat(run.code()).as(run.toString()).isZero(); // or it has waited for all of them
      assertThat(statuses(run))
          .as(run.toString())
          .containsEntry("dry-run-denied", "ok")
          .containsEntry("dry-run-allowed", "ok");
      assertThat(message(run, "dry-run-allowed")).contains("chain-templates-exist is set to deny");
    }
  }

  @Test
  void findsWhatIsMissingWhereNoPodRuns() throws IOException {
    Chart.Objects chart = Chart.render("webhook: {failurePolicy: Ignore}");
    for (String kind :
        List.of("Service", "Deployment", "Secret", "Lease", "ValidatingWebhookConfiguration")) {
      chart.ofKind(kind).forEach(DoctorIT::replace);
    }
    JsonNode registration =
        chart.ofKind("ValidatingWebhookConfiguration").findFirst().orElseThrow();
    try {
      CommandRun run = doctor(api.kubeConfig());

      assertThat(run.code()).as(run.toString()).isEqualTo(1);
      assertThat(statuses(run))
          .containsEntry("webhook-registered", "ok")
          .containsEntry("ca-bundle", "error")
          .containsEntry("certificate-expiry", "skipped")
          .containsEntry("endpoints", "error")
          .containsEntry("rules-registered", "ok")
          .containsEntry("failure-policy", "warning")
          .containsEntry("dry-run-denied", "error")
          .containsEntry("dry-run-allowed", "ok");

      api.apply(slice());

      assertThat(statuses(doctor(api.kubeConfig()))).containsEntry("endpoints", "ok");

      applyPolicies("any");
      CommandRun drifted = doctor(api.kubeConfig());

      assertThat(statuses(drifted))
          .containsEntry("failure-policy", "warning")
          .containsEntry("policies", "warning");
      assertThat(message(drifted, "policies"))
          .isEqualTo(
              "policy pathgate-service-follows-chain takes whole paths, the webhook's"
                  + " pathgate.path.steps is single");

      applyPolicies("single, chainSwitch: separate");

      assertThat(message(doctor(api.kubeConfig()), "policies"))
          .isEqualTo(
              "policy pathgate-service-names-chain refuses chain and template in one edit, the"
                  + " webhook's pathgate.path.chain-switch is together");

      applyPolicies("single");

      assertThat(statuses(doctor(api.kubeConfig())))
          .containsEntry("failure-policy", "ok")
          .containsEntry("policies", "ok");

      String condition = "not-what-the-chart-has";
      policies("single").forEach(object -> api.apply(narrowed(object, condition)));

      assertThat(message(doctor(api.kubeConfig()), "policies")).contains(condition);
    } finally {
      policies("single").forEach(policy -> api.send("DELETE", KubeServer.path(policy), null));
      api.send("DELETE", KubeServer.path(registration), null);
    }
    assertThat(statuses(doctor(api.kubeConfig()))).containsEntry("webhook-registered", "error");
  }

  @Test
  void tellsWhyTheApiServerDistrustsWhatIsServed() throws Exception {
    CertificateAuthority authority = CertificateAuthority.make(Instant.now(), Duration.ofDays(90));
    CertificateAuthority other = CertificateAuthority.make(Instant.now(), Duration.ofDays(90));
    JsonNode chart =
        Chart.render("{}").ofKind("ValidatingWebhookConfiguration").findFirst().orElseThrow();
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(serving(authority)));
    server.start();
    String url = "https://127.0.0.1:" + server.getAddress().getPort() + "/validate";
    try {
      api.apply(aimed(chart, url, other));
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> message(doctor(api.kubeConfig()), "ca-bundle").contains("x509"));
      CommandRun distrusted = doctor(api.kubeConfig());

      assertThat(distrusted.code()).isEqualTo(1);
      assertThat(statuses(distrusted)).containsEntry("ca-bundle", "error");
      assertThat(message(distrusted, "ca-bundle")).contains("failed calling webhook");

      api.apply(aimed(chart, url, authority));
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> statuses(doctor(api.kubeConfig())).get("ca-bundle").equals("ok"));

      assertThat(message(doctor(api.kubeConfig()), "ca-bundle"))
          .isEqualTo("it vouches for the certificate that 127.0.0.1 serves");
    } finally {
      api.send("DELETE", KubeServer.path(chart), null);
      server.stop(0);
    }
  }

  private static SSLContext serving(CertificateAuthority authority) throws Exception {
    ServingPair pair = authority.issue(List.of("127.0.0.1"), Instant.now(), Duration.ofDays(30));
    KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
    keys.load(null, null);
    keys.setKeyEntry("pair", pair.key(), new char[0], pair.chain().toArray(Certificate[]::new));
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  /** The registration as the chart renders it, but for an address, and with a bundle. */
  private static JsonNode aimed(JsonNode chart, String url, CertificateAuthority trusted)
      throws Exception {
    String pem =
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(trusted.certificate().getEncoded())
            + "\n-----END CERTIFICATE-----\n";
    JsonNode aimed = chart.deepCopy();
    for (JsonNode hook : aimed.path("webhooks")) {
      ((ObjectNode) hook)
          .putObject("clientConfig")
          .put("url", url)
          .put("caBundle", Base64.getEncoder().encodeToString(pem.getBytes(UTF_8)));
    }
    return aimed;
  }

  /** A policy that judges nothing any more, by one more condition; a binding as it is. */
  private static JsonNode narrowed(JsonNode object, String condition) {
    JsonNode narrowed = object.deepCopy();
    if (object.path("spec").has("validations")) {
      ((ObjectNode) narrowed.path("spec"))
          .withArrayProperty("matchConditions")
          .addObject()
          .put("name", condition)
          .put("expression", "false");
    }
    return narrowed;
  }

  private static void applyPolicies(String steps) {
    policies(steps).forEach(api::apply);
  }

  private static List<JsonNode> policies(String steps) {
    return Chart.render("{policies: {enabled: true}, path: {steps: %s}}".formatted(steps))
        .all()
        .stream()
        .filter(object -> object.path("kind").asText().startsWith("ValidatingAdmissionPolicy"))
        .toList();
  }

  /** Not by apply: a variable of extraEnv stands twice in its Deployment. */
  private static void replace(JsonNode object) {
    api.send("DELETE", KubeServer.path(object), null);
    api.create(object);
  }

  private static ObjectNode slice() throws IOException {
    return (ObjectNode)
        Chart.YAML.readTree(
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: pathgate-webhook-1
              namespace: %s
              labels: {kubernetes.io/service-name: pathgate-webhook}
            addressType: IPv4
            endpoints:
              - {addresses: [10.0.0.1], conditions: {ready: true}}
              - {addresses: [10.0.0.2], conditions: {ready: true}}
            """
                .formatted(Chart.NAMESPACE));
  }

  /** The command of helm test's pod, as its account, with that patience. */
  private CommandRun helmTest(String patience) throws IOException {
    Chart.Objects chart = Chart.renderWithHooks(REACHABLE);
    for (String kind :
        List.of("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")) {
      chart
          .ofKind(kind)
          .filter(object -> object.at("/metadata/name").asText().startsWith("pathgate-test"))
          .forEach(api::apply);
    }
    JsonNode whole = chart.one("Pod", "pathgate-test");
    api.send("POST", KubeServer.collection(whole) + "?dryRun=All&fieldValidation=Strict", whole)
        .accepted();
    JsonNode pod = whole.path("spec");
    Path file =
        Files.writeString(
            folder.resolve("test-kubeconfig"),
            api.kubeconfigOf(Chart.NAMESPACE, pod.path("serviceAccountName").asText()));
    List<String> arguments = new ArrayList<>();
    pod.at("/containers/0/args").forEach(argument -> arguments.add(argument.asText()));
    arguments.set(arguments.indexOf("--wait") + 1, patience);
    arguments.addAll(List.of("-o", "json", "--kubeconfig", file.toString()));
    return CommandRun.of(folder, arguments.toArray(String[]::new));
  }

  private CommandRun doctor(String kubeconfig, String... more) throws IOException {
    Path file = Files.writeString(folder.resolve("kubeconfig"), kubeconfig);
    List<String> arguments = new ArrayList<>(List.of("doctor", "-o", "json"));
    arguments.addAll(List.of("--install-namespace", Chart.NAMESPACE));
    arguments.addAll(List.of("--kubeconfig", file.toString()));
    arguments.addAll(List.of(more));
    return CommandRun.of(folder, arguments.toArray(String[]::new));
  }

  private static Map<String, String> statuses(CommandRun run) throws IOException {
    Map<String, String> statuses = new TreeMap<>();
    for (JsonNode check : new ObjectMapper().readTree(run.out()).path("checks")) {
      statuses.put(check.path("id").asText(), check.path("status").asText());
    }
    return statuses;
  }

  private static String message(CommandRun run, String id) throws IOException {
    for (JsonNode check : new ObjectMapper().readTree(run.out()).path("checks")) {
      if (check.path("id").asText().equals(id)) {
        return check.path("message").asText();
      }
    }
    throw new AssertionError("no " + id);
  }
}
