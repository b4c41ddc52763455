package dev.pathgate.charts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/**
 * The chart on an API server without kubelets: accounts, roles, Secret, Lease and webhook
 * configurations as Helm renders them, except that the API server reaches the webhook at an address
 * of this machine, where {@link Pods} answer.
 */
final class Installation implements AutoCloseable {
  private static final List<String> FIRST =
      List.of(
          "ServiceAccount",
          "ClusterRole",
          "ClusterRoleBinding",
          "Role",
          "RoleBinding",
          "Secret",
          "Lease",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding");

  private final KubeServer api;
  private Chart.Objects rendered;
  private final Endpoints endpoints;

  private Installation(KubeServer api, Chart.Objects rendered, Endpoints endpoints) {
    this.api = api;
    this.rendered = rendered;
    this.endpoints = endpoints;
  }

  /** Installs all but the policies; k0rdent objects can be edited again once a pod is ready. */
  static Installation of(KubeServer api, String values) {
    try {
      Installation made = new Installation(api, Chart.render(values), new Endpoints());
      for (String kind : FIRST) {
        made.rendered.ofKind(kind).forEach(api::apply);
      }
      made.configurations().forEach(configuration -> api.apply(made.aimed(configuration)));
      return made;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * Installs other values over it, as {@code helm upgrade} does. Pods that run stay as they are,
   * and so do the objects whose content is theirs.
   */
  void upgrade(String values) {
    rendered = Chart.render(values);
    FIRST.stream()
        .filter(kind -> !List.of("Secret", "Lease").contains(kind))
        .forEach(kind -> rendered.ofKind(kind).forEach(api::apply));
    configurations().forEach(configuration -> api.apply(aimed(configuration)));
  }

  private List<JsonNode> configurations() {
    return rendered.all().stream()
        .filter(object -> object.path("kind").asText().endsWith("WebhookConfiguration"))
        .toList();
  }

  private ObjectNode aimed(JsonNode configuration) {
    ObjectNode aimed = configuration.deepCopy();
    for (JsonNode hook : aimed.path("webhooks")) {
      ObjectNode client = (ObjectNode) hook.path("clientConfig");
      String path = client.at("/service/path").asText();
      client.remove("service");
      client.put("url", "https://127.0.0.1:" + endpoints.port() + path);
    }
    return aimed;
  }

  Chart.Objects rendered() {
    return rendered;
  }

  /** A pod of the webhook, which takes calls as soon as it is ready. */
  PathgateProcess startWebhook() {
    return Pods.start(api, rendered, Chart.RELEASE + "-webhook");
  }

  /** A pod of the status patcher. */
  PathgateProcess startPatcher() {
    return Pods.start(api, rendered, Chart.RELEASE + "-status-patcher");
  }

  /** Waits until the pod is ready, and lets it take calls from then on. */
  void serve(PathgateProcess pod) {
    endpoints.add(pod.awaitReady());
  }

  void remove(PathgateProcess pod) {
    endpoints.remove(pod);
  }

  /** The path of an object of the chart. */
  String path(String kind, String name) {
    return KubeServer.path(rendered.one(kind, name));
  }

  static void await(String what, Duration atMost, BooleanSupplier condition) {
    Awaitility.await(what)
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(100))
        .until(condition::getAsBoolean);
  }

  /** Takes the webhook configurations away. */
  void deleteConfigurations() {
    configurations()
        .forEach(configuration -> api.send("DELETE", KubeServer.path(configuration), null));
  }

  /** Deletes and creates them, as {@code kubectl replace --force} does. */
  void makeConfigurationsAnew() {
    deleteConfigurations();
    configurations().forEach(configuration -> api.create(aimed(configuration)));
  }

  /** Takes the webhook configurations away again. */
  @Override
  public void close() {
    deleteConfigurations();
    try {
      endpoints.close();
    } catch (IOException closed) {
      throw new UncheckedIOException(closed);
    }
  }
}
