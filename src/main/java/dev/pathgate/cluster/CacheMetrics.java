package dev.pathgate.cluster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** What {@code pathgate_cache_*} tells of one kind. */
final class CacheMetrics {
  private final CachedKind<?> cache;
  private final MeterRegistry metrics;

  private CacheMetrics(CachedKind<?> cache, MeterRegistry metrics) {
    this.cache = cache;
    this.metrics = metrics;
  }

  /** Registers them, unless another cache of that kind has; what counts a skipped object. */
  static Runnable register(CachedKind<?> cache, MeterRegistry metrics) {
    Counter skipped =
        Counter.builder("pathgate.cache.skipped")
            .description("Times that an object could not be read and was skipped")
            .tag("kind", cache.kindName())
            .register(metrics);
    if (metrics.find("pathgate.cache.synced").tag("kind", cache.kindName()).gauge() == null) {
      new CacheMetrics(cache, metrics).gauges();
    }
    return skipped::increment;
  }

  private void gauges() {
    gauge("objects", "Objects known", CachedKind::count);
    gauge("synced", "1 once all objects were read", kind -> kind.isSynced() ? 1 : 0);
    gauge("watching", "1 while changes are being followed", kind -> kind.isWatching() ? 1 : 0);
    gauge(
        "last.event.age", "Time since the last change was seen", CachedKind::secondsSinceLastEvent);
  }

  private void gauge(String what, String help, ToDoubleFunction<CachedKind<?>> value) {
    Gauge.builder("pathgate.cache." + what, cache, value)
        .description(help)
        .baseUnit(what.endsWith("age") ? "seconds" : null)
        .tag("kind", cache.kindName())
        .register(metrics);
  }
}
