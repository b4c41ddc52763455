package dev.pathgate.status;

import dev.pathgate.Settings;
import dev.pathgate.kube.OwnNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Runs a {@link StatusPatcher} as long as the process runs, if that is one of its roles. It is
 * ready once everything was read, whether it holds the Lease or not.
 */
@Singleton
@Readiness
final class StatusPatcherRole implements HealthCheck {
  private final Settings settings;
  private final Instance<KubernetesClient> client;
  private final MeterRegistry metrics;
  private volatile Optional<StatusPatcher> patcher = Optional.empty();

  @Inject
  StatusPatcherRole(Settings settings, Instance<KubernetesClient> client, MeterRegistry metrics) {
    this.settings = settings;
    this.client = client;
    this.metrics = metrics;
  }

  void start(@Observes StartupEvent event) {
    if (settings.roles().contains(Settings.Role.STATUS_PATCHER)) {
      StatusPatcher started =
          new StatusPatcher(
              client.get().getConfiguration(),
              settings,
              OwnNamespace.of(settings.namespace(), settings.systemNamespace()),
              metrics);
      started.start();
      patcher = Optional.of(started);
    }
  }

  void stop(@Observes ShutdownEvent event) {
    patcher.ifPresent(StatusPatcher::close);
  }

  @Override
  public HealthCheckResponse call() {
    var response = HealthCheckResponse.named("status-patcher");
    if (patcher.isEmpty()) {
      return response
          .status(!settings.roles().contains(Settings.Role.STATUS_PATCHER))
          .withData("role", "off")
          .build();
    }
    StatusPatcher running = patcher.get();
    response.status(running.isReady()).withData("leader", running.isLeader());
    if (!running.isReady()) {
      response.withData("missing", String.join(", ", running.missing()));
    }
    return response.build();
  }
}
