package dev.pathgate.testkit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubeapitest.binary.Binaries;
import io.fabric8.kubeapitest.cert.CertManager;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A real kube-apiserver on a real etcd, with the CRDs of one k0rdent release. It keeps an audit
 * log, can be restarted on the same data and port, and ends with the JVM at the latest.
 *
 * <p>Most tests share one: {@link #shared} with those that only make objects in namespaces of their
 * own, {@link #of} with those that put webhooks, policies and roles before everything, and so take
 * turns. {@link #own} is for a test that stops it.
 */
public final class KubeServer implements AutoCloseable {
  public static final String K0RDENT = "/apis/k0rdent.mirantis.com/v1beta1";
  public static final String SYSTEM_NAMESPACE = "kcm-system";

  /** The CRDs that the repository carries, one folder for each release. */
  public static final Path CRDS = Path.of("src", "test", "resources", "crds");

  private static final String CRD_PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  private static final String FREE_CHAINS = "free chains";
  private static final Duration READY = Duration.ofSeconds(60);

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

  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Map<String, KubeServer> RUNNING = new ConcurrentHashMap<>();
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

  private static final String KEPT = "v1.12";
  static final String HOME = "pathgate-home";
  static final List<String> KINDS =
      List.of(
          "clusterdeployments",
          "multiclusterservices",
          "servicetemplatechains",
          "servicetemplates");

  /** They collect garbage once they have this much: a third of the CPU went into it. */
  private static final Map<String, String> SPARE_CPU =
      Map.of("GOGC", "off", "GOMEMLIMIT", "700MiB");

  static {
    Awaitility.setDefaultTimeout(READY); // ten seconds are little on a busy machine
  }

  private static KubeServer shared;

  private final Path folder = TestFolders.make("apiserver");
  private final Binaries binaries = KubeBinaries.require().binaries();
  private final CertManager certificates = KubeBinaries.certificates();
  private final Pki webhookCallers = new Pki("CA of webhook callers");
  private final int port = TestFolders.freePort();
  private final Process etcd;
  private final int etcdPort = TestFolders.freePort();
  private final Config config;
  private final KubernetesClient client;
  private Set<String> unevaluatedBefore = Set.of();
  private int tidied;
  private Process process;

  /** Skips the calling test where {@link KubeBinaries} has none. */
  private KubeServer() {
    try {
      Files.writeString(
          folder.resolve("audit-policy.yaml"),
          """
          apiVersion: audit.k8s.io/v1
          kind: Policy
          omitStages: [RequestReceived]
          rules:
            - {level: None, users: ["system:apiserver"]}
            - {level: Metadata}
          """);
      writeKubeconfig(kubeconfig(), port);
      writeAdmissionConfiguration();
      int peers = TestFolders.freePort();
      etcd =
          run(
              "etcd",
              List.of(
                  binaries.getEtcd().getAbsolutePath(),
                  "--data-dir=" + folder.resolve("etcd"),
                  "--unsafe-no-fsync", // nothing here outlives the machine
                  "--log-level=error",
                  "--listen-client-urls=http://127.0.0.1:" + etcdPort,
                  "--advertise-client-urls=http://127.0.0.1:" + etcdPort,
                  "--listen-peer-urls=http://127.0.0.1:" + peers,
                  "--initial-advertise-peer-urls=http://127.0.0.1:" + peers,
                  "--initial-cluster=default=http://127.0.0.1:" + peers));
      config =
          new ConfigBuilder(Config.fromKubeconfig(Files.readString(kubeconfig())))
              .withRequestTimeout(20_000)
              .withRequestRetryBackoffLimit(0)
              .build();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    client = new KubernetesClientBuilder().withConfig(config).build();
    start();
  }

  /** What it shows to webhooks that ask for a certificate. */
  private void writeAdmissionConfiguration() throws IOException {
    Pki.Identity caller = webhookCallers.issue("kube-apiserver", Pki.KeyKind.EC);
    Path certificate = Files.writeString(folder.resolve("caller.crt"), caller.certificatePem());
    Path key = Files.writeString(folder.resolve("caller.key"), caller.pkcs8());
    Path callers =
        Files.writeString(
            folder.resolve("callers"),
            """
            apiVersion: v1
            kind: Config
            users:
              - name: "*"
                user: {client-certificate: "%s", client-key: "%s"}
            """
                .formatted(certificate, key));
    StringBuilder plugins = new StringBuilder();
    for (String plugin : List.of("ValidatingAdmissionWebhook", "MutatingAdmissionWebhook")) {
      plugins.append(
          """
            - name: %s
              configuration:
                apiVersion: apiserver.config.k8s.io/v1
                kind: WebhookAdmissionConfiguration
                kubeConfigFile: "%s"
          """
              .formatted(plugin, callers));
    }
    Files.writeString(
        folder.resolve("admission.yaml"),
        "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n"
            + plugins);
  }

  private Process run(String name, List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve(name + ".log").toFile()));
    builder.environment().putAll(SPARE_CPU);
    return TestFolders.endWithTheJvm(builder.start());
  }

  /**
   * The one of this run for tests that keep to namespaces of their own; which CRDs it serves,
   * {@link CrdShape} decides.
   */
  public static synchronized KubeServer shared() {
    if (shared == null) {
      shared = new KubeServer();
    }
    return shared;
  }

  /**
   * The one of this run with the CRDs of a release, and what {@link #tidyAll} has left of it. The
   * shared one ends: classes of a package, which use the same, follow each other.
   */
  public static KubeServer of(String release) {
    PathgateProcess.endShared();
    endShared();
    return RUNNING.computeIfAbsent(
        release,
        missing -> {
          KubeServer made = own(CRDS.resolve(missing.equals(FREE_CHAINS) ? "v1.12" : missing));
          made.apply(object("v1", "Namespace", "", HOME));
          return made;
        });
  }

  private static synchronized void endShared() {
    if (shared != null) {
      shared.close();
      shared = null;
    }
  }

  /** One whose ServiceTemplateChains take any spec and any edit of it. */
  public static KubeServer ofFreeChains() {
    boolean isNew = !RUNNING.containsKey(FREE_CHAINS);
    KubeServer api = of(FREE_CHAINS);
    if (isNew) {
      api.freeChains();
    }
    return api;
  }

  /** One for the caller alone, who closes it. */
  public static KubeServer own(Path crds) {
    KubeServer made = new KubeServer();
    made.installCrds(crds);
    made.apply(object("v1", "Namespace", "", SYSTEM_NAMESPACE));
    return made;
  }

  /**
   * Leaves those of {@link #of} as a class finds them: without webhooks, policies, roles of the
   * chart and objects of k0rdent. Those of older releases, which few classes want, end.
   */
  public static void tidyAll() {
    List<String> few = RUNNING.keySet().stream().filter(name -> !name.equals(KEPT)).toList();
    few.forEach(name -> RUNNING.remove(name).close());
    RUNNING.values().forEach(KubeServer::tidy);
  }

  /** Leaves this one so. */
  public void tidy() {
    new Leftovers(this).clear();
    unevaluatedBefore = Set.copyOf(unevaluatedEver());
    tidied++;
  }

  /** How often {@link #tidy} was here: what was stored before is gone. */
  public int tidied() {
    return tidied;
  }

  /** Starts it (again), on the same port and with the same data. */
  public synchronized void start() {
    String key = certificates.getAPIServerKeyPath();
    try {
      process =
          run(
              "kube-apiserver",
              List.of(
                  binaries.getApiServer().getAbsolutePath(),
                  "--bind-address=127.0.0.1",
                  "--secure-port=" + port,
                  "--cert-dir=" + Path.of(key).getParent(),
                  "--client-ca-file=" + certificates.getClientCertPath(),
                  "--etcd-servers=http://127.0.0.1:" + etcdPort,
                  "--authorization-mode=RBAC",
                  "--service-account-issuer=https://localhost",
                  "--service-account-signing-key-file=" + key,
                  "--service-account-key-file=" + key,
                  "--disable-admission-plugins=ServiceAccount",
                  "--service-cluster-ip-range=10.0.0.0/24",
                  "--allow-privileged",
                  "--admission-control-config-file=" + folder.resolve("admission.yaml"),
                  "--audit-policy-file=" + folder.resolve("audit-policy.yaml"),
                  "--audit-log-path=" + auditLog()));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    Awaitility.await("kube-apiserver is ready")
        .atMost(READY)
        .pollInterval(Duration.ofMillis(100))
        .failFast("see " + folder, () -> !process.isAlive() || !etcd.isAlive())
        .until(() -> isReady("/readyz") && isReady("/api/v1/namespaces/default"));
  }

  private boolean isReady(String path) {
    try {
      return exchange("GET", path, "").startsWith("200");
    } catch (IllegalStateException notYet) {
      return false;
    }
  }

  /** Ends it at once, as a crash would; its data stay. */
  public synchronized void stop() {
    end(process);
  }

  private static void end(Process process) {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    client.close();
    end(process);
    end(etcd);
    TestFolders.delete(folder);
  }

  public int port() {
    return port;
  }

  /** How this class connects: as a cluster administrator, without retries. */
  public Config config() {
    return config;
  }

  public KubernetesClient client() {
    return client;
  }

  /** What kubectl and this class connect with, as a cluster administrator. */
  public Path kubeconfig() {
    return folder.resolve("kubeconfig");
  }

  /** The text of {@link #kubeconfig}. */
  public String kubeConfig() {
    try {
      return Files.readString(kubeconfig());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A kubeconfig that reaches the API server at another port of this machine. */
  public Path kubeconfigThrough(int port) throws IOException {
    Path file = folder.resolve("kubeconfig-" + port);
    writeKubeconfig(file, port);
    return file;
  }

  private void writeKubeconfig(Path file, int port) throws IOException {
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters:
          - name: test
            cluster: {server: "https://127.0.0.1:%d", certificate-authority: "%s"}
        users:
          - name: test
            user: {client-certificate: "%s", client-key: "%s"}
        contexts:
          - name: test
            context: {cluster: test, user: test}
        current-context: test
        """
            .formatted(
                port,
                certificates.getAPIServerCertPath(),
                certificates.getClientCertPath(),
                certificates.getClientKeyPath()));
  }

  /** A kubeconfig of a ServiceAccount, whose namespace is the one that is meant by default. */
  public String kubeconfigOf(String namespace, String account) {
    return """
    apiVersion: v1
    kind: Config
    clusters:
      - name: test
        cluster: {server: "https://127.0.0.1:%d", certificate-authority: "%s"}
    users:
      - name: test
        user: {token: "%s"}
    contexts:
      - name: test
        context: {cluster: test, user: test, namespace: %s}
    current-context: test
    """
        .formatted(port, certificates.getAPIServerCertPath(), token(namespace, account), namespace);
  }

  public Path kubectl() {
    return binaries.getKubectl().toPath();
  }

  /** One audit event a line, of every request but the API server's own. */
  public Path auditLog() {
    return folder.resolve("audit");
  }

  /** The audit events that mention {@code text}, one JSON object each. */
  public List<String> audited(String text) throws IOException {
    return Files.readAllLines(auditLog()).stream().filter(line -> line.contains(text)).toList();
  }

  /**
   * What policies of that name wrote under a key into the audit log at the last edit of one of
   * k0rdent's objects; empty if nothing.
   */
  public String audited(String policy, String key) {
    try {
      List<JsonNode> edits = new ArrayList<>();
      for (String line : audited("k0rdent.mirantis.com")) {
        JsonNode event = JSON.readTree(line);
        boolean isEdit = List.of("patch", "update").contains(event.path("verb").asText());
        if (isEdit && event.at("/objectRef/apiGroup").asText().equals("k0rdent.mirantis.com")) {
          edits.add(event);
        }
      }
      return edits.get(edits.size() - 1).path("annotations").properties().stream()
          .filter(entry -> entry.getKey().endsWith("-" + policy + "/" + key))
          .map(entry -> entry.getValue().asText())
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Policies and match conditions that could not be evaluated since {@link #tidy}, as the API
   * server counts them itself: for an error, or because they cost more than it allows.
   */
  public List<String> unevaluated() {
    return unevaluatedEver().stream().filter(line -> !unevaluatedBefore.contains(line)).toList();
  }

  private List<String> unevaluatedEver() {
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

  /** Creates the CRDs of a folder, or changes them to it, and waits until they are served. */
  public void installCrds(Path crds) {
    try (Stream<Path> files = Files.list(crds)) {
      for (Path file : files.sorted().toList()) {
        parse(Files.readString(file)).forEach(this::apply);
      }
      UsedCrds.note(crds);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (String plural : KINDS) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> send("GET", K0RDENT + "/" + plural, null).code() == 200);
    }
  }

  /** Takes its CRDs away, objects and all, and returns once it serves those of another folder. */
  public void exchangeCrds(Path crds) {
    tidy(); // seen: objects of the old ones were there again under the new ones
    send("DELETE", CRD_PATH, null).accepted();
    Awaitility.await("what they held is gone")
        .atMost(READY)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> send("GET", CRD_PATH, null).accepted().path("items").isEmpty());
    awaitPublished("its CRDs are gone", document -> document.code() == 404);
    installCrds(crds);
    awaitPublished(
        "the schemas of " + crds + " are published",
        document ->
            KINDS.stream().allMatch(plural -> document.body().toString().contains("/" + plural)));
  }

  private void awaitPublished(String what, Predicate<Answer> document) {
    Awaitility.await(what)
        .atMost(READY)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                document.test(
                    send(
                        "GET",
                        "/openapi/v3" + K0RDENT,
                        "application/json",
                        null,
                        Map.of("Accept", "application/json"))));
  }

  private void freeChains() {
    String free =
        "[{\"op\": \"replace\", \"path\": \"/spec/versions/0/schema/openAPIV3Schema/properties/spec\","
            + "\"value\": {\"type\": \"object\", \"x-kubernetes-preserve-unknown-fields\": true}}]";
    String crd = CRD_PATH + "/servicetemplatechains.k0rdent.mirantis.com";
    send("PATCH", crd, "application/json-patch+json", free, Map.of()).accepted();
    ObjectNode probe =
        object("k0rdent.mirantis.com/v1beta1", "ServiceTemplateChain", SYSTEM_NAMESPACE, "probe");
    probe.putObject("spec").put("kept", true);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                send("POST", collection(probe) + "?dryRun=All", probe)
                    .accepted()
                    .at("/spec/kept")
                    .asBoolean());
  }

  /** A token of a ServiceAccount, as the kubelet asks for one. */
  public String token(String namespace, String account) {
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

  /** Who signed the certificate that it shows to webhooks that ask for one. */
  public Pki webhookCallers() {
    return webhookCallers;
  }

  /** A CA certificate, as webhook configurations take it. */
  public String caBundle() throws IOException {
    Path file = Path.of(certificates.getAPIServerCertPath());
    return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
  }

  /** A name that no other test uses. */
  public static String fresh(String prefix) {
    return prefix + "-" + NAMES.incrementAndGet();
  }

  /** A new namespace of its own for a test. */
  public String freshNamespace() {
    String name = fresh("tenant");
    apply(object("v1", "Namespace", "", name));
    return name;
  }

  public static ObjectNode object(String apiVersion, String kind, String namespace, String name) {
    ObjectNode object = JSON.createObjectNode().put("apiVersion", apiVersion).put("kind", kind);
    ObjectNode metadata = object.putObject("metadata").put("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    return object;
  }

  /** The objects of a manifest of one or more YAML documents. */
  public static List<JsonNode> parse(String manifest) {
    List<JsonNode> objects = new ArrayList<>();
    try (MappingIterator<JsonNode> all = YAML.readerFor(JsonNode.class).readValues(manifest)) {
      while (all.hasNext()) {
        JsonNode object = all.next();
        if (object != null && object.isObject()) {
          objects.add(object);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return objects;
  }

  /** The path of an object, made of its own fields. */
  public static String path(JsonNode object) {
    return collection(object) + "/" + object.at("/metadata/name").asText();
  }

  /** The path of the collection that an object is in. */
  public static String collection(JsonNode object) {
    String apiVersion = object.path("apiVersion").asText();
    String kind = object.path("kind").asText();
    String namespace = object.at("/metadata/namespace").asText();
    return (apiVersion.contains("/") ? "/apis/" : "/api/")
        + apiVersion
        + (CLUSTER_SCOPED.contains(kind)
            ? ""
            : "/namespaces/" + (namespace.isEmpty() ? "default" : namespace))
        + "/"
        + PLURALS.getOrDefault(kind, kind.toLowerCase(Locale.ROOT) + "s");
  }

  /** Server-side apply of a whole object; fails the test if the API server refuses it. */
  public JsonNode apply(JsonNode object) {
    return apply(object, "&fieldValidation=Strict");
  }

  /** Server-side apply that stores nothing; fails the test if the API server refuses it. */
  public void dryRun(JsonNode object) {
    apply(object, "&fieldValidation=Strict&dryRun=All");
  }

  private JsonNode apply(JsonNode object, String parameters) {
    return send(
            "PATCH",
            path(object) + "?fieldManager=test&force=true" + parameters,
            "application/apply-patch+yaml",
            object.toString(),
            Map.of())
        .accepted();
  }

  /** Creates an object; fails the test if the API server refuses it. */
  public JsonNode create(JsonNode object) {
    return send("POST", collection(object), object).accepted();
  }

  /** Creates every object of the manifest; fails if one is refused. */
  public void create(String manifest) {
    parse(manifest).forEach(this::create);
  }

  /** Brings every object of the manifest to what it says, whoever wrote it before. */
  public void put(String manifest) {
    parse(manifest).forEach(object -> apply(object, ""));
  }

  /** Deletes every object of the manifest that is there, at once. */
  public void delete(String manifest) {
    for (JsonNode object : parse(manifest)) {
      Answer answer = send("DELETE", path(object) + "?gracePeriodSeconds=0", null);
      if (answer.code() != 404) {
        answer.accepted();
      }
    }
  }

  /** JSON merge patch. */
  public Answer merge(String path, String patch) {
    return send("PATCH", path, "application/merge-patch+json", patch, Map.of());
  }

  /** JSON merge patch as somebody else. */
  public Answer mergeAs(String user, String group, String path, String patch) {
    return send(
        "PATCH",
        path,
        "application/merge-patch+json",
        patch,
        Map.of("Impersonate-User", user, "Impersonate-Group", group));
  }

  /** How many objects a collection holds. */
  public long count(String collection) {
    JsonNode first = send("GET", collection + "?limit=1", null).accepted();
    return first.path("items").size() + first.at("/metadata/remainingItemCount").asLong();
  }

  /** What the API server answers to a GET, status code first. */
  public String get(String path) {
    return exchange("GET", path, "");
  }

  /** What the API server answers, status code first, then its warnings, then the body. */
  public String exchange(String method, String path, String json) {
    HttpResponse<String> answer =
        ask(method, path, "application/json", json.isEmpty() ? null : json, Map.of());
    List<String> lines = new ArrayList<>(List.of(String.valueOf(answer.code())));
    lines.addAll(answer.headers("Warning"));
    lines.add(answer.body());
    return String.join("\n", lines);
  }

  /** A request with a JSON body, or without one if that is null. */
  public Answer send(String method, String path, JsonNode body) {
    return send(method, path, "application/json", body == null ? null : body.toString(), Map.of());
  }

  public Answer send(
      String method, String path, String type, String body, Map<String, String> headers) {
    HttpResponse<String> response = ask(method, path, type, body, headers);
    try {
      Answer answer =
          new Answer(
              response.code(),
              JSON.readTree(response.body()),
              response.headers().getOrDefault("warning", response.headers("Warning")));
      if (List.of("PATCH", "PUT", "DELETE").contains(method) && answer.isAccepted()) {
        awaitCached(path, answer.body());
      }
      return answer;
    } catch (IOException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }

  /**
   * Returns once the API server's own cache has the object that was written. It tries an edit on
   * the object of its cache first, and asks webhooks about that, before it finds out that the
   * object is older. A list's version may be newer than all that its cache will see.
   */
  private void awaitCached(String path, JsonNode written) {
    String version = written.at("/metadata/resourceVersion").asText();
    if (!version.isEmpty() && !written.has("items") && !path.contains("dryRun")) {
      get(path.replaceFirst("\\?.*", "") + "?resourceVersion=" + version);
    }
  }

  private HttpResponse<String> ask(
      String method, String path, String type, String body, Map<String, String> headers) {
    HttpRequest.Builder request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri("https://127.0.0.1:" + port + (path.startsWith("/") ? path : "/" + path));
    headers.forEach(request::header);
    request.method(method, type, body);
    try {
      return client
          .getHttpClient()
          .sendAsync(request.build(), String.class)
          .get(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(method + " " + path, e);
    }
  }

  /** What the API server answered. */
  public record Answer(int code, JsonNode body, List<String> warnings) {
    public boolean isAccepted() {
      return code < 300;
    }

    public String message() {
      return body.path("message").asText();
    }

    /** The object in the answer. */
    public JsonNode accepted() {
      if (!isAccepted()) {
        throw new AssertionError(code + " " + message());
      }
      return body;
    }
  }
}
