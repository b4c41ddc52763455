package dev.pathgate.k0rdent;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * One kind, followed by an informer. Objects go into the {@link ObjectIndex} in the very call that
 * stores them, so that a synced informer is a filled index; the store itself keeps metadata only.
 */
final class CachedKind<T extends CachedResource> implements ItemStore<T>, AutoCloseable {
  private static final long PAGE = 500;

  private final Kind kind;
  private final ObjectIndex index;
  private final Map<String, T> stored = new ConcurrentHashMap<>();
  private final SharedIndexInformer<T> informer;
  private volatile long lastEventNanos = System.nanoTime();

  CachedKind(KubernetesClient client, Kind kind, Class<T> type, ObjectIndex index) {
    this.kind = kind;
    this.index = index;
    this.informer =
        client
            .resources(type)
            .inAnyNamespace()
            .withLimit(PAGE)
            .runnableInformer(0)
            .removeNamespaceIndex()
            .itemStore(this)
            // Without this, an API server that is away at the start ends the informer for good.
            .exceptionHandler((started, failure) -> true);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the exception handler retries; isSynced() tells
  void start() {
    informer.start();
  }

  Kind kind() {
    return kind;
  }

  boolean isSynced() {
    return informer.hasSynced();
  }

  boolean isWatching() {
    return informer.isWatching();
  }

  double secondsSinceLastEvent() {
    return (System.nanoTime() - lastEventNanos) / 1e9;
  }

  @Override
  public void close() {
    informer.close();
  }

  @Override
  public String getKey(T resource) {
    return resource.key();
  }

  @Override
  @SuppressWarnings("unchecked") // bare() returns its own type
  public T put(String key, T resource) {
    lastEventNanos = System.nanoTime();
    index.put(kind, resource.object());
    return stored.put(key, (T) resource.bare());
  }

  @Override
  public T remove(String key) {
    lastEventNanos = System.nanoTime();
    T removed = stored.remove(key);
    if (removed != null) {
      K0rdentObject.Metadata metadata = removed.object().metadata();
      index.remove(kind, metadata.namespace(), metadata.name());
    }
    return removed;
  }

  @Override
  public Stream<String> keySet() {
    return stored.keySet().stream();
  }

  @Override
  public Stream<T> values() {
    return stored.values().stream();
  }

  @Override
  public int size() {
    return stored.size();
  }

  @Override
  public T get(String key) {
    return stored.get(key);
  }

  @Override
  public boolean isFullState() {
    return false;
  }
}
