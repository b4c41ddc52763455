package dev.pathgate.webhook;

import dev.pathgate.Settings;
import dev.pathgate.SettingsProblem;
import dev.pathgate.admission.Judge;
import dev.pathgate.cluster.Cluster;
import dev.pathgate.cluster.FolderCluster;
import dev.pathgate.cluster.HeldChains;
import dev.pathgate.cluster.KubernetesCluster;
import dev.pathgate.cluster.Manifests;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.kube.FailureText;
import dev.pathgate.kube.OwnNamespace;
import dev.pathgate.tls.ManagedCertificate;
import dev.pathgate.tls.ServingCertificate;
import dev.pathgate.tls.ServingPair;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;

/**
 * Runs the webhook as long as the process, if that is one of its roles: started with it, and
 * drained before it ends.
 *
 * <p>This class is long because every part of the webhook is put together here and nowhere else.
 */
@Singleton
public class Webhook {
  private static final Logger LOG = Logger.getLogger(Webhook.class);
  private static final long MAX_BYTES = 1L << 30;
  private static final long POLL_INTERVAL = 1_000;
  private static final long REHEARSAL_POLL_MILLIS = 10;

  private final Settings settings;
  private final Vertx vertx;
  private final MeterRegistry metrics;
  private final Instance<KubernetesClient> client;

  private WebhookServer server;
  private ServingCertificate certificate;
  private volatile Cluster cluster;
  private volatile boolean rehearsed;
  private volatile boolean stopping;

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
  public static Optional<String> problem(Settings settings) {
    if (!settings.roles().contains(Settings.Role.WEBHOOK)) {
      return Optional.empty();
    }
    Optional<Path> certificate = settings.tls().certificate();
    Optional<Path> key = settings.tls().key();
    if (certificate.isPresent() != key.isPresent()) {
      return SettingsProblem.of(
          "pathgate.tls.certificate and pathgate.tls.key go together: only one is set");
    }
    if (certificate.isPresent() && settings.tls().self().secret().isPresent()) {
      return SettingsProblem.of(
          "pathgate.tls.self.secret and pathgate.tls.certificate exclude each other: both are set");
    }
    if (settings.maxRequestBytes().asLongValue() > MAX_BYTES) {
      return SettingsProblem.of("pathgate.max-request-bytes is at most " + MAX_BYTES);
    }
    try {
      certificateSource(settings).check();
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
    // The client of the API server takes as long to make as the listener and its first call.
    Optional<Future<KubernetesCluster>> kubernetes =
        settings.chains().equals(Settings.KUBERNETES)
            ? Optional.of(vertx.executeBlocking(this::kubernetes))
            : Optional.empty();
    certificate = ServingCertificate.of(certificateSource(settings), client::get);
    listen();
    cluster =
        kubernetes.isPresent()
            ? kubernetes.get().toCompletionStage().toCompletableFuture().get()
            : folder();
    Optional<RefusalEvents> events =
        settings.events()
            ? Optional.of(new RefusalEvents(new ApiServer(client.get())))
            : Optional.empty();
    server.judgeBy(Judge.of(settings, settings.mode(), cluster), new Decisions(metrics, events));
    rehearse();
    registerExpiry();
    LOG.infof(
        "Webhook on https://%s:%d (/validate, /mutate), chains from %s%s",
        settings.host(),
        server.port(),
        settings.chains(),
        settings.mode() == Settings.Mode.WARN ? "; mode warn: nothing is denied" : "");
  }

  private void listen() throws InterruptedException, ExecutionException {
    server =
        new WebhookServer(
            vertx,
            new WebhookServer.Options(
                settings.httpsPort(),
                settings.host(),
                certificate.keyManager(),
                settings.tls().clientCa(),
                settings.maxRequestBytes().asLongValue()),
            metrics);
    server.start();
    if (certificate.notReadyReason().isEmpty()) {
      server.beginRehearsal();
    }
  }

  private void registerExpiry() {
    Gauge.builder(
            "pathgate.certificate.expiry.timestamp",
            certificate,
            serving -> serving.expiry().getEpochSecond())
        .description("When the serving certificate ends, since the epoch")
        .baseUnit("seconds")
        .register(metrics);
  }

  private static ServingCertificate.Source certificateSource(Settings settings) {
    Settings.SelfSettings self = settings.tls().self();
    return new ServingCertificate.Source(
        settings.tls().certificate(),
        settings.tls().key(),
        self.secret()
            .map(
                secret ->
                    new ManagedCertificate.Options(
                        OwnNamespace.of(settings.namespace(), settings.systemNamespace()),
                        secret,
                        self.validatingWebhook(),
                        self.mutatingWebhook(),
                        self.dnsNames().orElse(List.of("localhost", "127.0.0.1")),
                        self.lifetime())));
  }

  private KubernetesCluster kubernetes() {
    KubernetesCluster kubernetes =
        new KubernetesCluster(
            client.get(),
            settings.systemNamespace(),
            HeldChains.ofServer(settings.roles().size()),
            metrics);
    kubernetes.start();
    return kubernetes;
  }

  private FolderCluster folder() throws Manifests.Unreadable {
    FolderCluster folder =
        new FolderCluster(Path.of(settings.chains()), settings.systemNamespace());
    LOG.infof("Read %s: %s", settings.chains(), folder.summary());
    folder.remark();
    Gauge.builder("pathgate.folder.stale", folder, f -> f.isStale() ? 1 : 0)
        .description(
            "1 while the folder of manifests can't be loaded and an older state is in force")
        .register(metrics);
    for (Kind kind : Kind.values()) {
      Gauge.builder("pathgate.cache.objects", folder, f -> f.count(kind))
          .description("Objects known")
          .tag("kind", kind.kindName())
          .register(metrics);
    }
    every(POLL_INTERVAL, folder::poll);
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
    stopping = true;
    if (server != null) {
      LOG.infof(
          "Stopping: answering what is under way on %d connections", server.connectionCount());
      server.drain();
    }
    if (certificate != null) {
      certificate.close();
    }
    if (cluster instanceof KubernetesCluster kubernetes) {
      kubernetes.close();
    }
  }

  /** Once nothing else is in the way, until it has succeeded. */
  private void rehearse() {
    if (stopping || rehearsed || reasonNotToAnswer().isPresent()) {
      again(!stopping && !rehearsed, REHEARSAL_POLL_MILLIS);
      return;
    }
    server
        .rehearse()
        .onSuccess(
            done -> {
              rehearsed = true;
              if (!stopping) {
                LOG.info("Ready: the first review, one of its own, is answered");
              }
            })
        .onFailure(
            failure -> {
              if (!stopping) {
                LOG.warnf(
                    "A review of its own was not answered: %s",
                    FailureText.withoutAddress(failure));
                again(true, POLL_INTERVAL);
              }
            });
  }

  private void again(boolean wanted, long millis) {
    if (wanted) {
      vertx.setTimer(millis, id -> rehearse());
    }
  }

  /** What keeps the webhook from answering in time; empty if it can. */
  public Optional<String> notReadyReason() {
    Optional<String> reason = reasonNotToAnswer();
    return reason.isEmpty() && !rehearsed
        ? Optional.of("its first review, one of its own, is not yet answered")
        : reason;
  }

  private Optional<String> reasonNotToAnswer() {
    if (server == null || !server.isListening()) {
      return Optional.of("not listening");
    }
    if (certificate.notReadyReason().isPresent()) {
      return certificate.notReadyReason();
    }
    if (cluster == null) {
      return Optional.of("starting");
    }
    if (!cluster.isReady()) {
      return Optional.of(
          cluster instanceof KubernetesCluster kubernetes
              ? "not yet read from the API server: " + String.join(", ", kubernetes.unsynced())
              : "not ready");
    }
    return Optional.empty();
  }

  /** What an operator should know though the webhook can answer; empty if there is nothing. */
  Optional<String> remark() {
    if (cluster instanceof KubernetesCluster kubernetes) {
      return kubernetes.trouble();
    }
    return cluster instanceof FolderCluster folder && folder.isStale()
        ? Optional.of(
            settings.chains() + " can't be loaded as it is now; what was read before is in force")
        : Optional.empty();
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
    return certificate.root();
  }

  /** Looks at once whether the folder of manifests has changed, if chains come from one. */
  public void poll() {
    if (cluster instanceof FolderCluster folder) {
      folder.poll();
    }
  }
}
