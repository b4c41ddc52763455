package dev.pathgate.tls;

import dev.pathgate.kube.NamedLease;
import dev.pathgate.kube.OneLine;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Certificates that Pathgate makes and renews by itself, without anyone's help: kept in a Secret
 * that all replicas serve from, renewed by the one that holds the Lease, or by any if there is no
 * Lease, and told to the API server through the CA bundles of Pathgate's own webhook
 * configurations.
 *
 * <p>Every replica looks every few seconds. The Secret carries the whole state, and every write to
 * it is conditional on its version, so that even two holders of the Lease do no harm.
 */
public final class ManagedCertificate implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ManagedCertificate.class);

  static final String AUTHORITIES = "ca.crt";
  static final String AUTHORITY_KEY = "ca.key";
  static final String CERTIFICATE = "tls.crt";
  static final String KEY = "tls.key";
  static final String PUBLISHED_AT = "pathgate.dev/ca-published-at";

  private static final Duration LOOK = Duration.ofSeconds(10);
  private static final Duration HOLD = Duration.ofSeconds(15);
  private static final Duration RENEW = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final KubernetesClient client;
  private final Names names;
  private final CertificateRenewal renewal;
  private final Clock clock;
  private final ServingKeyManager serving;
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(ManagedCertificate::daemon);
  private final ScheduledExecutorService election =
      Executors.newSingleThreadScheduledExecutor(ManagedCertificate::daemon);
  // A pod's name first, which is its host name: the Lease then tells people who renews.
  private final String identity =
      Optional.ofNullable(System.getenv("HOSTNAME")).orElse("pathgate") + "_" + UUID.randomUUID();
  private final NamedLease lease;
  private volatile CompletableFuture<?> candidacy = new CompletableFuture<>();
  private volatile boolean holdsLease;
  private volatile boolean loaded;
  private String problem = "";
  private String reported = "";

  /**
   * The objects that belong to it.
   *
   * @param namespace where Secret and Lease are
   * @param validating the ValidatingWebhookConfiguration to keep the CA bundle of, if any
   * @param mutating the MutatingWebhookConfiguration, if any
   */
  public record Names(
      String namespace,
      String secret,
      String lease,
      Optional<String> validating,
      Optional<String> mutating) {}

  public ManagedCertificate(
      KubernetesClient client, Names names, CertificateRenewal renewal, Clock clock)
      throws GeneralSecurityException {
    this.client = client;
    this.names = names;
    this.renewal = renewal;
    this.clock = clock;
    this.lease = new NamedLease(names.namespace(), names.lease(), identity);
    // Served to no one that matters: the process is not ready until the kept pair is loaded.
    this.serving =
        new ServingKeyManager(
            CertificateAuthority.make(clock.instant(), Duration.ofHours(1))
                .issue(List.of("localhost"), clock.instant(), Duration.ofHours(1)));
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "pathgate-certificate");
    thread.setDaemon(true);
    return thread;
  }

  public ServingKeyManager serving() {
    return serving;
  }

  /** Whether a kept pair is being served. */
  public boolean isLoaded() {
    return loaded;
  }

  /** Starts to look, and to run for the Lease. */
  @SuppressWarnings("FutureReturnValueIgnored") // both run until close
  public void start() {
    long millis = Math.max(200, Math.min(LOOK.toMillis(), renewal.lifetime().toMillis() / 60));
    looks.scheduleWithFixedDelay(this::look, 0, millis, TimeUnit.MILLISECONDS);
    election.scheduleWithFixedDelay(this::runForLease, 0, RETRY.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    looks.shutdownNow();
    candidacy.cancel(true);
    election.shutdownNow();
  }

  /** Holds the Lease for as long as possible; returns when it is lost. */
  private void runForLease() {
    try {
      candidacy =
          client
              .leaderElector()
              .withConfig(
                  new LeaderElectionConfigBuilder()
                      .withName(names.lease())
                      .withLock(lease)
                      .withLeaseDuration(HOLD)
                      .withRenewDeadline(RENEW)
                      .withRetryPeriod(RETRY)
                      .withReleaseOnCancel(true)
                      .withLeaderCallbacks(
                          new LeaderCallbacks(
                              () -> holdsLease = true, () -> holdsLease = false, holder -> {}))
                      .build())
              .build()
              .start();
      candidacy.get();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | RuntimeException failed) {
      LOG.debugf("Lease %s: %s", names.lease(), failed.getMessage());
    } finally {
      holdsLease = false;
    }
  }

  /** One look: serve what is kept, and keep it right if that is this replica's task. */
  private void look() {
    problem = "";
    try {
      Secret secret =
          client.secrets().inNamespace(names.namespace()).withName(names.secret()).get();
      if (secret == null) {
        problem = secretName() + " does not exist";
      } else {
        look(secret);
      }
    } catch (KubernetesClientException failed) {
      if (failed.getCode() == 409) {
        return; // someone else was faster: the next look sees what they did
      }
      problem = String.valueOf(failed.getMessage());
    } catch (GeneralSecurityException | RuntimeException failed) {
      problem = String.valueOf(failed.getMessage());
    }
    report();
  }

  private void look(Secret secret) throws GeneralSecurityException {
    CertificateRenewal.Kept kept = kept(secret);
    // Tools that leave out Leases must not keep the webhook without a certificate.
    boolean renews = holdsLease || lease.isMissing();
    if (loaded || !renews) { // what comes later may fail, and not ready is better than not trusted
      serve(kept);
    }
    if (renews) {
      serve(renew(secret, kept));
    }
    if (problem.isEmpty() && loaded && serving.pair().isExpired(clock.instant())) {
      problem = secretName() + " holds no newer certificate, and no replica makes one";
    }
  }

  private CertificateRenewal.Kept renew(Secret secret, CertificateRenewal.Kept kept)
      throws GeneralSecurityException {
    Instant now = clock.instant();
    CertificateRenewal.Kept next = renewal.due(kept, now);
    Secret stored = secret;
    if (!next.equals(kept)) {
      stored = store(secret, next);
      flaw(secret, kept, now)
          .ifPresent(flaw -> LOG.warnf("%s %s; what it lacked was made anew", secretName(), flaw));
    }
    List<String> missing = publish(CertificateAuthority.pem(next.authorities()));
    if (!missing.isEmpty()) {
      problem = String.join(" and ", missing) + " does not exist";
    } else if (next.publishedAt().isEmpty()) {
      next = next.publishedAt(now);
      store(stored, next);
    }
    return next;
  }

  /** What was wrong with a Secret that had been filled before, for the log. */
  private Optional<String> flaw(Secret secret, CertificateRenewal.Kept kept, Instant now) {
    boolean isNew = !loaded && (secret.getData() == null || secret.getData().isEmpty());
    if (isNew) {
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

  private void serve(CertificateRenewal.Kept kept) {
    Optional<ServingPair> pair =
        kept.pair()
            .filter(
                found -> CertificateRenewal.isUsable(found, kept.authorities(), clock.instant()));
    if (pair.isPresent() && !pair.get().chain().equals(serving.pair().chain())) {
      serving.serve(pair.get());
      loaded = true;
      LOG.infof("Serving the certificate of %s, valid until %s", secretName(), pair.get().expiry());
    }
  }

  private String secretName() {
    return "Secret " + names.namespace() + "/" + names.secret();
  }

  /** Says what the last look found wrong, once for as long as it stays the same. */
  private void report() {
    if (problem.equals(reported)) {
      return;
    }
    reported = problem;
    if (!problem.isEmpty()) {
      LOG.errorf(
          "Certificates could not be looked after: %s; %s",
          OneLine.of(problem, 1_000),
          loaded
              ? "the certificate valid until " + serving.pair().expiry() + " stays in use"
              : "not ready until they can");
    }
  }

  private static CertificateRenewal.Kept kept(Secret secret) {
    Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
    List<X509Certificate> authorities = authorities(text(data, AUTHORITIES));
    Map<String, String> annotations = secret.getMetadata().getAnnotations();
    return new CertificateRenewal.Kept(
        authorities,
        authorities.isEmpty()
            ? Optional.empty()
            : pair(CertificateAuthority.pem(authorities), text(data, AUTHORITY_KEY))
                .map(pair -> new CertificateAuthority(authorities.get(0), pair.key())),
        pair(text(data, CERTIFICATE), text(data, KEY)),
        Optional.ofNullable(annotations)
            .map(found -> found.get(PUBLISHED_AT))
            .flatMap(ManagedCertificate::instant));
  }

  private static String text(Map<String, String> data, String key) {
    return new String(
        Base64.getMimeDecoder().decode(data.getOrDefault(key, "")), StandardCharsets.UTF_8);
  }

  private static List<X509Certificate> authorities(String pem) {
    try {
      return ServingPair.certificates(pem, AUTHORITIES);
    } catch (ServingPair.Unusable none) {
      return List.of();
    }
  }

  /** What is missing or broken in the Secret is made anew, like what was never there. */
  private static Optional<ServingPair> pair(String certificate, String key) {
    try {
      return Optional.of(ServingPair.parse(certificate, key, CERTIFICATE, KEY));
    } catch (ServingPair.Unusable none) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException malformed) {
      return Optional.empty();
    }
  }

  private Secret store(Secret secret, CertificateRenewal.Kept kept) {
    Map<String, String> data = new HashMap<>();
    data.put(AUTHORITIES, CertificateAuthority.pem(kept.authorities()));
    data.put(AUTHORITY_KEY, CertificateAuthority.pem(kept.newest().orElseThrow().key()));
    kept.pair()
        .ifPresent(
            pair -> {
              data.put(CERTIFICATE, CertificateAuthority.pem(pair.chain()));
              data.put(KEY, CertificateAuthority.pem(pair.key()));
            });
    data.replaceAll(
        (name, pem) -> Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8)));
    SecretBuilder changed = new SecretBuilder(secret).withData(data);
    if (kept.publishedAt().isPresent()) {
      changed
          .editMetadata()
          .addToAnnotations(PUBLISHED_AT, kept.publishedAt().get().toString())
          .endMetadata();
    } else {
      changed.editMetadata().removeFromAnnotations(PUBLISHED_AT).endMetadata();
    }
    return client.resource(changed.build()).inNamespace(names.namespace()).update();
  }

  /** Puts the bundle into the webhook configurations, and names those that are not there. */
  private List<String> publish(String bundle) {
    String encoded = Base64.getEncoder().encodeToString(bundle.getBytes(StandardCharsets.UTF_8));
    List<String> missing = new ArrayList<>();
    names
        .validating()
        .filter(name -> !publish(validating(name), ManagedCertificate::clientConfigs, encoded))
        .ifPresent(name -> missing.add("ValidatingWebhookConfiguration " + name));
    names
        .mutating()
        .filter(name -> !publish(mutating(name), ManagedCertificate::clientConfigs, encoded))
        .ifPresent(name -> missing.add("MutatingWebhookConfiguration " + name));
    return missing;
  }

  private Resource<ValidatingWebhookConfiguration> validating(String name) {
    return client.admissionRegistration().v1().validatingWebhookConfigurations().withName(name);
  }

  private Resource<MutatingWebhookConfiguration> mutating(String name) {
    return client.admissionRegistration().v1().mutatingWebhookConfigurations().withName(name);
  }

  private interface ClientConfigs<T> {
    Stream<WebhookClientConfig> of(T configuration);
  }

  private static Stream<WebhookClientConfig> clientConfigs(ValidatingWebhookConfiguration of) {
    return of.getWebhooks().stream().map(ValidatingWebhook::getClientConfig);
  }

  private static Stream<WebhookClientConfig> clientConfigs(MutatingWebhookConfiguration of) {
    return of.getWebhooks().stream().map(MutatingWebhook::getClientConfig);
  }

  private static <T extends HasMetadata> boolean publish(
      Resource<T> resource, ClientConfigs<T> configs, String bundle) {
    T live = resource.get();
    if (live == null) {
      return false;
    }
    List<String> bundles = configs.of(live).map(WebhookClientConfig::getCaBundle).toList();
    if (bundles.stream().allMatch(found -> Objects.equals(found, bundle))) {
      return true;
    }
    // To replace the version by the one that was read is to ask for a 409 if it has changed since.
    StringBuilder patch =
        new StringBuilder(
                "[{\"op\":\"replace\",\"path\":\"/metadata/resourceVersion\",\"value\":\"")
            .append(live.getMetadata().getResourceVersion())
            .append("\"}");
    for (int i = 0; i < bundles.size(); i++) {
      patch
          .append(",{\"op\":\"add\",\"path\":\"/webhooks/")
          .append(i)
          .append("/clientConfig/caBundle\",\"value\":\"")
          .append(bundle)
          .append("\"}");
    }
    resource.patch(PatchContext.of(PatchType.JSON), patch.append("]").toString());
    LOG.infof("Put the CA bundle into %s %s", live.getKind(), live.getMetadata().getName());
    return true;
  }
}
