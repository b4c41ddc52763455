package dev.pathgate.tls;

import dev.pathgate.kube.FailureText;
import dev.pathgate.kube.OnceLog;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Certificates that Pathgate makes and renews by itself: kept in a Secret that all replicas serve
 * from, and made known to the API server through the CA bundles of Pathgate's own webhook
 * configurations.
 *
 * <p>Every replica polls every few seconds, and any of them does what is due. No leader is needed:
 * the Secret carries the whole state, and every write is valid only for the version that was read.
 * If two replicas do the same, one is answered 409 and serves at its next poll what the other has
 * made.
 */
public final class ManagedCertificate implements ServingCertificate {
  private static final Logger LOG = Logger.getLogger(ManagedCertificate.class);
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final Options options;
  private final CertificateRenewal renewal;
  private final Clock clock;
  private final ServingKeyManager keyManager;
  private final Polling polling = new Polling();
  private final OnceLog problems = new OnceLog(LOG);
  private volatile boolean loaded;

  /**
   * What is configured.
   *
   * @param namespace where the Secret is
   * @param secret its name; it must exist, and may be empty
   * @param validating the ValidatingWebhookConfiguration to keep the CA bundle of, if any
   * @param mutating the MutatingWebhookConfiguration, if any
   * @param dnsNames what the certificate is for, DNS names and addresses
   * @param lifetime how long a certificate is valid
   */
  public record Options(
      String namespace,
      String secret,
      Optional<String> validating,
      Optional<String> mutating,
      List<String> dnsNames,
      Duration lifetime) {
    public Options {
      dnsNames = List.copyOf(dnsNames);
    }
  }

  ManagedCertificate(KubernetesClient client, Options options, Clock clock)
      throws GeneralSecurityException {
    this.client = client;
    this.options = options;
    this.renewal = new CertificateRenewal(options.dnsNames(), options.lifetime());
    this.clock = clock;
    // Served to no one that matters: the process is not ready until the kept pair is loaded.
    this.keyManager =
        new ServingKeyManager(
            CertificateAuthority.make(clock.instant(), Duration.ofHours(1))
                .issue(List.of("localhost"), clock.instant(), Duration.ofHours(1)));
  }

  @Override
  public ServingKeyManager keyManager() {
    return keyManager;
  }

  @Override
  public Optional<String> notReadyReason() {
    return loaded ? Optional.empty() : Optional.of("the certificate is not yet made");
  }

  void start() {
    long millis =
        Math.max(200, Math.min(POLL_INTERVAL.toMillis(), options.lifetime().toMillis() / 60));
    polling.every(Duration.ofMillis(millis), this::poll);
  }

  @Override
  public void close() {
    polling.close();
  }

  /** Serves what is kept, and does what is due. */
  void poll() {
    try {
      CaBundles bundles = CaBundles.read(client, options.validating(), options.mutating());
      Secret secret =
          client.secrets().inNamespace(options.namespace()).withName(options.secret()).get();
      if (secret == null) {
        report(secretName() + " does not exist");
      } else {
        poll(bundles, secret);
      }
    } catch (KubernetesClientException failed) {
      if (failed.getCode() != 409) { // another replica was faster: the next poll sees what it did
        report(FailureText.of(failed));
      }
    } catch (GeneralSecurityException | RuntimeException failed) {
      report(FailureText.of(failed));
    }
  }

  private void poll(CaBundles bundles, Secret secret) throws GeneralSecurityException {
    CertificateRenewal.State kept = CertificateSecret.read(secret);
    if (loaded) { // what comes later may fail; before that, not ready is better than not trusted
      serve(kept);
    }
    serve(renew(bundles, secret, kept));
    if (bundles.missing().isEmpty()) {
      problems.resolveAll("Certificates are managed again");
    } else {
      report(String.join(" and ", bundles.missing()) + " does not exist");
    }
  }

  private CertificateRenewal.State renew(
      CaBundles bundles, Secret secret, CertificateRenewal.State kept)
      throws GeneralSecurityException {
    Instant now = clock.instant();
    CertificateRenewal.State next = renewal.next(kept, now);
    Secret stored = secret;
    if (!next.equals(kept)) {
      stored = store(secret, next);
      flaw(secret, kept, now)
          .ifPresent(flaw -> LOG.warnf("%s %s; what it lacked was made anew", secretName(), flaw));
    }
    bundles.publish(CertificateAuthority.pem(next.authorities()));
    if (bundles.missing().isEmpty() && next.publishedAt().isEmpty()) {
      next = next.publishedAt(now);
      store(stored, next);
    }
    return next;
  }

  private Secret store(Secret secret, CertificateRenewal.State state) {
    return client
        .resource(CertificateSecret.with(state, secret))
        .inNamespace(options.namespace())
        .update();
  }

  /** What was wrong with a Secret that had been filled before, for the log. */
  private Optional<String> flaw(Secret secret, CertificateRenewal.State kept, Instant now) {
    if (!loaded && CertificateSecret.isEmpty(secret)) {
      return Optional.empty();
    }
    if (kept.pair().isEmpty()) {
      return Optional.of("held no certificate with its key");
    }
    ServingPair pair = kept.pair().get();
    if (pair.isExpired(now)) {
      return Optional.of("held a certificate that was valid until " + pair.expiry());
    }
    X509Certificate certificate = pair.chain().get(0);
    if (!CertificateRenewal.hasBegun(certificate, now)) {
      return Optional.of(
          "held a certificate that is not valid before " + certificate.getNotBefore().toInstant());
    }
    if (!CertificateRenewal.isUsable(pair, kept.authorities(), now)) {
      return Optional.of("held a certificate of an authority that it does not hold");
    }
    return kept.newest().isEmpty() ? Optional.of("held no key of its authority") : Optional.empty();
  }

  private void serve(CertificateRenewal.State kept) {
    Optional<ServingPair> pair =
        kept.pair()
            .filter(
                found -> CertificateRenewal.isUsable(found, kept.authorities(), clock.instant()));
    if (pair.isPresent() && !pair.get().chain().equals(keyManager.pair().chain())) {
      keyManager.serve(pair.get());
      loaded = true;
      LOG.infof("Serving the certificate of %s, valid until %s", secretName(), pair.get().expiry());
    }
  }

  private String secretName() {
    return "Secret " + options.namespace() + "/" + options.secret();
  }

  /** Says each problem once until there is none, also where two take turns. */
  private void report(String problem) {
    problems.error(
        // The same but for a port or a version is the same.
        problem.replaceAll("[0-9]{4,}", "#"),
        "Certificates could not be managed: "
            + problem
            + "; "
            + (loaded
                ? "the certificate valid until " + expiry() + " stays in use"
                : "not ready until they can"));
  }
}
