package dev.pathgate.webhook;

import dev.pathgate.Settings;
import dev.pathgate.admission.Judge;
import dev.pathgate.cluster.Cluster;
import dev.pathgate.cluster.FolderCluster;
import dev.pathgate.cluster.KubernetesCluster;
import dev.pathgate.cluster.Manifests;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.Rulebook;
import dev.pathgate.tls.CertificateAuthority;
import dev.pathgate.tls.CertificateFiles;
import dev.pathgate.tls.CertificateRenewal;
import dev.pathgate.tls.ManagedCertificate;
import dev.pathgate.tls.ServingKeyManager;
import dev.pathgate.tls.ServingPair;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;

/** The webhook's life in a process: started with it if it has that role, drained before it ends. */
@Singleton
public class Webhook {
  private static final Logger LOG = Logger.getLogger(Webhook.class);
  private static final Duration SELF_SIGNED = Duration.ofDays(365);
  private static final long MOST_BYTES = 1L << 30;
  private static final long LOOK_MILLIS = 1_000;
  private static final long CERTIFICATE_LOOK_MILLIS = 5_000;

  private final Settings settings;
  private final Vertx vertx;
  private final MeterRegistry metrics;
  private final Instance<KubernetesClient> client;

  private WebhookServer server;
  private ServingKeyManager certificate;
  private ManagedCertificate managed;
  private Cluster cluster;

  Webhook(
      Settings settings, Vertx vertx, MeterRegistry metrics, Instance<KubernetesClient> client) {
    this.settings = settings;
    this.vertx = vertx;
    this.metrics = metrics;
    this.client = client;
  }

  /**
   * Why the webhook could not start with these settings, in one line for people: a file that can't
   * be taken, or settings that contradict each other; empty if nothing is wrong with them.
   */
  public static Optional<String> refuse(Settings settings) {
    if (!settings.roles().contains(Settings.Role.WEBHOOK)) {
      return Optional.empty();
    }
    Optional<Path> certificate = settings.tls().certificate();
    Optional<Path> key = settings.tls().key();
    if (certificate.isPresent() != key.isPresent()) {
      return Optional.of(
          "pathgate.tls.certificate and pathgate.tls.key go together: only one is set");
    }
    if (certificate.isPresent() && settings.tls().self().secret().isPresent()) {
      return Optional.of(
          "pathgate.tls.self.secret and pathgate.tls.certificate exclude each other: both are set");
    }
    if (settings.maxRequestBytes().asLongValue() > MOST_BYTES) {
      return Optional.of("pathgate.max-request-bytes is at most " + MOST_BYTES);
    }
    try {
      if (certificate.isPresent()) {
        ServingPair.read(certificate.get(), key.get());
      }
      if (settings.tls().clientCa().isPresent()) {
        ServingPair.certificates(settings.tls().clientCa().get());
      }
      if (!settings.chains().equals(Settings.KUBERNETES)) {
        FolderCluster.require(Path.of(settings.chains()), settings.systemNamespace());
      }
      return Optional.empty();
    } catch (ServingPair.Unusable | Manifests.Unreadable unusable) {
      return Optional.of(unusable.getMessage());
    }
  }

  void start(@Observes StartupEvent event)
      throws ServingPair.Unusable,
          GeneralSecurityException,
          Manifests.Unreadable,
          InterruptedException,
          ExecutionException {
    if (!settings.roles().contains(Settings.Role.WEBHOOK)) {
      return;
    }
    certificate = pair();
    cluster = known();
    Rulebook rulebook =
        new Rulebook(
            RuleActions.of(settings.rules()),
            new PathPolicy(settings.path().steps(), settings.path().chainSwitch()),
            settings.systemNamespace());
    Judge judge =
        new Judge(
            cluster,
            rulebook,
            new Edits(settings.systemNamespace()),
            settings.mode(),
            Set.copyOf(settings.exempt().groups().orElse(List.of())),
            settings.helpUrl());
    server =
        new WebhookServer(
            vertx,
            new WebhookServer.Options(
                settings.httpsPort(),
                settings.host(),
                certificate,
                settings.tls().clientCa(),
                settings.maxRequestBytes().asLongValue()),
            judge,
            new Decisions(metrics));
    server.start();
    Gauge.builder(
            "pathgate.certificate.expiry.timestamp",
            certificate,
            serving -> serving.pair().expiry().getEpochSecond())
        .description("When the serving certificate ends, since the epoch")
        .baseUnit("seconds")
        .register(metrics);
    Gauge.builder("pathgate.connections", server, WebhookServer::connectionCount)
        .description("Clients connected to the webhook")
        .register(metrics);
    LOG.infof(
        "Webhook on https://%s:%d (/validate, /mutate), chains from %s%s",
        settings.host(),
        server.port(),
        settings.chains(),
        settings.mode() == Settings.Mode.WARN ? "; mode warn: nothing is denied" : "");
  }

  private ServingKeyManager pair() throws ServingPair.Unusable, GeneralSecurityException {
    if (settings.tls().self().secret().isPresent()) {
      managed = managed(settings.tls().self());
      managed.start();
      return managed.serving();
    }
    Optional<Path> file = settings.tls().certificate();
    Optional<Path> key = settings.tls().key();
    if (file.isEmpty() || key.isEmpty()) {
      Instant now = Instant.now();
      ServingKeyManager selfSigned =
          new ServingKeyManager(
              CertificateAuthority.make(now, SELF_SIGNED)
                  .issue(List.of("localhost", "127.0.0.1", "::1"), now, SELF_SIGNED));
      LOG.warn(
          "No pathgate.tls.certificate and pathgate.tls.key: serving a self-signed certificate"
              + " made just now, which no API server trusts");
      return selfSigned;
    }
    CertificateFiles files = new CertificateFiles(file.get(), key.get(), Clock.systemUTC());
    every(CERTIFICATE_LOOK_MILLIS, files::look);
    return files.serving();
  }

  private ManagedCertificate managed(Settings.SelfSettings self) throws GeneralSecurityException {
    KubernetesClient kubernetes = client.get();
    String namespace =
        settings
            .namespace()
            .or(() -> Optional.ofNullable(kubernetes.getNamespace()))
            .orElse(settings.systemNamespace());
    return new ManagedCertificate(
        kubernetes,
        new ManagedCertificate.Names(
            namespace,
            self.secret().orElseThrow(),
            self.lease(),
            self.validatingWebhook(),
            self.mutatingWebhook()),
        new CertificateRenewal(
            self.dnsNames().orElse(List.of("localhost", "127.0.0.1")), self.lifetime()),
        Clock.systemUTC());
  }

  private Cluster known() throws Manifests.Unreadable {
    if (settings.chains().equals(Settings.KUBERNETES)) {
      KubernetesCluster kubernetes =
          new KubernetesCluster(client.get(), settings.systemNamespace(), metrics);
      kubernetes.start();
      return kubernetes;
    }
    FolderCluster folder =
        new FolderCluster(Path.of(settings.chains()), settings.systemNamespace());
    LOG.infof("Read %s: %s", settings.chains(), folder.summary());
    for (Kind kind : Kind.values()) {
      Gauge.builder("pathgate.cache.objects", folder, f -> f.count(kind))
          .description("Objects known")
          .tag("kind", kind.word())
          .register(metrics);
    }
    every(LOOK_MILLIS, folder::look);
    return folder;
  }

  private void every(long millis, Runnable look) {
    vertx.setPeriodic(
        millis,
        id ->
            vertx.<Void>executeBlocking(
                () -> {
                  look.run();
                  return null;
                }));
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    if (server != null) {
      LOG.infof(
          "Stopping: answering what is under way on %d connections", server.connectionCount());
      server.drain();
    }
    if (managed != null) {
      managed.close();
    }
    if (cluster instanceof KubernetesCluster kubernetes) {
      kubernetes.close();
    }
  }

  /** What keeps the webhook from answering; empty if it can. */
  Optional<String> obstacle() {
    if (server == null || !server.isListening()) {
      return Optional.of("not listening");
    }
    if (managed != null && !managed.isLoaded()) {
      return Optional.of("the certificate is not yet made");
    }
    if (!cluster.isReady()) {
      return Optional.of(
          cluster instanceof KubernetesCluster kubernetes
              ? "not yet read from the API server: " + String.join(", ", kubernetes.unsynced())
              : "not ready");
    }
    return Optional.empty();
  }

  /** Whether this process has the webhook's role. */
  boolean isWanted() {
    return settings.roles().contains(Settings.Role.WEBHOOK);
  }

  /** The port of the webhook, the one that was found if any free one was asked for. */
  public int port() {
    return server.port();
  }

  /** The last certificate of the chain that is being served, which a client may trust. */
  public X509Certificate certificate() {
    List<X509Certificate> chain = certificate.pair().chain();
    return chain.get(chain.size() - 1);
  }

  /** Looks at once whether the folder of manifests has changed, if chains come from one. */
  public void look() {
    if (cluster instanceof FolderCluster folder) {
      folder.look();
    }
  }
}
