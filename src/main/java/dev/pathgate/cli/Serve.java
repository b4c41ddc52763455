package dev.pathgate.cli;

import dev.pathgate.Settings;
import dev.pathgate.SettingsProblem;
import dev.pathgate.cli.output.ExitCode;
import dev.pathgate.cli.settings.SettingsCheck;
import dev.pathgate.kube.FailureText;
import dev.pathgate.status.StatusPatcher;
import dev.pathgate.webhook.Webhook;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;

/** {@code pathgate serve}: runs the roles in {@code pathgate.roles} until it is told to stop. */
@Command(
    name = Serve.NAME,
    mixinStandardHelpOptions = true,
    description = "Runs the roles in pathgate.roles (by default the webhook) until SIGTERM.",
    footer = {
      "",
      "Settings are environment variables (PATHGATE_ROLES), system properties",
      "(-Dpathgate.roles=…, before the jar) or lines of config/application.properties.",
      "The most common ones:",
      "  pathgate.roles            webhook, status-patcher or both  [webhook]",
      "  pathgate.chains           kubernetes, or a folder of manifests  [kubernetes]",
      "  pathgate.https-port       the webhook's port  [8443]",
      "  pathgate.management-port  health and metrics  [9000]",
      "  pathgate.tls.certificate, pathgate.tls.key   PEM files  [self-signed]",
      "  pathgate.mode             enforce or warn  [enforce]",
      "  pathgate.rules.<id>       deny, warn or off",
      "docs/settings.md has them all, the chart's README those that the chart sets.",
      "",
      "Examples:",
      "  PATHGATE_CHAINS=manifests PATHGATE_HOST=127.0.0.1 pathgate serve",
      "  PATHGATE_ROLES=status-patcher pathgate serve"
    })
final class Serve implements Callable<Integer> {
  static final String NAME = "serve";

  /** Longer than the webhook answers what is under way. */
  private static final long STOP_SECONDS = 60;

  @Override
  public Integer call() {
    SettingsCheck.Outcome checked = SettingsCheck.run();
    List<String> problems =
        checked.problems().isEmpty()
            ? problem(checked.settings()).map(List::of).orElse(List.of())
            : checked.problems();
    if (!problems.isEmpty()) {
      problems.forEach(problem -> System.err.println("pathgate: " + problem));
      return ExitCode.USAGE;
    }
    CountDownLatch stopped = new CountDownLatch(1);
    AtomicInteger failure = new AtomicInteger();
    endInOrder(stopped, failure);
    Quarkus.run(
        null,
        (code, thrown) -> {
          failure.set(thrown == null ? code : Math.max(1, code));
          if (thrown != null) {
            // With a handler of exits, Quarkus itself says nothing.
            System.err.println(
                "pathgate: it could not start: " + FailureText.withoutAddress(thrown));
          }
          stopped.countDown();
          System.exit(code);
        });
    stopped.countDown();
    return ExitCode.FINE;
  }

  /**
   * A stop in order is no failure: without this the JVM ends with 143 after SIGTERM, and pods show
   * {@code Error}.
   */
  private static void endInOrder(CountDownLatch stopped, AtomicInteger failure) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    if (stopped.await(STOP_SECONDS, TimeUnit.SECONDS) && failure.get() == 0) {
                      Runtime.getRuntime().halt(ExitCode.FINE);
                    }
                  } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                  }
                },
                "end-in-order"));
  }

  private static Optional<String> problem(Settings settings) {
    return samePort(settings)
        .or(() -> StatusPatcher.problem(settings))
        .or(() -> Webhook.problem(settings))
        .or(
            () ->
                settings.roles().contains(Settings.Role.WEBHOOK)
                    ? inUse("pathgate.https-port", settings.host(), settings.httpsPort())
                    : Optional.empty())
        .or(() -> inUse("pathgate.management-port", settings.host(), settings.managementPort()));
  }

  private static Optional<String> samePort(Settings settings) {
    return settings.roles().contains(Settings.Role.WEBHOOK)
            && settings.httpsPort() == settings.managementPort()
            && settings.httpsPort() != 0
        ? SettingsProblem.of(
            "pathgate.https-port and pathgate.management-port are both "
                + settings.httpsPort()
                + ": they need a port each")
        : Optional.empty();
  }

  private static Optional<String> inUse(String setting, String host, int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(host, port));
      return Optional.empty();
    } catch (IOException | IllegalArgumentException taken) {
      return SettingsProblem.of(
          "port "
              + port
              + " of "
              + host
              + " can't be opened ("
              + setting
              + "): "
              + taken.getMessage());
    }
  }
}
