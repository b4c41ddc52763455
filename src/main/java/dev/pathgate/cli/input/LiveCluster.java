package dev.pathgate.cli.input;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cluster.ServedIdentity;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectReader;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.kube.ApiServer.Call;
import dev.pathgate.rule.ServiceIdentity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Reads a live cluster, list by list and page by page; writes nothing. */
public final class LiveCluster {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ClusterOptions options;

  /** The cluster of these options. */
  public LiveCluster(ClusterOptions options) {
    this.options = options;
  }

  /**
   * How much of a cluster is read.
   *
   * @param everything all namespaces
   * @param systemNamespace where the chains of MultiClusterServices live, read in any case
   */
  public record Scope(boolean everything, String systemNamespace) {}

  /**
   * What was read.
   *
   * @param leftOut what this account may not see and can be left out, in a sentence; if anything
   */
  record Reading(List<Item> items, Optional<String> leftOut) {}

  /**
   * The objects of the four kinds. Who asks for one namespace, which is not the system's, need not
   * be allowed to see MultiClusterServices: they and their chains live elsewhere.
   */
  Reading read(Scope asked, Consumer<String> progress) {
    try (KubernetesClient client = options.client()) {
      CommandRequests api = requests(client);
      List<Item> items = new ArrayList<>();
      progress.accept("reading from " + address());
      Optional<String> leftOut = leftOut(api, asked);
      Scope scope = leftOut.isEmpty() ? asked : new Scope(false, options.namespaceOfCluster());
      for (Kind kind : Kind.values()) {
        if (leftOut.isPresent() && !kind.isNamespaced()) {
          continue;
        }
        Optional<Set<String>> selected =
            kind.hasServices() ? selected(api, scope, kind) : Optional.empty();
        for (String namespace : namespaces(scope, kind)) {
          boolean spokenOf = namespace.isEmpty() || namespace.equals(options.namespaceOfCluster());
          list(
              api,
              kind,
              namespace,
              "",
              json -> {
                progress.accept("reading the cluster: " + (items.size() + 1) + " objects");
                K0rdentObject object = object(kind, json);
                boolean left =
                    selected.filter(names -> !names.contains(object.location())).isPresent();
                items.add(
                    new Item(
                        kind,
                        object,
                        Optional.empty(),
                        spokenOf && !left,
                        kind == Kind.SERVICE_TEMPLATE
                            ? Optional.of(json.path("spec"))
                            : Optional.empty()));
              });
        }
      }
      return new Reading(items, leftOut);
    }
  }

  private Optional<String> leftOut(CommandRequests api, Scope asked) {
    if (asked.everything() || options.namespaceOfCluster().equals(asked.systemNamespace())) {
      return Optional.empty();
    }
    Answer answer = api.ask(Call.get(Kind.MULTI_CLUSTER_SERVICE.path("") + "?limit=1"));
    return answer.isMissingRule()
        ? Optional.of(
            "MultiClusterServices are left out, and what namespace "
                + asked.systemNamespace()
                + " has for them: "
                + answer.message())
        : Optional.empty();
  }

  /** The objects with the labels of {@code --selector}, if it is given. */
  private Optional<Set<String>> selected(CommandRequests api, Scope scope, Kind kind) {
    if (options.selector().isEmpty()) {
      return Optional.empty();
    }
    Set<String> names = new HashSet<>();
    String query = "&labelSelector=" + CommandRequests.encoded(options.selector().get());
    for (String namespace : namespaces(scope, kind)) {
      list(api, kind, namespace, query, json -> names.add(object(kind, json).location()));
    }
    return Optional.of(names);
  }

  /** Which lists to read; the empty name stands for all namespaces. */
  private Set<String> namespaces(Scope scope, Kind kind) {
    if (scope.everything() || !kind.isNamespaced()) {
      return Set.of("");
    }
    Set<String> namespaces = new LinkedHashSet<>(List.of(options.namespaceOfCluster()));
    if (!kind.hasServices()) {
      namespaces.add(scope.systemNamespace());
    }
    return namespaces;
  }

  /**
   * One JSON document of the API server.
   *
   * @return empty where it says that there is none
   * @throws CommandFailure where it can't be reached or refuses
   */
  public Optional<JsonNode> get(String path) {
    try (KubernetesClient client = options.client()) {
      Answer answer = required(requests(client).ask(Call.get(path)));
      return answer.code() == 404 ? Optional.empty() : Optional.of(answer.json());
    }
  }

  /**
   * A list that every API server has.
   *
   * @param resource what it is of, such as {@code deployments.apps}
   * @throws CommandFailure where it can't be reached, refuses, or is none
   */
  JsonNode require(String path, String resource) {
    return get(path).orElseThrow(() -> without(resource));
  }

  private CommandFailure without(String resource) {
    return CommandFailure.noCluster(
        "the API server at "
            + address()
            + " has no "
            + resource
            + (resource.endsWith(Kind.GROUP) ? ": install k0rdent, or wait for its CRDs" : ""));
  }

  /** What tells services apart: k0rdent from 1.4 on gives each a namespace by default. */
  ServiceIdentity serviceIdentity() {
    try (KubernetesClient client = options.client()) {
      Answer answer = required(requests(client).ask(Call.get(Kind.OPENAPI)));
      return ServedIdentity.of(answer.body()).orElse(ServiceIdentity.NAMESPACE_DEFAULTED);
    } catch (IOException noDocument) {
      return ServiceIdentity.NAMESPACE_DEFAULTED;
    }
  }

  /** Whether a mutating webhook of Pathgate is registered, as far as the caller may see. */
  public boolean hasMutatingRegistration() {
    AtomicBoolean found = new AtomicBoolean();
    try (KubernetesClient client = options.client()) {
      Answer answer =
          requests(client)
              .list(
                  "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
                  "",
                  configuration ->
                      configuration
                          .path("webhooks")
                          .forEach(
                              webhook -> {
                                if (webhook.path("name").asText().endsWith(".pathgate.dev")) {
                                  found.set(true);
                                }
                              }));
      if (answer.code() == 404) {
        throw without("mutatingwebhookconfigurations.admissionregistration.k8s.io");
      }
    }
    return found.get();
  }

  private void list(
      CommandRequests api, Kind kind, String namespace, String query, Consumer<JsonNode> taker) {
    String path = kind.path(CommandRequests.encoded(namespace));
    Answer answer = api.list(path, query, taker);
    if (answer.code() == 400 && !query.isEmpty()) {
      throw CommandFailure.usage(
          "--selector " + options.selector().orElse("") + ": " + answer.message());
    }
    if (required(answer).code() == 404) {
      throw without(kind.plural() + "." + Kind.GROUP);
    }
  }

  private CommandRequests requests(KubernetesClient client) {
    return new CommandRequests(new ApiServer(client), options.requestTimeout(), address());
  }

  /** The answer, unless the API server refuses. */
  private Answer required(Answer answer) {
    if (!answer.isSuccess() && answer.code() != 404) {
      throw CommandFailure.noCluster(
          "the API server at " + address() + " refuses: " + answer.message());
    }
    return answer;
  }

  private String address() {
    return options.config().getMasterUrl().replaceAll("/$", "");
  }

  private static K0rdentObject object(Kind kind, JsonNode json) {
    try {
      return read(
          kind.hasServices() ? ObjectReader.lenient() : ObjectReader.strictKeepingSpec(), json);
    } catch (IOException otherwise) {
      try {
        return read(ObjectReader.lenient(), json);
      } catch (IOException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }

  private static K0rdentObject read(ObjectReader reader, JsonNode json) throws IOException {
    try (JsonParser tokens = JSON.treeAsTokens(json)) {
      tokens.nextToken();
      return reader.read(tokens, "");
    }
  }
}
