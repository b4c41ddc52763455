package dev.pathgate.cluster;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.ApiAddress;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.kube.ObjectNames;
import dev.pathgate.kube.WatchLog;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.ServiceIdentity;
import dev.pathgate.rule.ServiceSet;
import dev.pathgate.rule.TemplateRef;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The cluster behind the API server: a cache that watches keep up to date, and reads past it. The
 * cache survives an outage of the API server and catches up afterwards.
 */
public final class KubernetesCluster implements IndexedCluster, AutoCloseable {
  /** In the order in which they are looked for. */
  private static final List<Kind> CACHED =
      List.of(
          Kind.SERVICE_TEMPLATE_CHAIN,
          Kind.CLUSTER_DEPLOYMENT,
          Kind.MULTI_CLUSTER_SERVICE,
          Kind.SERVICE_TEMPLATE);

  private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
  private static final int LISTERS = 2;
  private static final long HEAP = Runtime.getRuntime().maxMemory();
  private static final long LARGE = HEAP / 500;
  private static final long ROOM_FOR_A_LIST = HEAP / 32;
  private static final long ABSENT_MILLIS = 60_000;

  /** There are none before k0rdent 1.3. */
  private static final CachedKind.Resource SERVICE_SETS =
      new CachedKind.Resource("ServiceSet", "servicesets", ABSENT_MILLIS);

  private final KubernetesClient client;
  private final String systemNamespace;
  private final LiveReads reads;
  private final ObjectIndex index;
  private final Map<Kind, CachedKind<?>> caches;

  /** Not among the others: k0rdent before 1.3 has no such kind, and is served all the same. */
  private final CachedKind<ServiceSetIndex.Seen> sets;

  /** A chain takes up to ten times as much while it is read as when it is held. */
  private final Turns largeReads = new Turns(2);

  private final ServedIdentity identity;
  private final WorkBudget roomForReads = new WorkBudget(HEAP / 8);
  private final ServiceSetIndex setIndex = new ServiceSetIndex();
  private final SharedReads<ChainRef, Optional<TemplateChain>> chainReads = new SharedReads<>();
  private final SharedReads<String, HeldChains> chainLists = new SharedReads<>();
  private final SharedReads<String, Set<String>> templateReads = new SharedReads<>();
  private final SharedReads<ObjectRef, List<ServiceSet>> setLists = new SharedReads<>();
  private final SharedReads<String, ObjectIndex> userLists = new SharedReads<>();
  private final ExecutorService listers = listers("pathgate-lister");

  /** Of their own: they are for a warning, are as many as objects are edited, and hold values. */
  private final ExecutorService setListers = listers("pathgate-set-lister");

  private final SharedReads<ObjectRef, Optional<K0rdentObject>> userReads = new SharedReads<>();
  private final SharedReads<TemplateRef, Optional<String>> versionReads = new SharedReads<>();

  /** The cluster of that client; its caches are registered with the metrics. */
  public KubernetesCluster(
      KubernetesClient client, String systemNamespace, HeldChains chains, MeterRegistry metrics) {
    this(client, systemNamespace, chains, metrics, READ_TIMEOUT);
  }

  /**
   * @param readTimeout how long one look-up may take, to the last byte of its answer
   */
  KubernetesCluster(
      KubernetesClient client,
      String systemNamespace,
      HeldChains chains,
      MeterRegistry metrics,
      Duration readTimeout) {
    this.client = client;
    this.reads = new LiveReads(client, metrics, readTimeout);
    this.systemNamespace = systemNamespace;
    this.index = new ObjectIndex(systemNamespace, chains);
    this.caches = new LinkedHashMap<>();
    for (Kind kind : CACHED) {
      CachedKind<?> cache = new CachedKind<>(client, kind, ObjectIndex.Seen::read, index.of(kind));
      cache.register(metrics);
      caches.put(kind, cache);
    }
    this.sets = new CachedKind<>(client, SERVICE_SETS, ServiceSetIndex.Seen::read, setIndex);
    sets.register(metrics);
    this.identity = new ServedIdentity(new ApiServer(client));
  }

  private static ExecutorService listers(String name) {
    return Executors.newFixedThreadPool(
        LISTERS,
        run -> {
          Thread thread = new Thread(run, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Starts to follow the cluster, now or as soon as its API server can be reached. */
  public void start() {
    caches.values().forEach(CachedKind::start);
    sets.start();
    identity.start();
  }

  @Override
  public ObjectIndex index() {
    return index;
  }

  @Override
  public void close() {
    caches.values().forEach(CachedKind::close);
    sets.close();
    identity.close();
    listers.shutdownNow();
    setListers.shutdownNow();
  }

  @Override
  public boolean isReady() {
    return caches.values().stream().allMatch(CachedKind::isSynced);
  }

  /** The kinds that were not read yet. */
  public List<String> unsynced() {
    return caches.values().stream()
        .filter(cache -> !cache.isSynced())
        .map(CachedKind::kindName)
        .toList();
  }

  @Override
  public boolean isTrusted(Kind kind) {
    return caches.get(kind).isWatching();
  }

  /** What keeps the API server from being followed, with its address; empty if nothing does. */
  public Optional<String> trouble() {
    return WatchLog.of(ApiAddress.of(client.getConfiguration())).trouble();
  }

  @Override
  public ServiceIdentity serviceIdentity() {
    return identity.get();
  }

  @Override
  public CompletableFuture<Optional<String>> readVersion(TemplateRef ref) {
    return versionReads.read(
        ref,
        () ->
            reads
                .get(Kind.SERVICE_TEMPLATE, ref.namespace(), ref.name())
                .thenApply(found -> found.map(K0rdentObject::version)));
  }

  @Override
  public CompletableFuture<Optional<TemplateChain>> readChain(ChainRef ref) {
    return chainReads.read(ref, () -> isLarge(ref) ? largeReads.take(() -> get(ref)) : get(ref));
  }

  private CompletableFuture<Optional<TemplateChain>> get(ChainRef ref) {
    return reads
        .get(Kind.SERVICE_TEMPLATE_CHAIN, ref.namespace(), ref.name())
        .thenApply(found -> found.map(chain -> cachedIfSame(chain.asChain())));
  }

  private boolean isLarge(ChainRef ref) {
    return isNamedOnly(ref) || chain(ref).filter(chain -> chain.weight() > LARGE).isPresent();
  }

  /** The chain as it is cached, so that it is not there twice, unless it has changed since. */
  private TemplateChain cachedIfSame(TemplateChain read) {
    return chain(read.ref())
        .filter(cached -> cached.resourceVersion().equals(read.resourceVersion()))
        .orElse(read);
  }

  @Override
  public CompletableFuture<HeldChains> readChains(String namespace) {
    return listed(chainLists, namespace, namespace, listers, () -> listChains(namespace));
  }

  @Override
  public WorkBudget roomForReads() {
    return roomForReads;
  }

  @Override
  public CompletableFuture<Set<String>> readTemplates(String namespace) {
    return templateReads.read(
        namespace, () -> reads.names(Kind.SERVICE_TEMPLATE, namespace, "templates"));
  }

  @Override
  public CompletableFuture<Boolean> readUse(ObjectRef user, ChainRef ref) {
    return readUse(user, object -> index.uses(user, object, ref));
  }

  @Override
  public CompletableFuture<Boolean> readUse(ObjectRef user, TemplateRef ref) {
    return readUse(user, object -> index.uses(user, object, ref));
  }

  private CompletableFuture<Boolean> readUse(ObjectRef user, Predicate<K0rdentObject> uses) {
    Kind kind = Kind.of(Kind.GROUP, user.kind()).orElseThrow();
    return userReads
        .read(user, () -> reads.get(kind, user.namespace(), user.name()))
        .thenApply(found -> found.filter(uses).isPresent());
  }

  @Override
  public Optional<List<ServiceSet>> serviceSetsOf(ObjectRef owner) {
    return sets.isWatching() ? setIndex.of(owner) : Optional.empty();
  }

  @Override
  public CompletableFuture<List<ServiceSet>> readServiceSets(ObjectRef owner) {
    return listed(setLists, owner, owner.namespace(), setListers, () -> listSets(owner));
  }

  @Override
  public CompletableFuture<List<ObjectRef>> readUsers(ChainRef ref) {
    return readUsersIn(ref.namespace()).thenApply(users -> users.usersOf(ref));
  }

  @Override
  public CompletableFuture<List<ObjectRef>> readUsers(TemplateRef ref) {
    return readUsersIn(ref.namespace()).thenApply(users -> users.usersOf(ref));
  }

  private CompletableFuture<ObjectIndex> readUsersIn(String namespace) {
    return listed(userLists, namespace, namespace, listers, () -> listUsers(namespace));
  }

  /** One list of a namespace serves all that ask for the same in it meanwhile. */
  private <K, T> CompletableFuture<T> listed(
      SharedReads<K, T> lists, K key, String namespace, ExecutorService by, Supplier<T> list) {
    return ObjectNames.canBeNamespace(namespace)
        ? lists.read(key, () -> CompletableFuture.supplyAsync(list, by))
        : CompletableFuture.failedFuture(new IOException("no namespace can be named so"));
  }

  /** Those of one owner alone: the sets of a namespace may be many times as large. */
  private List<ServiceSet> listSets(ObjectRef owner) {
    Map<String, ServiceSet> listed = new TreeMap<>();
    reads.list(
        SERVICE_SETS,
        owner.namespace(),
        ServiceSetIndex.Seen::read,
        (ServiceSetIndex.Seen seen) -> {
          if (seen.set().owner().equals(owner)) {
            listed.put(seen.set().location(), seen.set());
          }
        });
    return List.copyOf(listed.values());
  }

  /** The objects that may name chains and templates of a namespace. */
  private ObjectIndex listUsers(String namespace) {
    ObjectIndex listed = new ObjectIndex(systemNamespace);
    list(Kind.CLUSTER_DEPLOYMENT, namespace, listed);
    if (namespace.equals(systemNamespace)) {
      list(Kind.MULTI_CLUSTER_SERVICE, "", listed);
    }
    return listed;
  }

  private HeldChains listChains(String namespace) {
    HeldChains listed = new HeldChains(ROOM_FOR_A_LIST);
    reads.list(
        CachedKind.Resource.of(Kind.SERVICE_TEMPLATE_CHAIN),
        namespace,
        ObjectIndex.Seen::read,
        (ObjectIndex.Seen seen) -> {
          TemplateChain read = seen.object().asChain();
          TemplateChain chain = cachedIfSame(read);
          listed.put(chain, chain == read ? read.weight() : 0);
        });
    return listed;
  }

  private void list(Kind kind, String namespace, ObjectIndex into) {
    reads.list(
        CachedKind.Resource.of(kind),
        namespace,
        ObjectIndex.Seen::read,
        (ObjectIndex.Seen seen) -> into.put(kind, seen.object()));
  }
}
