package dev.pathgate.cli;

import dev.pathgate.Settings;
import io.quarkus.bootstrap.logging.InitialConfigurator;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.util.logging.Handler;

/** Turns log lines into JSON objects where {@code pathgate.log-format=json} asks for it. */
@Singleton
final class JsonLog {
  private final Settings settings;

  JsonLog(Settings settings) {
    this.settings = settings;
  }

  void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
    if (settings.logFormat() == Settings.LogFormat.JSON) {
      for (Handler handler : InitialConfigurator.DELAYED_HANDLER.getHandlers()) {
        handler.setFormatter(new JsonLines());
      }
    }
  }
}
