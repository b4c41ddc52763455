package dev.pathgate.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.pathgate.Settings;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.kube.ApiServer.Call;
import dev.pathgate.testkit.KubeServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A real kube-apiserver with k0rdent's CRDs, and patchers beside it. */
final class TestCluster implements AutoCloseable {
  static final Path COMPACT_CRDS = KubeServer.CRDS;

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final KubeServer server;
  private final ApiServer api;

  private static KubeServer ofReleases;

  private TestCluster(KubeServer server) {
    this.server = server;
    this.api = new ApiServer(server.client());
  }

  /** The API server of this run with these CRDs; skips the test where there is none. */
  static TestCluster start(String release) {
    return new TestCluster(KubeServer.of(release));
  }

  /** The API server of this run that serves one release after the other, without objects. */
  static synchronized TestCluster start(Path crds) {
    if (ofReleases == null) {
      ofReleases = KubeServer.own(crds);
    }
    ofReleases.exchangeCrds(crds);
    return new TestCluster(ofReleases);
  }

  /** Ends the one that serves one release after the other. */
  static synchronized void endReleases() {
    if (ofReleases != null) {
      ofReleases.close();
      ofReleases = null;
    }
  }

  /** Creates the CRDs of a release, or changes them to it. */
  void install(String release) {
    server.installCrds(COMPACT_CRDS.resolve(release));
  }

  void namespace(String name) {
    call(
        Call.send(
            "POST",
            "/api/v1/namespaces",
            ApiServer.JSON,
            yaml("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(name))));
  }

  static ConditionFactory await() {
    return Awaitility.await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(50));
  }

  Config config() {
    return server.config();
  }

  KubernetesClient client() {
    return server.client();
  }

  Path audit() {
    return server.auditLog();
  }

  Path kubeconfig() {
    return server.kubeconfig();
  }

  /** A running patcher; {@code settings} are keys without {@code pathgate.} and values in turn. */
  RunningPatcher patcher(String... settings) {
    return patcher(config(), settings);
  }

  RunningPatcher patcher(Config as, String... settings) {
    return new RunningPatcher(as, settings);
  }

  /** A patcher and its metrics. */
  static final class RunningPatcher implements AutoCloseable {
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final StatusPatcher patcher;

    RunningPatcher(Config config, String... settings) {
      patcher = new StatusPatcher(config, settings(settings), "kcm-system", metrics);
      patcher.start();
    }

    double writes(String result) {
      var counter = metrics.find("pathgate.status.writes").tag("result", result).counter();
      return counter == null ? 0 : counter.count();
    }

    /** Whether it leads and has looked at everything that it knows of so far. */
    boolean hasLookedAtAll() {
      return gauge("pathgate.status.leader") == 1
          && metrics.get("pathgate.status.reconcile").timer().count() > 0
          && gauge("pathgate.status.queue.depth") == 0;
    }

    double gauge(String name) {
      return metrics.get(name).gauge().value();
    }

    @Override
    public void close() {
      patcher.close();
    }
  }

  static Settings settings(String... pairs) {
    Map<String, String> values = new HashMap<>();
    values.put("pathgate.roles", "status-patcher");
    for (int i = 0; i < pairs.length; i += 2) {
      values.put("pathgate." + pairs[i], pairs[i + 1]);
    }
    return new SmallRyeConfigBuilder()
        .withMapping(Settings.class)
        .withConverter(MemorySize.class, 200, new MemorySizeConverter())
        .withSources(new PropertiesConfigSource(values, "test", 500))
        .build()
        .getConfigMapping(Settings.class);
  }

  static JsonNode yaml(String text) {
    try {
      return YAML.readTree(text);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  static String path(String kind, String namespace, String name) {
    return path("v1beta1", kind, namespace, name);
  }

  static String path(String version, String kind, String namespace, String name) {
    String plural = kind.toLowerCase(Locale.ROOT) + "s";
    return "/apis/k0rdent.mirantis.com/"
        + version
        + "/"
        + (kind.equals("MultiClusterService") ? "" : "namespaces/" + namespace + "/")
        + plural
        + (name.isEmpty() ? "" : "/" + name);
  }

  Answer call(Call call) {
    try {
      return api.ask(call, TIMEOUT);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } catch (InterruptedException end) {
      throw new IllegalStateException(end);
    }
  }

  JsonNode get(String path) {
    return call(Call.get(path)).json();
  }

  static JsonNode ok(Answer answer) {
    if (!answer.isSuccess()) {
      throw new AssertionError(answer.code() + ": " + answer.message());
    }
    return answer.json();
  }

  Answer patch(String path, String type, String manager, boolean force, JsonNode body) {
    return call(
        Call.send(
            "PATCH", path + "?fieldManager=" + manager + (force ? "&force=true" : ""), type, body));
  }

  /** Creates or replaces the object of one YAML document. */
  JsonNode apply(String text) {
    JsonNode object = yaml(text);
    JsonNode metadata = object.path("metadata");
    String group = object.path("apiVersion").asText();
    return ok(
        patch(
            path(
                group.substring(group.indexOf('/') + 1),
                object.path("kind").asText(),
                metadata.path("namespace").asText(),
                metadata.path("name").asText()),
            ApiServer.APPLY,
            "user",
            true,
            object));
  }

  /** A chain whose lines are {@code from: to, to} as YAML flow. */
  JsonNode chain(String namespace, String name, String... upgrades) {
    List<String> templates = new ArrayList<>();
    for (String line : upgrades) {
      String[] parts = line.split("->", -1);
      List<String> targets = new ArrayList<>();
      if (parts.length > 1) {
        for (String target : parts[1].split(",", -1)) {
          String[] named = target.strip().split("@", -1);
          targets.add(
              named.length > 1
                  ? "{name: %s, version: '%s'}".formatted(named[0], named[1])
                  : "{name: %s}".formatted(named[0]));
        }
      }
      templates.add(
          "{name: %s, availableUpgrades: [%s]}"
              .formatted(parts[0].strip(), String.join(", ", targets)));
    }
    return apply(
        """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ServiceTemplateChain
        metadata: {namespace: %s, name: %s}
        spec: {supportedTemplates: [%s]}
        """
            .formatted(namespace, name, String.join(", ", templates)));
  }

  /** A ClusterDeployment whose services are YAML flow mappings. */
  JsonNode deployment(String namespace, String name, String... services) {
    return apply(
        """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ClusterDeployment
        metadata: {namespace: %s, name: %s}
        spec: {template: aws-1-0-0, credential: aws, serviceSpec: {services: [%s]}}
        """
            .formatted(namespace, name, String.join(", ", services)));
  }

  JsonNode fleet(String name, String... services) {
    return apply(
        """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: MultiClusterService
        metadata: {name: %s}
        spec: {clusterSelector: {matchLabels: {a: b}}, serviceSpec: {services: [%s]}}
        """
            .formatted(name, String.join(", ", services)));
  }

  JsonNode deployment(String namespace, String name) {
    return get(path("ClusterDeployment", namespace, name));
  }

  /** A full status update, as k0rdent's controller does it. */
  Answer updateStatus(String version, JsonNode object, String manager) {
    JsonNode metadata = object.path("metadata");
    return call(
        Call.send(
            "PUT",
            path(
                    version,
                    object.path("kind").asText(),
                    metadata.path("namespace").asText(),
                    metadata.path("name").asText())
                + "/status?fieldManager="
                + manager,
            ApiServer.JSON,
            object));
  }

  void delete(String kind, String namespace, String name) {
    ok(
        call(
            new Call(
                "DELETE",
                path(kind, namespace, name),
                Map.of("Accept", ApiServer.JSON, "Content-Type", ApiServer.JSON),
                "")));
  }

  /** Deletes all chains and their users. */
  void clear(String namespace) {
    for (String path :
        List.of(
            path("ClusterDeployment", namespace, ""),
            path("MultiClusterService", "", ""),
            path("ServiceTemplateChain", namespace, ""),
            path("ServiceTemplateChain", "kcm-system", ""))) {
      ok(
          call(
              new Call(
                  "DELETE",
                  path,
                  Map.of("Accept", ApiServer.JSON, "Content-Type", ApiServer.JSON),
                  "")));
    }
  }

  /** A client with the rights that the chart gives the patcher, maybe but the one to write. */
  Config serviceAccount(String name, boolean patch) {
    String rbac = "/apis/rbac.authorization.k8s.io/v1/";
    ok(
        patch(
            "/api/v1/namespaces/kcm-system/serviceaccounts/" + name,
            ApiServer.APPLY,
            "user",
            true,
            yaml(
                "{apiVersion: v1, kind: ServiceAccount, metadata: {name: %s, namespace: kcm-system}}"
                    .formatted(name))));
    ok(
        patch(
            rbac + "clusterroles/" + name,
            ApiServer.APPLY,
            "user",
            true,
            yaml(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: %s}
                rules:
                  - apiGroups: [k0rdent.mirantis.com]
                    resources: [clusterdeployments, multiclusterservices, servicetemplatechains]
                    verbs: [get, list, watch]
                  - apiGroups: [k0rdent.mirantis.com]
                    resources: [clusterdeployments/status, multiclusterservices/status]
                    verbs: [%s]
                  - apiGroups: [events.k8s.io]
                    resources: [events]
                    verbs: [create, patch]
                """
                    .formatted(name, patch ? "patch" : "get"))));
    ok(
        patch(
            rbac + "namespaces/kcm-system/roles/" + name,
            ApiServer.APPLY,
            "user",
            true,
            yaml(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: %s, namespace: kcm-system}
                rules:
                  - apiGroups: [coordination.k8s.io]
                    resources: [leases]
                    resourceNames: [pathgate-status-patcher]
                    verbs: [get, update]
                """
                    .formatted(name))));
    String subjects =
        "subjects: [{kind: ServiceAccount, name: %s, namespace: kcm-system}]".formatted(name);
    ok(
        patch(
            rbac + "clusterrolebindings/" + name,
            ApiServer.APPLY,
            "user",
            true,
            yaml(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: %s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %s}
                %s
                """
                    .formatted(name, name, subjects))));
    ok(
        patch(
            rbac + "namespaces/kcm-system/rolebindings/" + name,
            ApiServer.APPLY,
            "user",
            true,
            yaml(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: %s, namespace: kcm-system}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %s}
                %s
                """
                    .formatted(name, name, subjects))));
    String token =
        ok(call(
                Call.send(
                    "POST",
                    "/api/v1/namespaces/kcm-system/serviceaccounts/" + name + "/token",
                    ApiServer.JSON,
                    yaml("{apiVersion: authentication.k8s.io/v1, kind: TokenRequest}"))))
            .path("status")
            .path("token")
            .asText();
    Config config = config();
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(config.getMasterUrl())
        .withCaCertFile(config.getCaCertFile())
        .withCaCertData(config.getCaCertData())
        .withTrustCerts(config.isTrustCerts())
        .withOauthToken(token)
        .withRequestTimeout(20_000)
        .withRequestRetryBackoffLimit(0)
        .build();
  }

  String leasePath() {
    return "/apis/coordination.k8s.io/v1/namespaces/kcm-system/leases/pathgate-status-patcher";
  }

  /** The Lease as the chart makes it: without a spec. */
  void emptyLease() {
    deleteLease();
    ok(
        patch(
            leasePath(),
            ApiServer.APPLY,
            "helm",
            true,
            yaml(
                """
                apiVersion: coordination.k8s.io/v1
                kind: Lease
                metadata: {name: pathgate-status-patcher, namespace: kcm-system}
                """)));
  }

  void deleteLease() {
    call(
        new Call(
            "DELETE",
            leasePath(),
            Map.of("Accept", ApiServer.JSON, "Content-Type", ApiServer.JSON),
            ""));
  }

  /** Kills the API server, and starts another on the same data and port. */
  void restart(int secondsBetween) throws InterruptedException {
    server.stop();
    TimeUnit.SECONDS.sleep(secondsBetween);
    server.start();
  }

  static JsonNode condition(JsonNode object) {
    for (JsonNode condition : object.path("status").path("conditions")) {
      if (condition.path("type").asText().equals(Condition.TYPE)) {
        return condition;
      }
    }
    return MissingNode.getInstance();
  }

  static JsonNode paths(JsonNode object) {
    return object.path("status").path("servicesUpgradePaths");
  }

  @Override
  public void close() {
    if (server != ofReleases) {
      KubeServer.tidyAll();
    }
  }
}
