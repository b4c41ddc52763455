package dev.pathgate.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.pathgate.kube.AnswerStream;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.kube.ApiServer.Answer;
import dev.pathgate.kube.ApiServer.Call;
import dev.pathgate.testkit.KubeBinaries;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A real kube-apiserver with k0rdent's CRDs, chains, and ClusterDeployments of 5 services. */
final class Fleet implements AutoCloseable {
  static final String NAMESPACE = "bench";
  static final int CHAINS = 500;
  static final int SERVICES = 5;
  static final int TEMPLATES = 10;

  /** As many as the patcher has workers. */
  static final int CLIENTS = 8;

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String GROUP = "/apis/k0rdent.mirantis.com/v1beta1";

  private final KubeAPIServer server;
  private final KubernetesClient client;
  private final ApiServer api;
  private final Path kubeconfig;

  private Fleet(KubeAPIServer server) throws IOException {
    this.server = server;
    this.client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder(Config.fromKubeconfig(server.getKubeConfigYaml()))
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
    this.api = new ApiServer(client);
    this.kubeconfig = Files.createTempFile(Path.of("target"), "bench-", ".kubeconfig").toAbsolutePath();
    Files.writeString(kubeconfig, server.getKubeConfigYaml());
  }

  static Fleet start() throws Exception {
    KubeAPIServer server = new KubeAPIServer(KubeBinaries.settings().build());
    server.start();
    Fleet fleet = new Fleet(server);
    try (Stream<Path> crds = Files.list(Path.of("src/test/resources/crds/v1.12"))) {
      for (Path crd : crds.sorted().toList()) {
        fleet.create(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", YAML.readTree(crd.toFile()));
      }
    }
    fleet.namespace("kcm-system");
    fleet.namespace(NAMESPACE);
    for (String kind : List.of("clusterdeployments", "servicetemplatechains")) {
      while (!fleet.ask(Call.get(GROUP + "/" + kind)).isSuccess()) {
        Thread.sleep(100);
      }
    }
    Thread.sleep(1_000); // until its OpenAPI document follows
    return fleet;
  }

  void namespace(String name) throws Exception {
    create(
        "/api/v1/namespaces",
        YAML.readTree("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(name)));
  }

  Path kubeconfig() {
    return kubeconfig;
  }

  Answer ask(Call call) throws Exception {
    return api.ask(call, PATIENCE);
  }

  private Answer ok(Call call) throws Exception {
    Answer answer = ask(call);
    if (!answer.isSuccess()) {
      throw new IllegalStateException(call.path() + ": " + answer.code() + " " + answer.message());
    }
    return answer;
  }

  void create(String path, JsonNode object) throws Exception {
    ok(Call.send("POST", path, ApiServer.JSON, object));
  }

  /** What the API server counts about itself. */
  String metrics() throws Exception {
    return new String(ok(Call.get("/metrics")).body(), java.nio.charset.StandardCharsets.UTF_8);
  }

  /** A watch of all ClusterDeployments, read to no end but its closing, as the patcher has one. */
  AutoCloseable watched() throws Exception {
    HttpClient http = client.getHttpClient();
    AnswerStream events =
        AnswerStream.ask(
                http,
                http.newHttpRequestBuilder()
                    .uri(ApiServer.root(client) + GROUP + "/clusterdeployments?watch=true")
                    .forStreaming()
                    .build())
            .get(30, TimeUnit.SECONDS)
            .body();
    Thread reader = new Thread(() -> drain(events));
    reader.setDaemon(true);
    reader.start();
    return events;
  }

  private static void drain(AnswerStream events) {
    byte[] piece = new byte[64 * 1024];
    try {
      while (events.read(piece, 0, piece.length) >= 0) {
        // what is in it is nobody's business
      }
    } catch (IOException closed) {
      // which is how it ends
    }
  }

  /** Creates chains and as many ClusterDeployments. */
  void fill(int objects) throws Exception {
    inParallel(
        "chains",
        CHAINS,
        number -> create(path("servicetemplatechains", ""), chain("chain-" + number, number)));
    inParallel(
        "ClusterDeployments",
        objects,
        number ->
            create(
                path("clusterdeployments", ""),
                deployment(NAMESPACE, "deployment-" + number, SERVICES, number, 5_000)));
  }

  static String path(String plural, String name) {
    return path(NAMESPACE, plural, name);
  }

  static String path(String namespace, String plural, String name) {
    return GROUP + "/namespaces/" + namespace + "/" + plural + (name.isEmpty() ? "" : "/" + name);
  }

  /** A line of templates that can be gone in both ways. */
  static JsonNode chain(String name, int number) throws IOException {
    List<String> templates = new ArrayList<>();
    for (int i = 0; i < TEMPLATES; i++) {
      List<String> targets = new ArrayList<>();
      if (i + 1 < TEMPLATES) {
        targets.add("{name: %s}".formatted(template(number, i + 1)));
      }
      templates.add(
          "{name: %s, availableUpgrades: [%s]}"
              .formatted(template(number, i), String.join(",", targets)));
    }
    return YAML.readTree(
        """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ServiceTemplateChain
        metadata: {name: %s}
        spec: {supportedTemplates: [%s]}
        """
            .formatted(name, String.join(", ", templates)));
  }

  static String template(int chain, int version) {
    return "service-template-" + chain + "-0-" + version + "-0";
  }

  /** A ClusterDeployment whose services stand in the middle of their chains. */
  static JsonNode deployment(String namespace, String name, int services, int first, int filler)
      throws IOException {
    List<String> list = new ArrayList<>();
    for (int i = 0; i < services; i++) {
      int chain = (first * services + i) % CHAINS;
      list.add(
          """
          {name: service-%d, namespace: apps, template: %s, templateChain: chain-%d,
           values: "replicas: 3\\nimage:\\n  tag: v%d\\n  pullPolicy: IfNotPresent\\n"}"""
              .formatted(i, template(chain, TEMPLATES / 2), chain, i));
    }
    ObjectNode object =
        (ObjectNode)
            YAML.readTree(
                """
                apiVersion: k0rdent.mirantis.com/v1beta1
                kind: ClusterDeployment
                metadata: {namespace: %s, name: %s, labels: {region: eu, tier: production}}
                spec:
                  template: aws-standalone
                  credential: aws-credential
                  config: {region: eu-central-1, workersNumber: 3}
                  serviceSpec: {services: [%s]}
                """
                    .formatted(namespace, name, String.join(",\n", list)));
    ((ObjectNode) object.get("metadata"))
        .putObject("annotations")
        .put("pathgate.dev/filler", "x".repeat(filler));
    return object;
  }

  /** A step of work on the object of that number. */
  interface Step {
    void run(int number) throws Exception;
  }

  /** Runs the step for every number, as many at once as the patcher has workers; seconds. */
  static double inParallel(String what, int count, Step step) throws Exception {
    AtomicInteger next = new AtomicInteger();
    AtomicLong shown = new AtomicLong(System.nanoTime());
    long began = System.nanoTime();
    ExecutorService workers = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        running.add(
            workers.submit(
                () -> {
                  int number = next.getAndIncrement();
                  while (number < count) {
                    step.run(number);
                    long last = shown.get();
                    if (System.nanoTime() - last > 5_000_000_000L
                        && shown.compareAndSet(last, System.nanoTime())) {
                      Bench.say("  %s: %d of %d", what, number, count);
                    }
                    number = next.getAndIncrement();
                  }
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
      return (System.nanoTime() - began) / 1e9;
    } finally {
      workers.shutdownNow();
    }
  }

  @Override
  public void close() {
    client.close();
    server.stop();
  }
}
