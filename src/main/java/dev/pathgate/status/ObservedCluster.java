package dev.pathgate.status;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.cluster.CachedKind;
import dev.pathgate.cluster.HeldChains;
import dev.pathgate.cluster.ObjectIndex;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ObjectRef;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The objects that list services and the chains that they name, as caches bring them. */
final class ObservedCluster implements UpgradePaths.Chains, AutoCloseable {
  private final ObjectIndex index;
  private final Listener listener;
  private final Map<ObjectRef, Observed> objects = new ConcurrentHashMap<>();
  private final Set<ChainRef> beingDeleted = ConcurrentHashMap.newKeySet();
  private final CachedKind<ObjectIndex.Seen> chainCache;
  private final List<CachedKind<?>> caches;

  /** Hears what changes; called by the caches' threads. */
  interface Listener {
    /** The object's spec, or a chain that it names, is new or has changed. */
    void inputsChanged(ObjectRef object);

    /** Something else of the object has changed. */
    void changed(ObjectRef object);

    /** The object is gone. */
    void gone(ObjectRef object);
  }

  ObservedCluster(
      KubernetesClient client, String systemNamespace, HeldChains chains, Listener listener) {
    this.index = new ObjectIndex(systemNamespace, chains);
    this.listener = listener;
    this.chainCache =
        new CachedKind<>(client, Kind.SERVICE_TEMPLATE_CHAIN, ObjectIndex.Seen::read, new Chains());
    this.caches =
        List.of(
            chainCache,
            objects(client, Kind.CLUSTER_DEPLOYMENT),
            objects(client, Kind.MULTI_CLUSTER_SERVICE));
  }

  /** Whether every change of a kind is being heard of, so that what is known may be told. */
  boolean isWatched(Kind kind) {
    return caches.stream()
        .anyMatch(cache -> cache.kindName().equals(kind.kindName()) && cache.isWatching());
  }

  private CachedKind<ObservedObject> objects(KubernetesClient client, Kind kind) {
    return new CachedKind<>(client, kind, ObservedObject::read, new Objects(kind));
  }

  void register(MeterRegistry metrics) {
    caches.forEach(cache -> cache.register(metrics));
  }

  void start() {
    caches.forEach(CachedKind::start);
  }

  @Override
  public void close() {
    caches.forEach(CachedKind::close);
  }

  boolean isSynced() {
    return caches.stream().allMatch(CachedKind::isSynced);
  }

  /** The kinds that were not read yet. */
  List<String> unsynced() {
    return caches.stream().filter(cache -> !cache.isSynced()).map(CachedKind::kindName).toList();
  }

  Optional<Observed> object(ObjectRef object) {
    return Optional.ofNullable(objects.get(object));
  }

  Collection<ObjectRef> objects() {
    return objects.keySet();
  }

  @Override
  public Optional<TemplateChain> find(ChainRef ref) {
    return isBeingDeleted(ref) ? Optional.empty() : index.chains().get(ref);
  }

  @Override
  public boolean isBeingDeleted(ChainRef ref) {
    return beingDeleted.contains(ref);
  }

  @Override
  public boolean isNamedOnly(ChainRef ref) {
    return !isBeingDeleted(ref) && index.chains().isNamedOnly(ref);
  }

  private final class Chains implements CachedKind.Sink<ObjectIndex.Seen> {
    @Override
    public void put(ObjectIndex.Seen chain) {
      K0rdentObject.Metadata metadata = chain.metadata();
      ChainRef ref = new ChainRef(metadata.namespace(), metadata.name());
      Optional<TemplateChain> before = index.chains().get(ref);
      if (before.filter(c -> c.resourceVersion().equals(metadata.resourceVersion())).isEmpty()) {
        if (metadata.deleting()) {
          beingDeleted.add(ref);
        } else {
          beingDeleted.remove(ref);
        }
        index.put(Kind.SERVICE_TEMPLATE_CHAIN, chain.object());
        // Before all are known nothing is written, and after that every object is looked at.
        if (chainCache.isSynced()) {
          index.usersOf(ref).forEach(listener::inputsChanged);
        }
      }
    }

    @Override
    public void remove(String namespace, String name) {
      ChainRef ref = new ChainRef(namespace, name);
      index.remove(Kind.SERVICE_TEMPLATE_CHAIN, namespace, name);
      beingDeleted.remove(ref);
      index.usersOf(ref).forEach(listener::inputsChanged);
    }
  }

  private final class Objects implements CachedKind.Sink<ObservedObject> {
    private final Kind kind;

    Objects(Kind kind) {
      this.kind = kind;
    }

    @Override
    public void put(ObservedObject read) {
      K0rdentObject.Metadata metadata = read.metadata();
      ObjectRef object = new ObjectRef(kind.kindName(), metadata.namespace(), metadata.name());
      Observed now = read.observed().kept();
      Observed before = objects.put(object, now);
      index.put(kind, read.object());
      if (before == null || now.hasOtherServicesThan(before)) {
        listener.inputsChanged(object);
      } else if (!before.resourceVersion().equals(now.resourceVersion())) {
        listener.changed(object);
      }
    }

    @Override
    public void remove(String namespace, String name) {
      ObjectRef object = new ObjectRef(kind.kindName(), namespace, name);
      objects.remove(object);
      index.remove(kind, namespace, name);
      listener.gone(object);
    }
  }
}
