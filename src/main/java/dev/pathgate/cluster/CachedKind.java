package dev.pathgate.cluster;

import dev.pathgate.k0rdent.Kind;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * One kind, followed by an informer. Objects go into a {@link Sink} in the very call that stores
 * them, so that a synced informer is a filled sink; the store itself keeps metadata only.
 *
 * @param <T> the objects as they are read
 */
public final class CachedKind<T extends CachedResource> implements ItemStore<T>, AutoCloseable {
  private static final long PAGE = 500;

  /**
   * Where the objects go.
   *
   * @param <T> the objects as they are read
   */
  public interface Sink<T> {
    /** The object is new or has changed. */
    void put(T resource);

    /** The object is gone; only its metadata is known. */
    void remove(T resource);
  }

  private final Kind kind;
  private final Sink<T> sink;
  private final Map<String, T> stored = new ConcurrentHashMap<>();
  private final SharedIndexInformer<T> informer;
  private volatile long lastEventNanos = System.nanoTime();

  /** A kind that nobody follows before {@link #start}. */
  public CachedKind(KubernetesClient client, Kind kind, Class<T> type, Sink<T> sink) {
    this.kind = kind;
    this.sink = sink;
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

  /** Starts to follow the kind, now or as soon as the API server can be reached. */
  @SuppressWarnings("FutureReturnValueIgnored") // the exception handler retries; isSynced() tells
  public void start() {
    informer.start();
  }

  /** The kind that is followed. */
  public Kind kind() {
    return kind;
  }

  /** Whether all objects were read once. */
  public boolean isSynced() {
    return informer.hasSynced();
  }

  boolean isWatching() {
    return informer.isWatching();
  }

  double secondsSinceLastEvent() {
    return (System.nanoTime() - lastEventNanos) / 1e9;
  }

  /**
   * Shows how much is known of the kind, and how fresh it is, as {@code pathgate_cache_*}. Where
   * both roles of a process follow the kind, the first that registers speaks for both.
   */
  public void register(MeterRegistry metrics) {
    if (metrics.find("pathgate.cache.synced").tag("kind", kind.word()).gauge() != null) {
      return;
    }
    gauge(metrics, "objects", "Objects known", CachedKind::size);
    gauge(metrics, "synced", "1 once all objects were read", cache -> cache.isSynced() ? 1 : 0);
    gauge(
        metrics,
        "watching",
        "1 while changes are being followed",
        cache -> cache.isWatching() ? 1 : 0);
    gauge(
        metrics,
        "last.event.age",
        "Time since the last change was seen",
        CachedKind::secondsSinceLastEvent);
  }

  private void gauge(
      MeterRegistry metrics, String what, String help, ToDoubleFunction<CachedKind<T>> value) {
    Gauge.builder("pathgate.cache." + what, this, value)
        .description(help)
        .baseUnit(what.endsWith("age") ? "seconds" : null)
        .tag("kind", kind.word())
        .register(metrics);
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
    sink.put(resource);
    return stored.put(key, (T) resource.bare());
  }

  @Override
  public T remove(String key) {
    lastEventNanos = System.nanoTime();
    T removed = stored.remove(key);
    if (removed != null) {
      sink.remove(removed);
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
