package dev.pathgate.charts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * The chart's admission policies in force on one API server, and a few objects to try them on.
 * Policies and their parameters reach the API server's judgement some moments after they are
 * stored, so everything here waits until it has seen an effect.
 */
final class Policies {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Policies> IN_FORCE = new HashMap<>();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The API server reads its policies anew once a second; each question costs it some. */
  private static final Duration POLL_POLICIES = Duration.ofMillis(100);

  /** Chains reach them at once. */
  private static final Duration POLL_CHAINS = Duration.ofMillis(20);

  private static final Pattern SPEAKER = Pattern.compile("ValidatingAdmissionPolicy '(p-[0-9]+)-");

  private final KubeServer api;
  private Optional<String> values = Optional.empty();
  private List<JsonNode> objects = List.of();

  private Policies(KubeServer api) {
    this.api = api;
  }

  /** The policies of these values are the ones in force. */
  static Policies inForce(KubeServer api, String values) {
    Policies policies =
        IN_FORCE.computeIfAbsent(api.port() + ", " + api.tidied(), untouched -> new Policies(api));
    if (!policies.values.equals(Optional.of(values))) {
      policies.replace(values);
    }
    return policies;
  }

  /** The chart's values for these, with policies whatever they say of them. */
  private static String withPolicies(String prefix, String values) {
    try {
      ObjectNode all = (ObjectNode) Chart.YAML.readTree("fullnameOverride: " + prefix);
      if (!values.isEmpty()) {
        all.setAll((ObjectNode) Chart.YAML.readTree(values));
      }
      all.withObject("policies").put("enabled", true);
      return all.toString();
    } catch (com.fasterxml.jackson.core.JsonProcessingException malformed) {
      throw new IllegalArgumentException(values, malformed);
    }
  }

  private void replace(String newValues) {
    for (JsonNode object : objects) {
      api.send("DELETE", KubeServer.path(object), null).accepted();
    }
    String prefix = KubeServer.fresh("p");
    values = Optional.of(newValues);
    objects = new ArrayList<>();
    Chart.render(withPolicies(prefix, newValues)).all().stream()
        .filter(object -> object.path("kind").asText().startsWith("ValidatingAdmissionPolicy"))
        .forEach(objects::add);
    objects.forEach(api::apply);

    String namespace = api.freshNamespace();
    store(chain(namespace, "probe", Map.of("a", List.of())));
    store(chain(KubeServer.SYSTEM_NAMESPACE, KubeServer.fresh("probe"), Map.of("a", List.of())));
    String deployment = store(deployment(namespace, service("s", "a", "probe")));
    Awaitility.await("policies " + prefix)
        .atMost(PATIENCE)
        .pollInterval(POLL_POLICIES)
        .until(
            () ->
                speaksOnly(edit(deployment, service("s", "b", "probe")), prefix)
                    && speaksOnly(edit(deployment, service("s", "b", "")), prefix));
    awaitChains(namespace);
    awaitChains(KubeServer.SYSTEM_NAMESPACE);
    if (objects.stream().anyMatch(o -> KubeServer.path(o).contains("chain-is-immutable"))) {
      String chain = store(chain(namespace, "spec", Map.of()));
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(POLL_POLICIES)
          .until(() -> speaksOnly(api.merge(chain + "?dryRun=All", "{\"spec\": null}"), prefix));
    }
  }

  /** Whether policies of this prefix made the answer, and none of an earlier one. */
  private static boolean speaksOnly(KubeServer.Answer answer, String prefix) {
    Set<String> speakers =
        SPEAKER
            .matcher(answer.message() + answer.warnings())
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toSet());
    return speakers.equals(Set.of(prefix));
  }

  /** Waits until the policies know the chains that were stored in a namespace before. */
  void awaitChains(String namespace) {
    String last = KubeServer.fresh("last");
    store(chain(namespace, last, Map.of("a", List.of())));
    ObjectNode user =
        namespace.equals(KubeServer.SYSTEM_NAMESPACE)
            ? fleet(service("s", "a", last))
            : deployment(namespace, service("s", "a", last));
    String path = store(user);
    Awaitility.await("chains of " + namespace)
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(POLL_CHAINS)
        .until(
            () -> {
              KubeServer.Answer answer = edit(path, service("s", "b", last));
              return !answer.isAccepted() || !answer.warnings().isEmpty();
            });
  }

  KubeServer api() {
    return api;
  }

  /** Stores an object and gives its path. */
  String store(ObjectNode object) {
    api.create(object);
    return KubeServer.path(object);
  }

  /** What the API server would say of other services in an object, storing nothing. */
  KubeServer.Answer edit(String path, JsonNode... services) {
    return api.merge(path + "?dryRun=All", servicesPatch(services));
  }

  KubeServer.Answer editAs(String user, String group, String path, String patch) {
    return api.mergeAs(user, group, path + "?dryRun=All", patch);
  }

  static String servicesPatch(JsonNode... services) {
    ObjectNode patch = JSON.createObjectNode();
    addAll(patch.putObject("spec").putObject("serviceSpec").putArray("services"), services);
    return patch.toString();
  }

  static ObjectNode service(String name, String template, String chain) {
    ObjectNode service = JSON.createObjectNode().put("name", name).put("template", template);
    return chain.isEmpty() ? service : service.put("templateChain", chain);
  }

  static ObjectNode deployment(String namespace, JsonNode... services) {
    ObjectNode object =
        KubeServer.object(
            "k0rdent.mirantis.com/v1beta1",
            "ClusterDeployment",
            namespace,
            KubeServer.fresh("cluster"));
    ObjectNode spec = object.putObject("spec").put("template", "aws");
    addAll(spec.putObject("serviceSpec").putArray("services"), services);
    return object;
  }

  static ObjectNode fleet(JsonNode... services) {
    ObjectNode object =
        KubeServer.object(
            "k0rdent.mirantis.com/v1beta1", "MultiClusterService", "", KubeServer.fresh("fleet"));
    ObjectNode spec = object.putObject("spec");
    addAll(spec.putObject("serviceSpec").putArray("services"), services);
    return object;
  }

  private static void addAll(ArrayNode list, JsonNode... services) {
    for (JsonNode service : services) {
      list.add(service);
    }
  }

  static ObjectNode chain(
      String namespace, String name, Map<String, ? extends Collection<String>> upgrades) {
    ObjectNode chain =
        KubeServer.object("k0rdent.mirantis.com/v1beta1", "ServiceTemplateChain", namespace, name);
    ArrayNode templates = chain.putObject("spec").putArray("supportedTemplates");
    upgrades.forEach(
        (template, targets) -> {
          ArrayNode available =
              templates.addObject().put("name", template).putArray("availableUpgrades");
          // Required by v1.6, unknown to v1.0.
          targets.forEach(target -> available.addObject().put("name", target).put("version", "1"));
        });
    return chain;
  }

  /** {@code line("a", "b", "c")} is {@code a → b → c}. */
  static Map<String, List<String>> line(String... templates) {
    Map<String, List<String>> upgrades = new LinkedHashMap<>();
    for (int i = 0; i < templates.length; i++) {
      upgrades.put(templates[i], i + 1 < templates.length ? List.of(templates[i + 1]) : List.of());
    }
    return upgrades;
  }
}
