package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * What is installed, as several checks ask about it; read once.
 *
 * @param validating all configurations of the cluster, of whoever
 * @param mutating likewise
 * @param deployments those of the install namespace
 * @param policies all ValidatingAdmissionPolicies
 * @param bindings all their bindings
 */
record Installation(
    String namespace,
    Reading validating,
    Reading mutating,
    Reading deployments,
    Reading policies,
    Reading bindings) {
  private static final String REGISTRATIONS = "/apis/admissionregistration.k8s.io/v1/";

  static Installation read(Reads reads, String namespace) {
    return new Installation(
        namespace,
        reads.list(REGISTRATIONS + "validatingwebhookconfigurations"),
        reads.list(REGISTRATIONS + "mutatingwebhookconfigurations"),
        reads.list("/apis/apps/v1/namespaces/" + namespace + "/deployments"),
        reads.list(REGISTRATIONS + "validatingadmissionpolicies"),
        reads.list(REGISTRATIONS + "validatingadmissionpolicybindings"));
  }

  /** Pathgate's validating webhooks of all installations. */
  List<Hook> validatingHooks() {
    return hooks(validating, "ValidatingWebhookConfiguration ", false);
  }

  /** All of Pathgate's webhooks, validating ones first. */
  List<Hook> hooks() {
    List<Hook> all = new ArrayList<>(validatingHooks());
    all.addAll(hooks(mutating, "MutatingWebhookConfiguration ", true));
    return all;
  }

  /** Those that are called in the install namespace, or by an address. */
  List<Hook> hooksHere() {
    return hooks().stream().filter(this::isHere).toList();
  }

  boolean isHere(Hook hook) {
    return !hook.url().isEmpty() || hook.serviceNamespace().equals(namespace);
  }

  private List<Hook> hooks(Reading configurations, String kind, boolean mutating) {
    List<Hook> hooks = new ArrayList<>();
    for (JsonNode configuration : configurations.value()) {
      for (JsonNode hook : configuration.path("webhooks")) {
        if (isOurs(configuration)
            || hook.path("name").asText().endsWith(".pathgate.dev")
            || callsOurs(hook)) {
          hooks.add(new Hook(kind + name(configuration), mutating, hook));
        }
      }
    }
    return hooks;
  }

  /** Whether it calls the Service of our Deployment, which has the same name. */
  private boolean callsOurs(JsonNode hook) {
    return deployment("webhook")
            .filter(found -> name(found).equals(hook.at("/clientConfig/service/name").asText()))
            .isPresent()
        && callsHere(hook);
  }

  private boolean callsHere(JsonNode hook) {
    return hook.at("/clientConfig/service/namespace").asText().equals(namespace);
  }

  /** Pathgate's validating configurations that have no webhooks, by name. */
  List<String> emptyConfigurations() {
    return StreamSupport.stream(validating.value().spliterator(), false)
        .filter(one -> isOurs(one) && one.path("webhooks").isEmpty())
        .map(Installation::name)
        .toList();
  }

  /** Validating webhooks of whoever that call a Service of the install namespace, by name. */
  List<String> namesOfCallers() {
    return StreamSupport.stream(validating.value().spliterator(), false)
        .flatMap(one -> StreamSupport.stream(one.path("webhooks").spliterator(), false))
        .filter(this::callsHere)
        .map(hook -> hook.path("name").asText())
        .toList();
  }

  /** By label: {@code nameOverride} changes the one, but not the other. */
  static boolean isOurs(JsonNode object) {
    JsonNode labels = object.path("metadata").path("labels");
    return labels.path("app.kubernetes.io/name").asText().equals("pathgate")
        || labels.path("app.kubernetes.io/part-of").asText().equals("pathgate");
  }

  static String name(JsonNode object) {
    return object.path("metadata").path("name").asText();
  }

  /** Pathgate's Deployment of that role, {@code webhook} or {@code status-patcher}. */
  Optional<JsonNode> deployment(String role) {
    return StreamSupport.stream(deployments.value().spliterator(), false)
        .filter(Installation::isOurs)
        .filter(deployment -> InstalledSettings.of(deployment).hasRole(role))
        .findFirst();
  }

  /** The webhook's settings, where its Deployment can be seen. */
  Optional<InstalledSettings> settings() {
    return deployment("webhook").map(InstalledSettings::of);
  }
}
