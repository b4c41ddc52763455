package dev.pathgate.cli.input;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cli.settings.SettingsCheck;
import dev.pathgate.cli.settings.SettingsKeys;
import dev.pathgate.kube.OneLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings that a Deployment gives the webhook's pods.
 *
 * @param settings by key, such as {@code pathgate.path.steps}
 * @param unseen what is set besides, in words: its value stands elsewhere, or it is no setting here
 */
record InstalledWebhook(Map<String, String> settings, List<String> unseen) {
  private static final String ROLES = "pathgate.roles";
  private static final String POD_NAMESPACE = "metadata.namespace";

  InstalledWebhook {
    settings = Map.copyOf(settings);
    unseen = List.copyOf(unseen);
  }

  /** The settings of the webhook that is installed in that namespace. */
  static InstalledWebhook read(LiveCluster cluster, String namespace) {
    Map<String, String> settings = new LinkedHashMap<>();
    List<String> unseen = new ArrayList<>();
    boolean found = false;
    JsonNode deployments =
        cluster.require(
            "/apis/apps/v1/namespaces/" + namespace + "/deployments", "deployments.apps");
    for (JsonNode deployment : deployments.path("items")) {
      for (JsonNode container :
          deployment.path("spec").path("template").path("spec").path("containers")) {
        InstalledWebhook one = of(container, namespace);
        if (!one.settings().isEmpty()
            && one.settings().getOrDefault(ROLES, "webhook").contains("webhook")) {
          settings.putAll(one.settings());
          unseen.addAll(one.unseen());
          found = true;
        }
      }
    }
    if (!found) {
      throw CommandFailure.usage(
          "--settings-from cluster: namespace "
              + namespace
              + " has no Deployment of Pathgate's webhook; --install-namespace says where it is");
    }
    return new InstalledWebhook(settings, unseen);
  }

  private static InstalledWebhook of(JsonNode container, String namespace) {
    Map<String, String> keys = new LinkedHashMap<>();
    SettingsKeys.all().forEach(key -> keys.put(SettingsKeys.variable(key), key));
    Map<String, String> settings = new LinkedHashMap<>();
    List<String> unseen = new ArrayList<>();
    for (JsonNode variable : container.path("env")) {
      String name = variable.path("name").asText();
      String key = keys.get(name);
      JsonNode from = variable.path("valueFrom");
      if (key == null) {
        if (SettingsCheck.isUnknown(name, variable.path("value").asText())) {
          unseen.add(OneLine.of(name, 100) + " (no setting of this version)");
        }
      } else if (from.path("fieldRef").path("fieldPath").asText().equals(POD_NAMESPACE)) {
        settings.put(key, namespace);
      } else if (from.isObject()) {
        unseen.add(name + " (valueFrom)");
      } else if (variable.has("value")) {
        settings.put(key, variable.path("value").asText());
      }
    }
    for (JsonNode source : container.path("envFrom")) {
      boolean secret = source.has("secretRef");
      JsonNode ref = source.path(secret ? "secretRef" : "configMapRef");
      unseen.add(
          "what is in "
              + (secret ? "Secret " : "ConfigMap ")
              + OneLine.of(ref.path("name").asText(), 100)
              + " (envFrom)");
    }
    return new InstalledWebhook(settings, unseen);
  }
}
