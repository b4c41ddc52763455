package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Whether the API server trusts what the pods serve, and for how long. The certificate is had from
 * the address that is called, where that can be reached from here; else from the Secret that the
 * pods serve from; else the API server's own call of a dry-run has to tell.
 */
final class CertificateChecks {
  static final String CA_BUNDLE = "ca-bundle";
  static final String EXPIRY = "certificate-expiry";

  private static final Duration SOON = Duration.ofDays(7);
  private static final int CONNECT_MILLIS = 5_000;
  private static final String FIX =
      "certificates.mode=self: the webhook puts the bundle there, see its log for what it may not;"
          + " cert-manager: see its Certificate and cainjector; existingSecret: set"
          + " certificates.existingSecret.caBundle to the CA that signed the Secret's tls.crt";

  private static final String UNSEEN_FIX =
      "where a right is missing, run doctor as somebody who may read the Secret, or in a pod of the"
          + " cluster; where there is no certificate yet, see the webhook's log or cert-manager's"
          + " Certificate";

  private final Reads reads;
  private final Installation installation;
  private final Rehearsals rehearsals;
  private final boolean inCluster;
  private final Instant now;
  private Served served;

  /**
   * @param chain the server's own first; empty if it could not be had
   * @param from where it was had from, or why it could not be had
   */
  private record Served(List<X509Certificate> chain, String from) {}

  /**
   * @param inCluster whether Services can be reached from here
   */
  CertificateChecks(
      Reads reads,
      Installation installation,
      Rehearsals rehearsals,
      boolean inCluster,
      Instant now) {
    this.reads = reads;
    this.installation = installation;
    this.rehearsals = rehearsals;
    this.inCluster = inCluster;
    this.now = now;
  }

  /** Every webhook's bundle vouches for what is served. */
  CheckResult caBundle() {
    if (installation.validating().isUnseen()) {
      return CheckResult.unseen(CA_BUNDLE, installation.validating());
    }
    List<Hook> hooks = installation.hooksHere();
    if (hooks.isEmpty()) {
      return CheckResult.skipped(
          CA_BUNDLE, "there is no webhook to look at", "see " + RegistrationChecks.REGISTERED);
    }
    for (Hook hook : hooks) {
      if (hook.caBundle().isEmpty() && hook.url().isEmpty()) {
        return CheckResult.error(
            CA_BUNDLE, hook.configuration() + ": " + hook.name() + " has no caBundle", FIX);
      }
    }
    if (rehearsals.callFailure().matches("(?s).*(x509|tls): .*")) {
      return CheckResult.error(CA_BUNDLE, rehearsals.callFailure(), FIX);
    }
    Served served = served();
    if (served.chain().isEmpty()) {
      return rehearsals.reachedPathgate()
          ? CheckResult.ok(
              CA_BUNDLE, "the API server reached Pathgate by TLS: its dry-run was answered")
          : CheckResult.skipped(
              CA_BUNDLE,
              "the certificate that is served can't be seen: " + served.from(),
              UNSEEN_FIX);
    }
    for (Hook hook : hooks) {
      Optional<String> distrust =
          hook.caBundle().isEmpty() ? Optional.empty() : distrust(hook, served.chain());
      if (distrust.isPresent()) {
        return CheckResult.error(
            CA_BUNDLE,
            "%s: the caBundle of %s does not fit the certificate %s: %s"
                .formatted(hook.configuration(), hook.name(), served.from(), distrust.get()),
            FIX);
      }
    }
    return CheckResult.ok(CA_BUNDLE, "it vouches for the certificate " + served.from());
  }

  /** How long what is served holds. */
  CheckResult expiry() {
    if (installation.validating().isUnseen()) {
      return CheckResult.unseen(EXPIRY, installation.validating());
    }
    if (installation.hooksHere().isEmpty()) {
      return CheckResult.skipped(
          EXPIRY, "there is no webhook to look at", "see " + RegistrationChecks.REGISTERED);
    }
    Served served = served();
    if (served.chain().isEmpty()) {
      return CheckResult.skipped(
          EXPIRY, "the certificate that is served can't be seen: " + served.from(), UNSEEN_FIX);
    }
    X509Certificate certificate = served.chain().get(0);
    Instant end = certificate.getNotAfter().toInstant();
    String fix =
        "certificates.mode=self and cert-manager renew by themselves: see why they did not, in the"
            + " webhook's or cert-manager's log; existingSecret: put a new certificate into the"
            + " Secret, the pods take it without a restart";
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      return CheckResult.error(
          EXPIRY,
          "the certificate %s holds only from %s on"
              .formatted(served.from(), certificate.getNotBefore().toInstant()),
          "see the clocks of the nodes");
    }
    if (!now.isBefore(end)) {
      return CheckResult.error(
          EXPIRY, "the certificate %s ended at %s".formatted(served.from(), end), fix);
    }
    return now.plus(SOON).isBefore(end)
        ? CheckResult.ok(EXPIRY, "the certificate %s holds until %s".formatted(served.from(), end))
        : CheckResult.warning(
            EXPIRY, "the certificate %s ends soon, at %s".formatted(served.from(), end), fix);
  }

  private Served served() {
    if (served == null) {
      served = look();
    }
    return served;
  }

  private Served look() {
    Hook hook = installation.hooksHere().get(0);
    String why = "";
    if (!hook.url().isEmpty() || inCluster) {
      URI url =
          URI.create(
              hook.url().isEmpty()
                  ? "https://" + name(hook) + ":" + hook.servicePort()
                  : hook.url());
      try {
        return new Served(
            shown(url.getHost(), url.getPort() < 0 ? 443 : url.getPort()),
            "that " + url.getHost() + " serves");
      } catch (IOException | GeneralSecurityException away) {
        why = url.getHost() + " can't be reached from here: " + away.getMessage() + "; ";
      }
    }
    String secret = installation.deployment("webhook").map(CertificateChecks::secret).orElse("");
    if (secret.isEmpty()) {
      return new Served(
          List.of(),
          why
              + (installation.deployments().isUnseen()
                  ? installation.deployments().unseen()
                  : "no Deployment names the Secret of the certificate"));
    }
    String path = installation.namespace() + "/" + secret;
    Reading found =
        reads.get("/api/v1/namespaces/" + installation.namespace() + "/secrets/" + secret);
    if (found.isUnseen()) {
      return new Served(List.of(), why + found.unseen());
    }
    try {
      return new Served(
          certificates(
              Base64.getMimeDecoder().decode(found.value().path("data").path("tls.crt").asText())),
          "in Secret " + path);
    } catch (GeneralSecurityException | IllegalArgumentException unusable) {
      return new Served(List.of(), why + "Secret " + path + " holds no certificate yet");
    }
  }

  /** The Secret that a Deployment's pods serve from; empty if it names none. */
  private static String secret(JsonNode deployment) {
    JsonNode pod = deployment.path("spec").path("template").path("spec");
    String own =
        InstalledSettings.of(deployment).environment().getOrDefault("PATHGATE_TLS_SELF_SECRET", "");
    for (JsonNode volume : pod.path("volumes")) {
      if (own.isEmpty() && volume.path("name").asText().equals("tls")) {
        return volume.path("secret").path("secretName").asText();
      }
    }
    return own;
  }

  private static String name(Hook hook) {
    return hook.serviceName() + "." + hook.serviceNamespace() + ".svc";
  }

  /** Why a webhook's bundle does not vouch for a chain; empty if it does. */
  private static Optional<String> distrust(Hook hook, List<X509Certificate> chain) {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (X509Certificate authority :
          certificates(Base64.getMimeDecoder().decode(hook.caBundle()))) {
        trusted.setCertificateEntry("ca-" + trusted.size(), authority);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      for (TrustManager manager : managers.getTrustManagers()) {
        ((X509TrustManager) manager)
            .checkServerTrusted(chain.toArray(new X509Certificate[0]), "UNKNOWN");
      }
    } catch (GeneralSecurityException | IOException | IllegalArgumentException no) {
      return Optional.of(String.valueOf(no.getMessage()));
    }
    String host = hook.url().isEmpty() ? name(hook) : URI.create(hook.url()).getHost();
    List<String> names = names(chain.get(0));
    String anyOfDomain = host.replaceFirst("^[^.]+", "*");
    return names.contains(host.toLowerCase(Locale.ROOT)) || names.contains(anyOfDomain)
        ? Optional.empty()
        : Optional.of("it is not made out to " + host + ", but to " + String.join(", ", names));
  }

  private static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      for (List<?> name : alternatives == null ? List.<List<?>>of() : alternatives) {
        names.add(String.valueOf(name.get(1)).toLowerCase(Locale.ROOT));
      }
    } catch (CertificateException malformed) {
      // a certificate without names that can be read is made out to nobody
    }
    return names;
  }

  private static List<X509Certificate> certificates(byte[] pem) throws CertificateException {
    List<X509Certificate> certificates = new ArrayList<>();
    CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem))
        .forEach(certificate -> certificates.add((X509Certificate) certificate));
    if (certificates.isEmpty()) {
      throw new CertificateException("there is no certificate in it");
    }
    return certificates;
  }

  /** The certificates that an address shows, whoever signed them. */
  private static List<X509Certificate> shown(String host, int port)
      throws IOException, GeneralSecurityException {
    List<X509Certificate> shown = new ArrayList<>();
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Onlooker(shown)}, null);
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
      plain.setSoTimeout(CONNECT_MILLIS);
      try (SSLSocket tls =
          (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
        tls.startHandshake();
      }
    } catch (IOException stopped) {
      // With a client CA the pods end the handshake, but have shown what they serve by then.
      if (shown.isEmpty()) {
        throw stopped;
      }
    }
    return shown;
  }

  /** Looks at certificates, and trusts them all: nothing is sent by the connection. */
  private record Onlooker(List<X509Certificate> shown) implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      shown.addAll(List.of(chain));
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
