package dev.pathgate.cli.input;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.Settings;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cli.settings.SettingsCheck;
import dev.pathgate.cli.settings.SettingsKeys;
import dev.pathgate.rule.ServiceIdentity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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

  /** The settings that hold. */
  public Settings settings(ClusterOptions cluster) {
    Map<String, String> given = new LinkedHashMap<>();
    if (settingsFrom != null) {
      if (!settingsFrom.equals(Sources.CLUSTER)) {
        throw CommandFailure.usage("--settings-from takes cluster, not " + settingsFrom);
      }
      given.putAll(installed(cluster));
    }
    set.forEach((key, value) -> given.put(key.startsWith(PREFIX) ? key : PREFIX + key, value));
    SettingsCheck.Outcome outcome = SettingsCheck.run(given);
    if (!outcome.problems().isEmpty()) {
      throw CommandFailure.usage(String.join("; ", outcome.problems()));
    }
    return outcome.settings();
  }

  private Map<String, String> installed(ClusterOptions cluster) {
    List<String> keys = SettingsKeys.all();
    Map<String, String> byVariable = new LinkedHashMap<>();
    keys.forEach(
        key -> byVariable.put(key.replaceAll("[^a-z0-9]", "_").toUpperCase(Locale.ROOT), key));
    JsonNode deployments =
        new LiveCluster(cluster)
            .get("/apis/apps/v1/namespaces/" + installNamespace + "/deployments")
            .orElseThrow();
    Map<String, String> settings = new LinkedHashMap<>();
    boolean found = false;
    for (JsonNode deployment : deployments.path("items")) {
      for (JsonNode container :
          deployment.path("spec").path("template").path("spec").path("containers")) {
        Map<String, String> variables = new LinkedHashMap<>();
        container
            .path("env")
            .forEach(
                variable -> {
                  String key = byVariable.get(variable.path("name").asText());
                  if (key != null && variable.has("value")) {
                    variables.put(key, variable.path("value").asText());
                  }
                });
        if (!variables.isEmpty()
            && variables.getOrDefault("pathgate.roles", "webhook").contains("webhook")) {
          settings.putAll(variables);
          found = true;
        }
      }
    }
    if (!found) {
      throw CommandFailure.usage(
          "--settings-from cluster: namespace "
              + installNamespace
              + " has no Deployment of Pathgate's webhook; --install-namespace says where it is");
    }
    return settings;
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
