package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.PathgateProcess;
import dev.pathgate.testkit.Pki;
import dev.pathgate.testkit.TrustsAll;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Certificates that the webhook finds in files, as the chart wires them: the rendered Deployment's
 * arguments, environment and volumes, and the rendered webhook configuration on a real API server.
 * The test stands in for cert-manager, whose Secret and CA bundle it writes as that one does.
 */
class MountedCertificatesIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String DEPLOYMENT = "pathgate-webhook";
  private static final String CONFIGURATION =
      "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/pathgate";

  private static KubeServer api;
  private static String cluster;

  private final Pki authority = new Pki("Serving CA");
  private Installation installation;
  private PathgateProcess pod;

  @BeforeAll
  static void store() {
    api = KubeServer.of("v1.12");
    String namespace = api.freshNamespace();
    api.create(Policies.chain(namespace, "c", Policies.line("a", "b")));
    ObjectNode object = Policies.deployment(namespace, Policies.service("s", "a", "c"));
    api.create(object);
    cluster = KubeServer.path(object);
  }

  @AfterEach
  void stop() {
    if (pod != null) {
      pod.close();
    }
    installation.close();
  }

  @AfterAll
  static void tidy() {
    KubeServer.tidyAll();
  }

  @Test
  void servesTheSecretOfCertManagerAndIsTrustedByTheCaThatIsInjectedFromIt() throws Exception {
    installation = Installation.of(api, "certificates: {mode: cert-manager}");
    issue();
    serve();
    Installation.await(
        "without a CA bundle the API server trusts nobody",
        SOON,
        () -> edit("b").message().contains("x509: certificate signed by unknown authority"));

    injectCa();

    assertJudges();
    X509Certificate first = served();
    issue();
    assertServesTheSecretAnew(first);
    assertJudges();
  }

  @Test
  void servesAnExistingSecretAndIsTrustedByTheCaOfTheValues() throws Exception {
    installation = Installation.of(api, values(authority, ""));
    issue();

    serve();

    assertJudges();
    assertThat(answerWithoutACertificate()).as("anybody is answered").isEqualTo(400);
    X509Certificate first = served();
    issue();
    assertServesTheSecretAnew(first);
    assertJudges();
  }

  @Test
  void refusesTheCertificateOfAnotherCaThanTheValuesName() throws Exception {
    installation = Installation.of(api, values(new Pki("Another CA"), ""));
    issue();

    serve();

    Installation.await(
        "the API server does not trust it",
        SOON,
        () -> edit("b").message().contains("x509: certificate signed by unknown authority"));
    assertThat(edit("b").code()).isEqualTo(500);
  }

  @Test
  void servesTheApiServerWithItsCertificateAndNobodyWithoutOne() throws Exception {
    installation =
        Installation.of(
            api, values(authority, ", clientCA: {configMap: callers, key: api-server.pem}"));
    putCallersCa(api.webhookCallers());
    issue();

    serve();

    assertJudges();
    assertThatThrownBy(MountedCertificatesIT.this::answerWithoutACertificate)
        .isInstanceOf(IOException.class);
  }

  @Test
  void turnsTheApiServerAwayWhoseCertificateIsOfAnotherCa() throws Exception {
    installation =
        Installation.of(
            api, values(authority, ", clientCA: {configMap: callers, key: api-server.pem}"));
    putCallersCa(new Pki("CA of others"));
    issue();

    serve();

    Installation.await(
        "its calls fail", SOON, () -> edit("b").message().contains("remote error: tls"));
    assertThat(edit("b").code()).isEqualTo(500);
  }

  private static String values(Pki trusted, String more) {
    return "certificates: {mode: existingSecret, existingSecret: {name: mine, caBundle: \"%s\"}%s}"
        .formatted(trusted.authorityPem().replace("\n", "\\n"), more);
  }

  private static void putCallersCa(Pki callers) {
    ObjectNode map = KubeServer.object("v1", "ConfigMap", Chart.NAMESPACE, "callers");
    map.putObject("data").put("api-server.pem", callers.authorityPem());
    api.apply(map);
  }

  /** A new pair into the Secret that the Deployment mounts, with its CA as cert-manager does. */
  private void issue() {
    Pki.Identity pair = authority.issue("pathgate", Pki.KeyKind.EC);
    Map<String, String> files =
        Map.of(
            "ca.crt",
            authority.authorityPem(),
            "tls.crt",
            pair.certificatePem(),
            "tls.key",
            pair.pkcs8());
    String name = podSpec().findValuesAsText("secretName").get(0);
    ObjectNode secret = KubeServer.object("v1", "Secret", Chart.NAMESPACE, name);
    ObjectNode data = secret.put("type", "kubernetes.io/tls").putObject("data");
    files.forEach((file, text) -> data.put(file, base64(text)));
    api.apply(secret);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** As cert-manager's injector: from the annotation to the Certificate, its Secret and its CA. */
  private void injectCa() {
    ObjectNode configuration = (ObjectNode) api.send("GET", CONFIGURATION, null).accepted();
    String[] certificate =
        configuration
            .at("/metadata/annotations/cert-manager.io~1inject-ca-from")
            .asText()
            .split("/", -1);
    assertThat(certificate[0]).isEqualTo(Chart.NAMESPACE);
    String secret =
        installation.rendered().one("Certificate", certificate[1]).at("/spec/secretName").asText();
    String ca =
        api.send("GET", Volumes.path("secrets", secret), null)
            .accepted()
            .at("/data/ca.crt")
            .asText();
    for (JsonNode hook : configuration.path("webhooks")) {
      ((ObjectNode) hook.path("clientConfig")).put("caBundle", ca);
    }
    api.send("PUT", CONFIGURATION, configuration).accepted();
  }

  private JsonNode podSpec() {
    return installation.rendered().one("Deployment", DEPLOYMENT).at("/spec/template/spec");
  }

  private void serve() {
    pod = installation.startWebhook();
    installation.serve(pod);
  }

  private static KubeServer.Answer edit(String template) {
    return api.merge(
        cluster + "?dryRun=All", Policies.servicesPatch(Policies.service("s", template, "c")));
  }

  private static void assertJudges() {
    Installation.await("an edit is judged", SOON, () -> edit("z").code() == 403);
    assertThat(edit("z").message())
        .contains("services.pathgate.dev")
        .contains("[service-follows-chain]");
    assertThat(edit("b").isAccepted()).isTrue();
  }

  /** What the kubelet does some time after a Secret was changed; the process stays. */
  private void assertServesTheSecretAnew(X509Certificate before) throws Exception {
    new Volumes(api, podSpec(), pod.folder()).mount();
    Installation.await("the renewed pair is served", SOON, () -> !served().equals(before));
    served().verify(authority.authority().getPublicKey());
    JsonNode kept =
        api.send(
                "GET",
                Volumes.path("secrets", podSpec().findValuesAsText("secretName").get(0)),
                null)
            .accepted();
    assertThat(served()).isEqualTo(certificate(kept.at("/data/tls.crt").asText()));
    assertThat(pod.isAlive()).isTrue();
  }

  private static X509Certificate certificate(String base64) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
  }

  private X509Certificate served() {
    try (SSLSocket socket =
        (SSLSocket)
            TrustsAll.context().getSocketFactory().createSocket("127.0.0.1", pod.httpsPort())) {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** The status of the answer to somebody who shows no certificate, and sends no review. */
  private int answerWithoutACertificate() throws IOException, InterruptedException {
    return TrustsAll.client()
        .send(
            HttpRequest.newBuilder(pod.uri("/validate"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }
}
