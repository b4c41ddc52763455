package dev.pathgate.charts;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeBinaries;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A real kube-apiserver with the CRDs of one k0rdent release ({@code src/test/resources/crds}); one
 * for each release, started when first asked for, and stopped by the test class that asked.
 */
final class ApiServer {
  static final String K0RDENT = "/apis/k0rdent.mirantis.com/v1beta1";
  static final String SYSTEM_NAMESPACE = "kcm-system";

  private static final String FREE_CHAINS = "free chains";

  /** Takes what the API server stores: its keys and nesting know no bound. */
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNameLength(Integer.MAX_VALUE)
                      .maxNestingDepth(Integer.MAX_VALUE)
                      .build())
              .build());

  private static final Map<String, ApiServer> RUNNING = new ConcurrentHashMap<>();
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final Map<String, String> PLURALS =
      Map.ofEntries(
          Map.entry("NetworkPolicy", "networkpolicies"),
          Map.entry("ValidatingAdmissionPolicy", "validatingadmissionpolicies"));
  private static final List<String> CLUSTER_SCOPED =
      List.of(
          "ClusterRole",
          "ClusterRoleBinding",
          "CustomResourceDefinition",
          "MultiClusterService",
          "MutatingWebhookConfiguration",
          "Namespace",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding",
          "ValidatingWebhookConfiguration");

  private final KubeAPIServer server;
  private final KubernetesClient client;
  private final String url;
  private final Path auditLog;

  private ApiServer(KubeAPIServer server, Path auditLog) {
    this.server = server;
    this.auditLog = auditLog;
    Config config = Config.fromKubeconfig(server.getKubeConfigYaml());
    config.setRequestRetryBackoffLimit(0);
    this.client = new KubernetesClientBuilder().withConfig(config).build();
    this.url = config.getMasterUrl().replaceAll("/$", "");
  }

  /** Skips the calling test where {@link KubeBinaries} has none. */
  static ApiServer of(String release) {
    return RUNNING.computeIfAbsent(release, ApiServer::start);
  }

  /** One whose ServiceTemplateChains take any spec and any edit of it. */
  static ApiServer ofFreeChains() {
    boolean isNew = !RUNNING.containsKey(FREE_CHAINS);
    ApiServer api = of(FREE_CHAINS);
    if (isNew) {
      api.freeChains();
    }
    return api;
  }

  private void freeChains() {
    String crd =
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
            + "/servicetemplatechains.k0rdent.mirantis.com";
    String free =
        "[{\"op\": \"replace\", \"path\":"
            + " \"/spec/versions/0/schema/openAPIV3Schema/properties/spec\",\"value\": {\"type\":"
            + " \"object\", \"x-kubernetes-preserve-unknown-fields\": true}}]";
    send("PATCH", crd, "application/json-patch+json", free, Map.of()).accepted();
    ObjectNode probe =
        object("k0rdent.mirantis.com/v1beta1", "ServiceTemplateChain", SYSTEM_NAMESPACE, "probe");
    probe.putObject("spec").put("kept", true);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                send("POST", collection(probe) + "?dryRun=All", probe)
                    .accepted()
                    .at("/spec/kept")
                    .asBoolean());
  }

  static void stopAll() {
    RUNNING.values().forEach(ApiServer::stop);
    RUNNING.clear();
  }

  private void stop() {
    client.close();
    server.stop();
  }

  private static ApiServer start(String release) {
    Path audit = audit();
    KubeAPIServer server =
        new KubeAPIServer(
            KubeBinaries.settings()
                .withApiServerFlags(
                    List.of(
                        "--audit-policy-file=" + audit.resolve("policy.yaml"),
                        "--audit-log-path=" + audit.resolve("log")))
                .build());
    server.start();
    ApiServer api = new ApiServer(server, audit.resolve("log"));
    api.installCrds(release.equals(FREE_CHAINS) ? "v1.12" : release);
    api.apply(object("v1", "Namespace", "", SYSTEM_NAMESPACE));
    api.apply(object("v1", "Namespace", "", Chart.NAMESPACE));
    return api;
  }

  /** A folder with the rule that edits of k0rdent's objects are logged. */
  private static Path audit() {
    try {
      Path folder = Files.createTempDirectory("audit");
      Files.writeString(
          folder.resolve("policy.yaml"),
          """
          apiVersion: audit.k8s.io/v1
          kind: Policy
          omitStages: [RequestReceived]
          rules:
            - {level: Metadata, verbs: [patch, update], resources: [{group: k0rdent.mirantis.com}]}
            - {level: None}
          """);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What policies of that name wrote under a key into the audit log last; empty if nothing. */
  String audited(String policy, String key) {
    try {
      List<String> events = Files.readAllLines(auditLog);
      String last = events.get(events.size() - 1);
      return JSON.readTree(last).path("annotations").properties().stream()
          .filter(entry -> entry.getKey().endsWith("-" + policy + "/" + key))
          .map(entry -> entry.getValue().asText())
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void installCrds(String release) {
    try (Stream<Path> files = Files.list(Path.of("src", "test", "resources", "crds", release))) {
      for (Path file : files.sorted().toList()) {
        Chart.parse(Files.readString(file)).forEach(this::apply);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (String plural :
        List.of(
            "clusterdeployments",
            "multiclusterservices",
            "servicetemplatechains",
            "servicetemplates")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> send("GET", K0RDENT + "/" + plural, null).code() == 200);
    }
  }

  String kubeConfig() {
    return server.getKubeConfigYaml();
  }

  /**
   * Policies and match conditions that could not be evaluated since the API server came up, as it
   * counts them itself: for an error, or because they cost more than it allows.
   */
  List<String> unevaluated() {
    return client
        .raw("/metrics")
        .lines()
        .filter(
            line ->
                line.startsWith("apiserver_admission_match_condition_evaluation_errors_total{")
                    || line.startsWith(
                        "apiserver_validating_admission_policy_check_total{enforcement_action=\"allow\""))
        .toList();
  }

  /** A token of a ServiceAccount, as the kubelet asks for one. */
  String token(String namespace, String account) {
    ObjectNode request =
        JSON.createObjectNode()
            .put("apiVersion", "authentication.k8s.io/v1")
            .put("kind", "TokenRequest");
    request.putObject("spec").put("expirationSeconds", 3600);
    return send(
            "POST",
            "/api/v1/namespaces/" + namespace + "/serviceaccounts/" + account + "/token",
            request)
        .accepted()
        .at("/status/token")
        .asText();
  }

  /** A CA certificate, as webhook configurations take it. */
  String caBundle() throws IOException {
    Path file = Path.of(client.getConfiguration().getCaCertFile());
    return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
  }

  /** A name that no other test uses. */
  static String fresh(String prefix) {
    return prefix + "-" + NAMES.incrementAndGet();
  }

  /** A new namespace of its own for a test. */
  String freshNamespace() {
    String name = fresh("tenant");
    apply(object("v1", "Namespace", "", name));
    return name;
  }

  static ObjectNode object(String apiVersion, String kind, String namespace, String name) {
    ObjectNode object = JSON.createObjectNode().put("apiVersion", apiVersion).put("kind", kind);
    ObjectNode metadata = object.putObject("metadata").put("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    return object;
  }

  /** The path of an object, made of its own fields. */
  static String path(JsonNode object) {
    return collection(object) + "/" + object.at("/metadata/name").asText();
  }

  /** The path of the collection that an object is in. */
  static String collection(JsonNode object) {
    String apiVersion = object.path("apiVersion").asText();
    String kind = object.path("kind").asText();
    String namespace = object.at("/metadata/namespace").asText();
    return (apiVersion.contains("/") ? "/apis/" : "/api/")
        + apiVersion
        + (CLUSTER_SCOPED.contains(kind) ? "" : "/namespaces/" + namespace)
        + "/"
        + PLURALS.getOrDefault(kind, kind.toLowerCase(java.util.Locale.ROOT) + "s");
  }

  /** Server-side apply of a whole object; fails the test if the API server refuses it. */
  JsonNode apply(JsonNode object) {
    return apply(object, "");
  }

  /** Server-side apply that stores nothing; fails the test if the API server refuses it. */
  void dryRun(JsonNode object) {
    apply(object, "&dryRun=All");
  }

  private JsonNode apply(JsonNode object, String parameters) {
    return send(
            "PATCH",
            path(object) + "?fieldManager=test&force=true&fieldValidation=Strict" + parameters,
            "application/apply-patch+yaml",
            object.toString(),
            Map.of())
        .accepted();
  }

  /** Creates an object; fails the test if the API server refuses it. */
  JsonNode create(JsonNode object) {
    return send("POST", collection(object), object).accepted();
  }

  /** Whether the chart's account {@code webhook} or {@code status-patcher} may do that. */
  boolean may(String account, String verb, String group, String resource, String name) {
    String[] parts = resource.split("/", 2);
    ObjectNode review = JSON.createObjectNode();
    review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SubjectAccessReview");
    ObjectNode spec = review.putObject("spec");
    spec.put("user", "system:serviceaccount:" + Chart.NAMESPACE + ":pathgate-" + account);
    ObjectNode attributes = spec.putObject("resourceAttributes");
    attributes.put("verb", verb).put("group", group).put("resource", parts[0]).put("name", name);
    boolean ofK0rdentOrCluster = group.contains(".mirantis.") || group.startsWith("admission");
    attributes.put("namespace", ofK0rdentOrCluster ? "" : Chart.NAMESPACE);
    if (parts.length > 1) {
      attributes.put("subresource", parts[1]);
    }
    return send("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
        .accepted()
        .at("/status/allowed")
        .asBoolean();
  }

  /** JSON merge patch. */
  Answer merge(String path, String patch) {
    return send("PATCH", path, "application/merge-patch+json", patch, Map.of());
  }

  /** JSON merge patch as somebody else. */
  Answer mergeAs(String user, String group, String path, String patch) {
    return send(
        "PATCH",
        path,
        "application/merge-patch+json",
        patch,
        Map.of("Impersonate-User", user, "Impersonate-Group", group));
  }

  public Answer send(String method, String path, JsonNode body) {
    return send(method, path, "application/json", body == null ? null : body.toString(), Map.of());
  }

  public Answer send(
      String method, String path, String type, String body, Map<String, String> headers) {
    HttpRequest.Builder request = client.getHttpClient().newHttpRequestBuilder().uri(url + path);
    headers.forEach(request::header);
    request.method(method, type, body);
    try {
      HttpResponse<String> response =
          client.getHttpClient().sendAsync(request.build(), String.class).get(60, TimeUnit.SECONDS);
      return new Answer(
          response.code(),
          JSON.readTree(response.body()),
          response.headers().getOrDefault("warning", response.headers("Warning")));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (IOException
        | java.util.concurrent.ExecutionException
        | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(method + " " + path, e);
    }
  }

  /** What the API server answered. */
  public record Answer(int code, JsonNode body, List<String> warnings) {
    boolean isAccepted() {
      return code < 300;
    }

    String message() {
      return body.path("message").asText();
    }

    /** The object in the answer. */
    JsonNode accepted() {
      if (!isAccepted()) {
        throw new AssertionError(code + " " + message());
      }
      return body;
    }
  }
}
