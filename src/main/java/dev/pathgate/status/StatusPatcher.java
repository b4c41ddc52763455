package dev.pathgate.status;

import dev.pathgate.Settings;
import dev.pathgate.SettingsProblem;
import dev.pathgate.cluster.HeldChains;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.kube.Leadership;
import dev.pathgate.rule.ObjectRef;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Writes into {@code status.servicesUpgradePaths} of every ClusterDeployment and
 * MultiClusterService where its services may go.
 *
 * <pre>
 *   caches → queue → workers: paths → plan → server-side apply
 *                 ↑
 *   Lease won, schema changed: all objects
 * </pre>
 */
public final class StatusPatcher implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(StatusPatcher.class);
  private static final int WORKERS = 8;
  private static final long SYNC_POLL_MILLIS = 100;

  private final KubernetesClient client;
  private final ObservedCluster cluster;
  private final ServedSchema schema;
  private final Leadership leadership;
  private final Reconciler reconciler;
  private final WorkQueue<ObjectRef> queue = new WorkQueue<>(WORKERS, System::nanoTime);
  private final Timer timer;
  private final List<Thread> threads = new ArrayList<>();

  /**
   * A patcher that does nothing before {@link #start}.
   *
   * @param config how to reach the API server
   * @param namespace where its Lease lives
   */
  public StatusPatcher(Config config, Settings settings, String namespace, MeterRegistry metrics) {
    String identity =
        System.getenv().getOrDefault("HOSTNAME", "pathgate") + "_" + UUID.randomUUID();
    this.client = watching(config);
    ApiServer api = new ApiServer(client);
    this.schema = new ServedSchema(api, this::enqueueAll);
    this.cluster =
        new ObservedCluster(
            client,
            settings.systemNamespace(),
            HeldChains.ofServer(settings.roles().size()),
            new Changes());
    this.leadership =
        new Leadership(
            api, namespace, identity, this::enqueueAll, this::lostLeadership, System::nanoTime);
    this.reconciler =
        new Reconciler(
            new Reconciler.Basis(
                cluster::object, cluster, cluster::isWatched, schema::of, leadership::holds),
            api,
            new WriteAnswers(this::suspectSchema, metrics),
            settings.status().events()
                ? Optional.of(new EventRecorder(api, identity))
                : Optional.empty(),
            settings.systemNamespace(),
            new StatusWrite.Policy(
                settings.status().ownership(),
                settings.status().condition(),
                settings.status().maxBytes().asLongValue()));
    this.timer =
        Timer.builder("pathgate.status.reconcile")
            .description("Time to reconcile one object")
            .register(metrics);
    cluster.register(metrics);
    Gauge.builder("pathgate.status.queue.depth", queue, WorkQueue::size)
        .description("Objects that are to be reconciled")
        .register(metrics);
    Gauge.builder("pathgate.status.yielded", reconciler, Reconciler::yielded)
        .description("Objects whose field is left as another writer has it")
        .register(metrics);
    Gauge.builder("pathgate.status.leader", leadership, l -> l.holds() ? 1 : 0)
        .description("1 where this process holds the Lease and writes")
        .register(metrics);
  }

  /**
   * A client of our own, since its requests are looked at: those of the other role say nothing
   * about the schema.
   */
  private KubernetesClient watching(Config config) {
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientBuilderConsumer(
            http ->
                http.addOrReplaceInterceptor(
                    "pathgate-watch-starts",
                    new WatchStarts(this::suspectSchema, System::nanoTime)))
        .build();
  }

  private void suspectSchema() {
    schema.readAgain();
  }

  /**
   * Why the settings can't be used by this role, for people: a folder of manifests has no status to
   * write to.
   */
  public static Optional<String> problem(Settings settings) {
    return settings.roles().contains(Settings.Role.STATUS_PATCHER)
            && !settings.chains().equals(Settings.KUBERNETES)
        ? SettingsProblem.of(
            "pathgate.chains="
                + settings.chains()
                + " can't be used with the role status-patcher: it writes to the objects of a"
                + " cluster, and a folder of manifests has none; set pathgate.chains="
                + Settings.KUBERNETES
                + " or leave the role out of pathgate.roles")
        : Optional.empty();
  }

  /** Starts to follow the cluster, and to write once everything is known and the Lease is won. */
  public void start() {
    cluster.start();
    schema.start();
    run("pathgate-status-start", this::standForElection);
    for (int i = 1; i <= WORKERS; i++) {
      run("pathgate-status-" + i, () -> work(queue, reconciler::reconcile, timer));
    }
  }

  private void run(String name, Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
              }
            },
            name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private interface Task {
    void run() throws InterruptedException;
  }

  /** Who does not know all chains would write that some are missing. */
  private void standForElection() throws InterruptedException {
    while (!isReady()) {
      Thread.sleep(SYNC_POLL_MILLIS);
    }
    leadership.start();
  }

  /** What is done about one object. */
  interface Work {
    Reconciler.Next on(ObjectRef object) throws InterruptedException;
  }

  /** Works until the queue is closed, whatever becomes of single objects. */
  static void work(WorkQueue<ObjectRef> queue, Work work, Timer timer) throws InterruptedException {
    for (Optional<ObjectRef> next = queue.take(); next.isPresent(); next = queue.take()) {
      ObjectRef object = next.get();
      Timer.Sample sample = Timer.start();
      Reconciler.Next what;
      try {
        what = work.on(object);
      } catch (RuntimeException | StackOverflowError | LinkageError unexpected) {
        LOG.errorf(unexpected, "%s could not be reconciled", object);
        what = new Reconciler.Next.Backoff(Duration.ofMinutes(5));
      }
      sample.stop(timer);
      if (what instanceof Reconciler.Next.Backoff backoff) {
        queue.backoff(object, backoff.ceiling());
      } else if (what instanceof Reconciler.Next.RequeueAfter requeue) {
        queue.addAfter(object, requeue.delay());
      } else {
        queue.done(object);
      }
    }
  }

  private void lostLeadership() {
    reconciler.lostLeadership();
  }

  private void enqueueAll() {
    cluster.objects().forEach(queue::addNow);
  }

  /** Whether everything was read once, so that this process could write if it were elected. */
  public boolean isReady() {
    return cluster.isSynced() && schema.isKnown();
  }

  /** Whether this process is the one that writes. */
  public boolean isLeader() {
    return leadership.holds();
  }

  /** What was not read yet. */
  public List<String> missing() {
    List<String> missing = new ArrayList<>(cluster.unsynced());
    if (!schema.isKnown()) {
      missing.add("schema");
    }
    return missing;
  }

  /** Lets writes under way end, and then releases the Lease. */
  @Override
  public void close() {
    queue.close();
    long deadline = System.nanoTime() + Leadership.WRITE_TIMEOUT.toNanos();
    try {
      for (Thread thread : threads) {
        if (thread.getName().endsWith("start")) {
          thread.interrupt();
        }
        thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
    threads.forEach(Thread::interrupt);
    leadership.close();
    schema.close();
    cluster.close();
    client.close();
  }

  private final class Changes implements ObservedCluster.Listener {
    @Override
    public void inputsChanged(ObjectRef object) {
      reconciler.inputsChanged(object);
      queue.addNow(object);
    }

    @Override
    public void changed(ObjectRef object) {
      queue.add(object);
    }

    @Override
    public void gone(ObjectRef object) {
      reconciler.discard(object);
    }
  }
}
