package dev.pathgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Pathgate as users run it: {@code java -jar quarkus-run.jar serve}, a process of its own. */
final class Gate implements AutoCloseable {
  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final Duration START = Duration.ofMinutes(2);

  private static Gate shared;

  private final Path folder;
  private final Pems pems;
  private final Process process;
  private final int httpsPort;
  private final int managementPort;
  private final HttpClient management = HttpClient.newHttpClient();

  private Gate(Setup setup) throws IOException {
    folder = setup.folder;
    pems = setup.pems;
    httpsPort = freePort();
    int other = freePort();
    while (other == httpsPort) {
      other = freePort();
    }
    managementPort = other;
    if (!Files.exists(JAR)) {
      throw new IllegalStateException(JAR + " is missing: mvn package makes it");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx128m", "-XX:+ExitOnOutOfMemoryError")); // as the chart and the image
    command.add("-XX:TieredStopAtLevel=1"); // it lives for seconds only
    command.addAll(List.of("-jar", JAR.toAbsolutePath().toString(), "serve"));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("PATHGATE_") || name.startsWith("KUBE"));
    builder.environment().putAll(setup.environment);
    builder.environment().put("PATHGATE_HOST", "127.0.0.1");
    builder.environment().put("PATHGATE_HTTPS_PORT", String.valueOf(httpsPort));
    builder.environment().put("PATHGATE_MANAGEMENT_PORT", String.valueOf(managementPort));
    process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /** How a Pathgate is to be started. */
  static final class Setup {
    private final Path folder;
    private final Pems pems = new Pems("Pathgate test CA");
    private final Map<String, String> environment = new TreeMap<>();

    private Setup() throws IOException {
      folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "e2e-gate");
      Pems.Identity identity = pems.issue("pathgate", Pems.KeyKind.EC);
      with("PATHGATE_TLS_CERTIFICATE", write("tls.crt", identity.certificatePem()));
      with("PATHGATE_TLS_KEY", write("tls.key", identity.pkcs8()));
    }

    private String write(String name, String text) throws IOException {
      return Files.writeString(folder.resolve(name), text).toString();
    }

    /** Sets an environment variable. */
    Setup with(String name, Object value) {
      environment.put(name, String.valueOf(value));
      return this;
    }

    /** Starts it and returns once it is ready. */
    Gate start() throws IOException {
      Gate gate = launch();
      gate.awaitReady();
      return gate;
    }

    /** Starts it and returns at once. */
    Gate launch() throws IOException {
      return new Gate(this);
    }
  }

  /** A Pathgate that knows what the folder holds. */
  static Setup onFolder(Path manifests) throws IOException {
    return new Setup().with("PATHGATE_CHAINS", manifests.toAbsolutePath());
  }

  /** A Pathgate that knows what the API server at the other end of this kubeconfig holds. */
  static Setup onCluster(Path kubeconfig) throws IOException {
    return new Setup().with("KUBECONFIG", kubeconfig);
  }

  /** The Pathgate that most classes share, registered at the shared API server. */
  static synchronized Gate shared() throws IOException {
    if (shared == null) {
      ApiServer api = ApiServer.shared();
      CrdShape.ofRepository().get(0).serve(api);
      Wire wire = new Wire(api::port); // so that it finds an API server that was restarted
      wire.mend();
      shared = onCluster(api.kubeconfigThrough(wire.port())).start();
      api.put(shared.registration("pathgate"));
      Awaitility.await("the API server asks Pathgate")
          .pollInterval(Duration.ofMillis(100))
          .until(() -> isAsked(api));
    }
    return shared;
  }

  private static boolean isAsked(ApiServer api) {
    String dangling =
        """
        {"apiVersion": "k0rdent.mirantis.com/v1beta1", "kind": "ServiceTemplateChain",
         "metadata": {"name": "probe"}, "spec": {"supportedTemplates": [
           {"name": "a", "availableUpgrades": [{"name": "b"}]}]}}
        """;
    return api.exchange("POST", K0rdent.CHAINS.formatted("default") + "?dryRun=All", dangling)
        .contains("validate.pathgate.dev");
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  /**
   * The ValidatingWebhookConfiguration that puts this Pathgate before k0rdent's objects. What the
   * user {@code before-pathgate} does, it does not see.
   */
  String registration(String name) {
    return """
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: {name: %s}
    webhooks:
      - name: validate.pathgate.dev
        admissionReviewVersions: [v1]
        sideEffects: None
        failurePolicy: Fail
        matchPolicy: Equivalent
        timeoutSeconds: 10
        clientConfig: {url: "%s", caBundle: %s}
        matchConditions:
          - {name: since-pathgate, expression: request.userInfo.username != 'before-pathgate'}
        rules:
          - apiGroups: [k0rdent.mirantis.com]
            apiVersions: [v1beta1]
            operations: [CREATE, UPDATE]
            resources: [clusterdeployments, multiclusterservices]
          - apiGroups: [k0rdent.mirantis.com]
            apiVersions: [v1beta1]
            operations: [CREATE, UPDATE, DELETE]
            resources: [servicetemplatechains]
    """
        .formatted(name, uri("/validate"), caBundle());
  }

  String caBundle() {
    return Base64.getEncoder().encodeToString(pems.authorityPem().getBytes(UTF_8));
  }

  URI uri(String path) {
    return URI.create("https://127.0.0.1:" + httpsPort + path);
  }

  int httpsPort() {
    return httpsPort;
  }

  int managementPort() {
    return managementPort;
  }

  Pems pems() {
    return pems;
  }

  Path folder() {
    return folder;
  }

  Process process() {
    return process;
  }

  /** All that it has logged so far. */
  String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  /** The status code of an endpoint of the management port; 0 if it doesn't answer. */
  int status(String path) {
    return fetch(path).map(HttpResponse::statusCode).orElse(0);
  }

  /** The body of an endpoint of the management port; empty if it doesn't answer. */
  String body(String path) {
    return fetch(path).map(HttpResponse::body).orElse("");
  }

  private Optional<HttpResponse<String>> fetch(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      return Optional.of(management.send(request, HttpResponse.BodyHandlers.ofString()));
    } catch (IOException notThere) {
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  boolean isReady() {
    return status("/q/health/ready") == 200;
  }

  void awaitReady() {
    Awaitility.await("Pathgate is ready")
        .atMost(START)
        .pollInterval(Duration.ofMillis(100))
        .failFast("Pathgate has ended", () -> !process.isAlive())
        .until(this::isReady);
  }

  /** SIGTERM, and the exit code that follows. */
  int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(40, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("Pathgate does not stop");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
