package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.PathgateProcess;
import dev.pathgate.testkit.TrustsAll;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two webhook pods that make and renew their own certificate, with nothing but the chart's roles, a
 * Secret that was empty when they came, and a real API server that trusts them because of the
 * bundle that they publish.
 */
class SelfManagedCertificateIT {
  private static final int ROTATIONS = 20;
  private static final Duration LIFETIME = Duration.ofSeconds(20);
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static KubeServer api;
  private static Installation installation;
  private static String secret;
  private static JsonNode firstKept;
  private static List<Traffic.Edit> edits;
  private static final List<PathgateProcess> pods = new ArrayList<>();

  @BeforeAll
  static void install() {
    api = KubeServer.of("v1.12");
    String namespace = api.freshNamespace();
    api.create(Policies.chain(namespace, "c", Policies.line("a", "b")));
    ObjectNode cluster = Policies.deployment(namespace, Policies.service("s", "a", "c"));
    api.create(cluster);
    edits =
        List.of(
            new Traffic.Edit(
                KubeServer.path(cluster),
                Policies.servicesPatch(Policies.service("s", "b", "c")),
                true),
            new Traffic.Edit(
                KubeServer.path(cluster),
                Policies.servicesPatch(Policies.service("s", "z", "c")),
                false));
    installation =
        Installation.of(
            api,
            """
            webhook:
              extraEnv:
                - {name: PATHGATE_TLS_SELF_LIFETIME, value: %dS}
                - {name: PATHGATE_TLS_SELF_DNS_NAMES, value: "pathgate-webhook.pathgate-home.svc,127.0.0.1"}
            """
                .formatted(LIFETIME.toSeconds()));
    secret = installation.path("Secret", "pathgate-tls");
    pods.add(installation.startWebhook());
    pods.add(installation.startWebhook());
    pods.forEach(installation::serve);
    firstKept = kept();
    awaitRightAnswers(SOON);
  }

  @AfterAll
  static void stop() {
    pods.forEach(PathgateProcess::close);
    if (installation != null) {
      installation.close();
    }
    KubeServer.tidyAll();
  }

  @Test
  void losesNoCallOverTwentyRotationsOfAuthorityAndPair() throws Exception {
    Set<String> authorities = new HashSet<>();
    Set<String> pairs = new HashSet<>();
    awaitRightAnswers(SOON);
    Traffic traffic = new Traffic(api, edits, Traffic.Edit::isJudgedRight);

    JsonNode before = kept();
    Installation.await(
        "the pair's own time has come",
        LIFETIME.multipliedBy(2),
        () -> !kept().path("tls.crt").equals(before.path("tls.crt")));
    for (int i = 0; i < ROTATIONS; i++) {
      rotate();
      authorities.add(newestAuthority(kept()));
      pairs.add(kept().path("tls.crt").asText());
    }
    List<String> failed = traffic.end();

    assertThat(failed).isEmpty();
    assertThat(authorities).hasSize(ROTATIONS);
    assertThat(pairs).hasSize(ROTATIONS);
    assertThat(traffic.answered()).isGreaterThan(ROTATIONS * 10);
    System.out.printf(
        "%d rotations of authority and pair under load: %d edits answered, %d failed%n",
        ROTATIONS, traffic.answered(), failed.size());
    for (PathgateProcess pod : pods) {
      Installation.await(
          pod.name() + " serves the newest pair", SOON, () -> isKeptPair(served(pod)));
    }
  }

  @Test
  void renewsThroughTheOtherPodWhenEitherIsKilled() {
    PathgateProcess killed = pods.remove(0);
    String before = newestAuthority(kept());

    killed.kill();
    installation.remove(killed);
    forgetAuthorityKey();

    Installation.await("the other pod renews", SOON, () -> !newestAuthority(kept()).equals(before));
    awaitRightAnswers(SOON);
    PathgateProcess replacement = installation.startWebhook();
    pods.add(replacement);
    installation.serve(replacement);
    assertThat(replacement.log()).doesNotContain("Put the CA bundle");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "emptied, held no certificate with its key",
        "garbage, held no certificate with its key",
        "foreign key, held no certificate with its key",
        "expired, held a certificate that was valid until "
      })
  void reportsAndReplacesWhatIsBrokenInTheSecret(String row) {
    String[] flaw = row.split(", ", 2);
    awaitRightAnswers(SOON);
    long reported = reports(flaw[1]);
    JsonNode before = kept();

    api.merge(secret, broken(flaw[0])).accepted();

    Installation.await("the flaw is reported", SOON, () -> reports(flaw[1]) > reported);
    Installation.await(
        "another pair is kept",
        SOON,
        () ->
            kept().path("tls.crt").asText().length() > 100
                && !kept().path("tls.crt").equals(before.path("tls.crt"))
                && !kept().path("tls.crt").equals(firstKept.path("tls.crt")));
    awaitRightAnswers(SOON);
  }

  /** What people and tools do to the configuration: the bundle in it is the pods' to keep right. */
  @ParameterizedTest
  @ValueSource(strings = {"made anew by --force", "deleted for a while", "another CA", "no bundle"})
  void putsTheBundleBack(String how) throws IOException {
    awaitRightAnswers(SOON);
    String configuration = installation.path("ValidatingWebhookConfiguration", "pathgate");
    String wrong = api.caBundle();

    switch (how) {
      case "made anew by --force" -> installation.makeConfigurationsAnew();
      case "deleted for a while" -> {
        installation.deleteConfigurations();
        Installation.await("nobody is asked", SOON, () -> edits.get(1).send(api).isAccepted());
        installation.makeConfigurationsAnew();
      }
      case "another CA" -> replaceBundle(configuration, wrong);
      default -> replaceBundle(configuration, "null");
    }

    Installation.await(
        "the bundle is right again",
        SOON,
        () -> {
          String bundle = bundle(configuration);
          return !bundle.isEmpty() && !bundle.equals(wrong);
        });
    awaitRightAnswers(SOON);
  }

  private static String bundle(String configuration) {
    return api.send("GET", configuration, null)
        .accepted()
        .at("/webhooks/0/clientConfig/caBundle")
        .asText();
  }

  private static void replaceBundle(String configuration, String bundle) {
    ObjectNode broken = api.send("GET", configuration, null).accepted().deepCopy();
    for (JsonNode webhook : broken.path("webhooks")) {
      ((ObjectNode) webhook.path("clientConfig"))
          .set("caBundle", bundle.equals("null") ? null : JSON.getNodeFactory().textNode(bundle));
    }
    api.send("PUT", configuration, broken).accepted();
  }

  private static String broken(String how) {
    String garbage = Base64.getEncoder().encodeToString(new byte[] {1, 2, 3});
    ObjectNode data = JSON.createObjectNode();
    switch (how) {
      case "emptied" -> data.putNull("data");
      case "garbage" ->
          Stream.of("ca.crt", "ca.key", "tls.crt", "tls.key")
              .forEach(key -> data.withObject("data").put(key, garbage));
      case "foreign key" -> data.withObject("data").set("tls.key", kept().path("ca.key"));
      case "expired" -> {
        Installation.await(
            "the first pair has expired",
            LIFETIME.plusSeconds(5),
            () -> Instant.now().isAfter(leaf(firstKept).getNotAfter().toInstant()));
        data.withObject("data").setAll((ObjectNode) firstKept.deepCopy());
      }
      default -> throw new IllegalArgumentException(how);
    }
    return data.toString();
  }

  private static long reports(String flaw) {
    return pods.stream()
        .flatMap(pod -> pod.log().lines())
        .filter(line -> line.contains("WARN") && line.contains("pathgate-tls " + flaw))
        .count();
  }

  /** What a person does who wants another authority: the next one is made beside the old one. */
  private static void forgetAuthorityKey() {
    api.merge(secret, "{\"data\": {\"ca.key\": null}}").accepted();
  }

  private static void rotate() {
    JsonNode before = kept();
    forgetAuthorityKey();
    Installation.await(
        "authority and pair are replaced",
        SOON,
        () -> {
          JsonNode now = kept();
          return now.has("ca.key")
              && !newestAuthority(now).equals(newestAuthority(before))
              && !now.path("tls.crt").equals(before.path("tls.crt"))
              && leaf(now)
                  .getIssuerX500Principal()
                  .equals(certificate(now.path("ca.crt")).getSubjectX500Principal());
        });
  }

  private static void awaitRightAnswers(Duration atMost) {
    Installation.await(
        "the API server trusts what is served",
        atMost,
        () -> edits.stream().allMatch(edit -> edit.isJudgedRight(edit.send(api))));
  }

  private static JsonNode kept() {
    return api.send("GET", secret, null).accepted().path("data");
  }

  private static String newestAuthority(JsonNode kept) {
    return kept.has("ca.crt")
        ? certificate(kept.path("ca.crt")).getSubjectX500Principal().getName()
        : "";
  }

  private static X509Certificate leaf(JsonNode kept) {
    return certificate(kept.path("tls.crt"));
  }

  private static X509Certificate certificate(JsonNode base64) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(Base64.getDecoder().decode(base64.asText())));
    } catch (GeneralSecurityException malformed) {
      throw new IllegalStateException(malformed);
    }
  }

  private static boolean isKeptPair(X509Certificate certificate) {
    return certificate.equals(leaf(kept()));
  }

  /** The certificate that a new connection to this pod gets. */
  private static X509Certificate served(PathgateProcess pod) {
    try (SSLSocket socket =
        (SSLSocket)
            TrustsAll.context().getSocketFactory().createSocket("127.0.0.1", pod.httpsPort())) {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    } catch (java.io.IOException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
