package dev.pathgate.cli.input;

import dev.pathgate.Settings;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.settings.SettingsCheck;
import dev.pathgate.rule.ServiceIdentity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Whose settings hold: the server's own keys from the same places, or an installed webhook's. */
public final class SettingsOptions {
  private static final String PREFIX = "pathgate.";
  private static final Pattern RELEASE =
      Pattern.compile("v?(\\d{1,4})(?:\\.(\\d{1,4})(?:\\..*)?)?");

  /** The minor release of k0rdent 1 that began to default a service's namespace. */
  private static final int DEFAULTED_SINCE = 4;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One of the server's settings, such as pathgate.path.steps=any.")
  private Map<String, String> set = new LinkedHashMap<>();

  @Option(
      names = "--settings-from",
      paramLabel = "cluster",
      description = "Takes the settings of the webhook that is installed in the cluster.")
  private String settingsFrom;

  @Option(
      names = "--install-namespace",
      paramLabel = "NAME",
      defaultValue = "pathgate",
      description = "Where Pathgate is installed. Default: ${DEFAULT-VALUE}.")
  private String installNamespace;

  @Option(
      names = "--k0rdent",
      paramLabel = "VERSION",
      description =
          "Whose rules of identity hold for services without a namespace, such as 1.0; default:"
              + " the cluster's, else the newest.")
  private String k0rdent;

  /**
   * The settings that hold. Those of an installed webhook hold alone: what is set here beside the
   * command line is nothing to it.
   */
  public Settings settings(ClusterOptions cluster, Console console) {
    Map<String, String> given = new LinkedHashMap<>();
    if (settingsFrom != null) {
      if (!settingsFrom.equals(Sources.CLUSTER)) {
        throw CommandFailure.usage("--settings-from takes cluster, not " + settingsFrom);
      }
      InstalledWebhook webhook =
          InstalledWebhook.read(
              new LiveCluster(cluster),
              ClusterOptions.possible("--install-namespace", installNamespace));
      if (!webhook.unseen().isEmpty()) {
        console.note(
            "--settings-from cluster: not known here and left out: "
                + String.join(", ", webhook.unseen())
                + "; --set gives them");
      }
      given.putAll(webhook.settings());
    }
    set.forEach((key, value) -> given.put(key.startsWith(PREFIX) ? key : PREFIX + key, value));
    SettingsCheck.Outcome outcome =
        settingsFrom == null ? SettingsCheck.run(given) : SettingsCheck.runAlone(given);
    if (!outcome.problems().isEmpty()) {
      throw CommandFailure.usage(String.join("; ", outcome.problems()));
    }
    return outcome.settings();
  }

  /**
   * What tells one service of an object from another.
   *
   * @param live the cluster that decides where the command line says nothing
   */
  public ServiceIdentity identity(Optional<ClusterOptions> live) {
    if (k0rdent == null) {
      return live.map(cluster -> new LiveCluster(cluster).serviceIdentity())
          .orElse(ServiceIdentity.NAMESPACE_DEFAULTED);
    }
    Matcher release = RELEASE.matcher(k0rdent);
    if (!release.matches()) {
      throw CommandFailure.usage("--k0rdent " + k0rdent + ": not a version, such as 1.4");
    }
    int major = Integer.parseInt(release.group(1));
    int minor = release.group(2) == null ? 0 : Integer.parseInt(release.group(2));
    return major > 1 || (major == 1 && minor >= DEFAULTED_SINCE)
        ? ServiceIdentity.NAMESPACE_DEFAULTED
        : ServiceIdentity.NAMESPACE_OPTIONAL;
  }
}
