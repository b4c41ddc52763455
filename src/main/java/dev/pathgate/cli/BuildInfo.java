package dev.pathgate.cli;

import dev.pathgate.Settings;
import dev.pathgate.cli.output.BuildVersion;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Locale;

/** Tells by a metric which version runs, and whether it enforces. */
@Singleton
final class BuildInfo {
  void start(@Observes StartupEvent event, MeterRegistry metrics, Settings settings) {
    Gauge.builder("pathgate.build.info", () -> 1)
        .description("The version that runs, and pathgate.mode")
        .tag("version", BuildVersion.get())
        .tag("mode", settings.mode().name().toLowerCase(Locale.ROOT))
        .register(metrics);
  }
}
