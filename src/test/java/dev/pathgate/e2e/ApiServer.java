package dev.pathgate.e2e;

import dev.pathgate.testkit.KubeBinaries;
import io.fabric8.kubeapitest.KubeAPIServerConfig;
import io.fabric8.kubeapitest.cert.CertManager;
import io.fabric8.kubeapitest.process.EtcdProcess;
import io.fabric8.kubeapitest.process.KubeAPIServerProcess;
import io.fabric8.kubeapitest.process.UnexpectedProcessStopHandler;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real kube-apiserver on a real etcd: one for all classes of a run, started by the first that
 * asks and stopped with the JVM. It keeps an audit log, and can be restarted on the same data.
 */
final class ApiServer {
  private static final int READY_MILLIS = 60_000;
  private static final UnexpectedProcessStopHandler UNEXPECTED =
      process -> System.out.println("etcd or kube-apiserver ended unexpectedly");

  private static ApiServer shared;

  private final Path folder;
  private final KubeAPIServerConfig config;
  private final CertManager certificates;
  private final EtcdProcess etcd;
  private final int etcdPort;
  private final AtomicInteger namespaces = new AtomicInteger();
  private KubeAPIServerProcess process;
  private KubernetesClient client;

  private ApiServer() throws IOException {
    folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "e2e-apiserver");
    config =
        KubeBinaries.settings()
            .withApiServerFlag("--audit-log-path", auditLog().toString())
            .withApiServerFlag("--audit-policy-file", auditPolicy().toString())
            .build();
    certificates = new CertManager(config.getKubeAPITestDir());
    etcd = new EtcdProcess(KubeBinaries.require(), UNEXPECTED, true, READY_MILLIS);
    etcdPort = etcd.startEtcd();
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopAll));
    start();
  }

  /** The one API server of this run. */
  static synchronized ApiServer shared() {
    if (shared == null) {
      try {
        shared = new ApiServer();
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
    return shared;
  }

  /** Starts it (again), on another port but with the same data. */
  synchronized void start() throws IOException {
    process = new KubeAPIServerProcess(certificates, KubeBinaries.require(), UNEXPECTED, config);
    process.startApiServer(etcdPort);
    process.waitUntilReady();
    writeKubeconfig(kubeconfig(), process.getApiServerPort());
    if (client != null) {
      client.close();
    }
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(kubeconfig().toFile()))
            .build();
  }

  /** Ends it at once, as a crash would. */
  synchronized void stop() {
    process.stopApiServer();
  }

  private void stopAll() {
    process.stopApiServer();
    etcd.stopEtcd();
    etcd.cleanEtcdData();
  }

  int port() {
    return process.getApiServerPort();
  }

  /** What kubectl and this class connect with, as a cluster administrator. */
  Path kubeconfig() {
    return folder.resolve("kubeconfig");
  }

  /** A kubeconfig that reaches the API server at another port of this machine. */
  Path kubeconfigThrough(int port) throws IOException {
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
            cluster: {server: "https://127.0.0.1:%d", insecure-skip-tls-verify: true}
        users:
          - name: test
            user: {client-certificate: "%s", client-key: "%s"}
        contexts:
          - name: test
            context: {cluster: test, user: test}
        current-context: test
        """
            .formatted(port, certificates.getClientCertPath(), certificates.getClientKeyPath()));
  }

  Path kubectl() {
    return KubeBinaries.require().binaries().getKubectl().toPath();
  }

  private Path auditLog() {
    return folder.resolve("audit.log");
  }

  private Path auditPolicy() throws IOException {
    return Files.writeString(
        folder.resolve("audit-policy.yaml"),
        """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules:
          - level: Metadata
            resources: [{group: k0rdent.mirantis.com}]
          - level: None
        """);
  }

  /** The audit events that mention {@code text}, one JSON object each. */
  List<String> audited(String text) throws IOException {
    return Files.readAllLines(auditLog()).stream().filter(line -> line.contains(text)).toList();
  }

  /** A namespace that no other test uses. */
  String newNamespace() {
    String name = "tenant" + namespaces.incrementAndGet();
    create("apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n".formatted(name));
    return name;
  }

  /** Creates every object of the manifest; fails if one is refused. */
  void create(String manifest) {
    client.resourceList(manifest).resources().forEach(object -> object.create());
  }

  /** Brings every object of the manifest to what it says, whoever wrote it before. */
  void put(String manifest) {
    PatchContext serverSide =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("e2e")
            .withForce(true)
            .build();
    client.resourceList(manifest).resources().forEach(object -> object.patch(serverSide));
  }

  /** Deletes every object of the manifest that is there. */
  void delete(String manifest) {
    client.resourceList(manifest).withGracePeriod(0).delete();
  }

  /** What the API server answers to a GET, status code first. */
  String get(String path) {
    return exchange("GET", path, "");
  }

  /** What the API server answers, status code first, then its warnings, then the body. */
  String exchange(String method, String path, String json) {
    try {
      HttpResponse<String> answer =
          client
              .getHttpClient()
              .sendAsync(
                  client
                      .getHttpClient()
                      .newHttpRequestBuilder()
                      .uri(client.getMasterUrl() + path)
                      .method(method, "application/json", json.isEmpty() ? null : json)
                      .build(),
                  String.class)
              .get(30, TimeUnit.SECONDS);
      List<String> lines = new ArrayList<>(List.of(String.valueOf(answer.code())));
      lines.addAll(answer.headers("Warning"));
      lines.add(answer.bodyString());
      return String.join("\n", lines);
    } catch (InterruptedException | ExecutionException | TimeoutException | IOException failed) {
      throw new IllegalStateException(method + " " + path, failed);
    }
  }
}
