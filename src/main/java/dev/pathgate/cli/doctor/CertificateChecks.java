package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.kube.FailureText;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether the API server trusts what the pods serve, and for how long. The certificate is had from
 * the address that is called, where that can be reached from here; of a Service else from the
 * Secret that the pods serve from; else the API server's own call of a dry-run has to tell.
 */
final class CertificateChecks {
  static final String CA_BUNDLE = "ca-bundle";
  static final String EXPIRY = "certificate-expiry";

  private static final int MAX_PORT = 65_535;
  private static final String ADDRESS_FIX =
      "see that Pathgate listens there; in a cluster: install the chart, which registers a Service";

  private static final Duration SOON = Duration.ofDays(7);
  private static final String FIX =
      "certificates.mode=self: the webhook puts the bundle there, see its log for what it may not;"
          + " cert-manager: see its Certificate and cainjector; existingSecret: set"
          + " certificates.existingSecret.caBundle to the CA that signed the Secret's tls.crt";

  private static final String RENEW_FIX =
      "certificates.mode=self and cert-manager renew by themselves: see why they did not, in the"
          + " webhook's or cert-manager's log; existingSecret: put a new certificate into the"
          + " Secret, the pods take it without a restart";

  private static final String UNSEEN_FIX =
      "where a right is missing, run doctor as somebody who may read the Secret, or in a pod of the"
          + " cluster; where there is no certificate yet, see the webhook's log or cert-manager's"
          + " Certificate";

  private final Reads reads;
  private final Installation installation;
  private final Rehearsals rehearsals;
  private final boolean inCluster;
  private final Instant now;
  private final Map<String, Served> served = new HashMap<>();

  /**
   * @param chain the server's own first; empty if it could not be had
   * @param from where it was had from, or why it could not be had
   */
  private record Served(List<X509Certificate> chain, String from) {}

  /** Webhooks that differ in nothing that a connection shows. */
  private record Target(String called, int port, String bundle) {
    static Target of(Hook hook) {
      return new Target(hook.called(), hook.port(), hook.caBundle());
    }
  }

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
    if (!rehearsals.failsByDates() && rehearsals.callFailure().matches("(?s).*(x509|tls): .*")) {
      return CheckResult.error(CA_BUNDLE, rehearsals.callFailure(), FIX);
    }
    return CheckResult.worst(targets(hooks).stream().map(this::caBundle).toList());
  }

  private static Collection<List<Hook>> targets(List<Hook> hooks) {
    return hooks.stream()
        .collect(Collectors.groupingBy(Target::of, LinkedHashMap::new, Collectors.toList()))
        .values();
  }

  /** The same for webhooks of one target. */
  private CheckResult caBundle(List<Hook> hooks) {
    Hook hook = hooks.get(0);
    String names = hooks.stream().map(Hook::name).distinct().collect(Collectors.joining(", "));
    if (hook.port() > MAX_PORT) {
      return CheckResult.error(
          CA_BUNDLE,
          "%s: %s is called at %s, and there is no port %d"
              .formatted(hook.configuration(), names, hook.url(), hook.port()),
          ADDRESS_FIX);
    }
    Served served = served(hook);
    if (served.chain().isEmpty()) {
      if (rehearsals.failsByDates()) {
        return CheckResult.skipped(
            CA_BUNDLE,
            "whether it vouches for the certificate shows once that holds: "
                + rehearsals.callFailure(),
            "see " + EXPIRY);
      }
      if (rehearsals.reachedPathgate(hook)) {
        return CheckResult.ok(
            CA_BUNDLE, "the API server reached Pathgate by TLS: its dry-run was answered");
      }
      return hook.url().isEmpty()
          ? CheckResult.skipped(
              CA_BUNDLE,
              "the certificate that is served can't be seen: " + served.from(),
              UNSEEN_FIX)
          : CheckResult.warning(
              CA_BUNDLE,
              "%s: %s is called at an address that does not answer: %s"
                  .formatted(hook.configuration(), names, served.from()),
              ADDRESS_FIX);
    }
    Optional<String> distrust =
        hook.caBundle().isEmpty()
            ? Optional.empty()
            : ServedCertificates.distrust(hook, served.chain(), now);
    return distrust
        .map(
            why ->
                CheckResult.error(
                    CA_BUNDLE,
                    "%s: the caBundle of %s does not fit the certificate %s: %s"
                        .formatted(hook.configuration(), names, served.from(), why),
                    FIX))
        .orElseGet(
            () -> CheckResult.ok(CA_BUNDLE, "it vouches for the certificate " + served.from()));
  }

  /** How long what is served holds. */
  CheckResult expiry() {
    if (installation.validating().isUnseen()) {
      return CheckResult.unseen(EXPIRY, installation.validating());
    }
    List<Hook> hooks = installation.hooksHere();
    if (hooks.isEmpty()) {
      return CheckResult.skipped(
          EXPIRY, "there is no webhook to look at", "see " + RegistrationChecks.REGISTERED);
    }
    CheckResult seen =
        CheckResult.worst(hooks.stream().map(this::served).distinct().map(this::expiry).toList());
    return rehearsals.failsByDates() && seen.status() != CheckResult.Status.ERROR
        ? CheckResult.error(
            EXPIRY,
            rehearsals.callFailure(),
            RENEW_FIX + "; if it holds by now, see the clocks of the nodes")
        : seen;
  }

  private CheckResult expiry(Served served) {
    if (served.chain().isEmpty()) {
      return CheckResult.skipped(
          EXPIRY, "the certificate that is served can't be seen: " + served.from(), UNSEEN_FIX);
    }
    X509Certificate certificate = served.chain().get(0);
    Instant end = certificate.getNotAfter().toInstant();
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      return CheckResult.error(
          EXPIRY,
          "the certificate %s holds only from %s on"
              .formatted(served.from(), certificate.getNotBefore().toInstant()),
          "see the clocks of the nodes");
    }
    if (!now.isBefore(end)) {
      return CheckResult.error(
          EXPIRY, "the certificate %s ended at %s".formatted(served.from(), end), RENEW_FIX);
    }
    return now.plus(SOON).isBefore(end)
        ? CheckResult.ok(EXPIRY, "the certificate %s holds until %s".formatted(served.from(), end))
        : CheckResult.warning(
            EXPIRY, "the certificate %s ends soon, at %s".formatted(served.from(), end), RENEW_FIX);
  }

  private Served served(Hook hook) {
    return served.computeIfAbsent(hook.called() + ":" + hook.port(), target -> look(hook));
  }

  private Served look(Hook hook) {
    String why = "";
    if (!hook.url().isEmpty() || inCluster) {
      try {
        return new Served(
            ServedCertificates.shown(hook.host(), hook.port()), "that " + hook.host() + " serves");
      } catch (IOException | GeneralSecurityException away) {
        why =
            "%s port %d can't be reached from here: %s"
                .formatted(hook.host(), hook.port(), FailureText.withoutAddress(away));
      }
      if (!hook.url().isEmpty()) {
        return new Served(List.of(), why);
      }
      why += "; ";
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
          ServedCertificates.certificates(
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
}
