package dev.pathgate.cli;

import dev.pathgate.Settings;
import dev.pathgate.k0rdent.FolderCluster;
import dev.pathgate.k0rdent.Manifests;
import io.quarkus.runtime.Quarkus;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code pathgate serve}: runs the roles in {@code pathgate.roles} until it is told to stop. */
@Command(
    name = "serve",
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
      "The README has them all."
    })
final class Serve implements Callable<Integer> {
  @Override
  public Integer call() {
    SettingsCheck.Outcome checked = SettingsCheck.run();
    List<String> problems =
        checked.problems().isEmpty()
            ? contradictions(checked.settings()).map(List::of).orElse(List.of())
            : checked.problems();
    if (!problems.isEmpty()) {
      problems.forEach(problem -> System.err.println("pathgate: " + problem));
      return ExitCode.USAGE;
    }
    Quarkus.run();
    return ExitCode.FINE;
  }

  /** What can be told to be wrong before anything starts. */
  private static Optional<String> contradictions(Settings settings) {
    boolean folder = !settings.chains().equals(Settings.KUBERNETES);
    if (settings.tls().certificate().isPresent() != settings.tls().key().isPresent()) {
      return Optional.of(
          "pathgate.tls.certificate and pathgate.tls.key go together: only one is set");
    }
    if (folder && settings.roles().contains(Settings.Role.WEBHOOK)) {
      try {
        FolderCluster.require(Path.of(settings.chains()), settings.systemNamespace());
      } catch (Manifests.Unreadable unreadable) {
        return Optional.of("pathgate.chains: " + unreadable.getMessage());
      }
    }
    return Optional.empty();
  }
}
