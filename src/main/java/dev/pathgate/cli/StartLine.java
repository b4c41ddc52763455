package dev.pathgate.cli;

import dev.pathgate.Settings;
import dev.pathgate.cli.output.BuildVersion;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** The first line of the log: what starts here, and where its health can be asked for. */
@Singleton
final class StartLine {
  private static final Logger LOG = Logger.getLogger(StartLine.class);

  private final Settings settings;

  StartLine(Settings settings) {
    this.settings = settings;
  }

  void start(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) StartupEvent event)
      throws IOException {
    LOG.infof(
        "pathgate %s on Java %s: %s; health and metrics on http://%s:%d/q",
        BuildVersion.get(),
        Runtime.version().feature(),
        settings.roles().stream()
            .map(role -> role.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .sorted()
            .collect(Collectors.joining(" and ")),
        settings.host(),
        settings.managementPort());
  }
}
