package dev.pathgate.status;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.cluster.CachedKind;
import dev.pathgate.cluster.CachedResource;
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

/** The objects that list services and the chains that they name, as informers bring them. */
final class ObservedCluster implements UpgradePaths.Chains, AutoCloseable {
  private final ObjectIndex index;
  private final Listener listener;
  private final Map<ObjectRef, Observed> objects = new ConcurrentHashMap<>();
  private final Set<ChainRef> beingDeleted = ConcurrentHashMap.newKeySet();
  private final List<CachedKind<?>> caches;

  /** Hears what changes; called by the informers' threads. */
  interface Listener {
    /** The object's spec, or a chain that it names, is new or has changed. */
    void inputsChanged(ObjectRef object);

    /** Something else of the object has changed. */
    void changed(ObjectRef object);

    /** The object is gone. */
    void gone(ObjectRef object);
  }

  ObservedCluster(KubernetesClient client, String systemNamespace, Listener listener) {
    this.index = new ObjectIndex(systemNamespace);
    this.listener = listener;
    this.caches =
        List.of(
            new CachedKind<>(
                client,
                Kind.SERVICE_TEMPLATE_CHAIN,
                CachedResource.ServiceTemplateChain.class,
                new Chains()),
            new CachedKind<>(
                client,
                Kind.CLUSTER_DEPLOYMENT,
                ObservedResource.ClusterDeployment.class,
                new Objects<>(Kind.CLUSTER_DEPLOYMENT)),
            new CachedKind<>(
                client,
                Kind.MULTI_CLUSTER_SERVICE,
                ObservedResource.MultiClusterService.class,
                new Objects<>(Kind.MULTI_CLUSTER_SERVICE)));
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
    return caches.stream().filter(cache -> !cache.isSynced()).map(c -> c.kind().word()).toList();
  }

  Optional<Observed> object(ObjectRef object) {
    return Optional.ofNullable(objects.get(object));
  }

  Collection<ObjectRef> objects() {
    return objects.keySet();
  }

  @Override
  public Optional<TemplateChain> find(ChainRef ref) {
    return isBeingDeleted(ref) ? Optional.empty() : index.chain(ref);
  }

  @Override
  public boolean isBeingDeleted(ChainRef ref) {
    return beingDeleted.contains(ref);
  }

  private final class Chains implements CachedKind.Sink<CachedResource.ServiceTemplateChain> {
    @Override
    public void put(CachedResource.ServiceTemplateChain resource) {
      K0rdentObject.Metadata metadata = resource.object().metadata();
      ChainRef ref = new ChainRef(metadata.namespace(), metadata.name());
      Optional<TemplateChain> before = index.chain(ref);
      if (before.filter(c -> c.resourceVersion().equals(metadata.resourceVersion())).isEmpty()) {
        if (metadata.deleting()) {
          beingDeleted.add(ref);
        } else {
          beingDeleted.remove(ref);
        }
        index.put(Kind.SERVICE_TEMPLATE_CHAIN, resource.object());
        index.usersOf(ref).forEach(listener::inputsChanged);
      }
    }

    @Override
    public void remove(CachedResource.ServiceTemplateChain resource) {
      K0rdentObject.Metadata metadata = resource.object().metadata();
      index.remove(Kind.SERVICE_TEMPLATE_CHAIN, metadata.namespace(), metadata.name());
      beingDeleted.remove(new ChainRef(metadata.namespace(), metadata.name()));
      index
          .usersOf(new ChainRef(metadata.namespace(), metadata.name()))
          .forEach(listener::inputsChanged);
    }
  }

  private final class Objects<T extends ObservedResource> implements CachedKind.Sink<T> {
    private final Kind kind;

    Objects(Kind kind) {
      this.kind = kind;
    }

    @Override
    public void put(T resource) {
      ObjectRef object = user(resource);
      Observed now = resource.observed().orElseThrow();
      Observed before = objects.put(object, now);
      index.put(kind, resource.object());
      if (before == null || !before.services().equals(now.services())) {
        listener.inputsChanged(object);
      } else if (!before.resourceVersion().equals(now.resourceVersion())) {
        listener.changed(object);
      }
    }

    @Override
    public void remove(T resource) {
      ObjectRef object = user(resource);
      objects.remove(object);
      index.remove(kind, object.namespace(), object.name());
      listener.gone(object);
    }

    private ObjectRef user(T resource) {
      K0rdentObject.Metadata metadata = resource.object().metadata();
      return new ObjectRef(kind.word(), metadata.namespace(), metadata.name());
    }
  }
}
