package dev.pathgate.charts;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A pod of one of the chart's Deployments, as a process of this machine: with the rendered
 * arguments and environment, and with the token and so the rights of its ServiceAccount. Only its
 * address and ports are its own.
 */
final class Pod implements AutoCloseable {
  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final Duration START = Duration.ofSeconds(90);

  private final String name;
  private final Path folder;
  private final Process process;
  private final int httpsPort;
  private final int managementPort;
  private final HttpClient management = HttpClient.newHttpClient();

  private Pod(String name, Path folder, List<String> args, Map<String, String> environment)
      throws IOException {
    this.name = name;
    this.folder = folder;
    httpsPort = freePort();
    managementPort = freePort();
    if (!Files.exists(JAR)) {
      throw new IllegalStateException(JAR + " is missing: mvn package makes it");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As docker/entrypoint; the chart's own options come with the environment.
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(List.of("-jar", JAR.toAbsolutePath().toString()));
    command.addAll(args);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder
        .environment()
        .keySet()
        .removeIf(variable -> variable.startsWith("PATHGATE_") || variable.startsWith("KUBE"));
    builder.environment().putAll(environment);
    builder.environment().put("HOSTNAME", name);
    builder.environment().put("KUBECONFIG", folder.resolve("kubeconfig").toString());
    builder.environment().put("PATHGATE_HOST", "127.0.0.1");
    builder.environment().put("PATHGATE_HTTPS_PORT", String.valueOf(httpsPort));
    builder.environment().put("PATHGATE_MANAGEMENT_PORT", String.valueOf(managementPort));
    process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /** Starts one, and returns at once. */
  static Pod start(ApiServer api, Chart.Objects rendered, String deployment) {
    return start(api, rendered, deployment, rendered.serviceAccount(deployment));
  }

  /** Starts one as another ServiceAccount of the same namespace. */
  static Pod start(ApiServer api, Chart.Objects rendered, String deployment, String account) {
    JsonNode container =
        rendered.one("Deployment", deployment).at("/spec/template/spec/containers/0");
    List<String> args = new ArrayList<>();
    container.path("args").forEach(arg -> args.add(arg.asText()));
    try {
      String name = ApiServer.fresh(deployment);
      Path folder = Files.createTempDirectory(name);
      Files.writeString(folder.resolve("kubeconfig"), kubeconfig(api, account));
      return new Pod(name, folder, args, rendered.environment(deployment));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static String kubeconfig(ApiServer api, String account) {
    return """
    apiVersion: v1
    kind: Config
    clusters:
      - name: test
        cluster: {server: "%s", insecure-skip-tls-verify: true}
    users:
      - name: test
        user: {token: "%s"}
    contexts:
      - name: test
        context: {cluster: test, user: test, namespace: %s}
    current-context: test
    """
        .formatted(
            Config.fromKubeconfig(api.kubeConfig()).getMasterUrl(),
            api.token(Chart.NAMESPACE, account),
            Chart.NAMESPACE);
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  String name() {
    return name;
  }

  int httpsPort() {
    return httpsPort;
  }

  int managementPort() {
    return managementPort;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Its resident memory in MiB; 0 if it is gone. */
  long residentMib() {
    try {
      return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException gone) {
      return 0;
    }
  }

  /** All that it has logged so far. */
  String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** What an endpoint of the management port answers, status code first; empty if nothing does. */
  String get(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      HttpResponse<String> answer = management.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    } catch (IOException notThere) {
      return "";
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  Pod awaitReady() {
    Awaitility.await(name + " is ready")
        .atMost(START)
        .pollInterval(Duration.ofMillis(100))
        .failFast(name + " has ended, see " + folder, () -> !process.isAlive())
        .until(() -> get("/q/health/ready").startsWith("200"));
    return this;
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
