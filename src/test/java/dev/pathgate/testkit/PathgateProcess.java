package dev.pathgate.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pathgate.k0rdent.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * Pathgate as users run it: {@code java -jar quarkus-run.jar serve}, a process of its own, on this
 * machine's loopback address and on ports that nobody else has.
 */
public final class PathgateProcess implements AutoCloseable {
  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final ClassArchive ARCHIVE = new ClassArchive(JAR);
  private static final Duration START = Duration.ofMinutes(2);
  private static final Pattern CACHED =
      Pattern.compile("pathgate_cache_objects\\{kind=\"(\\w+)\",?} ([0-9]+)");

  private static PathgateProcess shared;

  private final String name;
  private final Path folder;
  private final Pki pki;
  private final Process process;
  private final int httpsPort = TestFolders.freePort();
  private final int managementPort = TestFolders.freePort();
  private final HttpClient management = HttpClient.newHttpClient();

  private PathgateProcess(Setup setup) throws IOException {
    name = setup.name;
    folder = setup.folder;
    pki = setup.pki;
    List<String> command = new ArrayList<>(java());
    command.addAll(
        List.of("-Xmx128m", "-XX:+ExitOnOutOfMemoryError")); // as the chart and the image
    command.add("-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")));
    command.addAll(packaged());
    command.addAll(setup.arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder
        .environment()
        .keySet()
        .removeIf(variable -> variable.startsWith("PATHGATE_") || variable.startsWith("KUBE"));
    builder.environment().putAll(setup.environment);
    builder.environment().put("HOSTNAME", name);
    builder.environment().put("PATHGATE_HOST", "127.0.0.1");
    builder.environment().put("PATHGATE_HTTPS_PORT", String.valueOf(httpsPort));
    builder.environment().put("PATHGATE_MANAGEMENT_PORT", String.valueOf(managementPort));
    process = TestFolders.endWithTheJvm(builder.start());
  }

  /** What runs a packaged command, up to its first argument. */
  public static List<String> command() throws IOException {
    List<String> command = new ArrayList<>(java());
    command.addAll(packaged());
    return command;
  }

  /** Java for what lives for seconds only: starting is most of what it does. */
  private static List<String> java() throws IOException {
    List<String> java = new ArrayList<>();
    java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    java.addAll(
        List.of(
            "-XX:+UseSerialGC", // as the chart and the image
            "-XX:TieredStopAtLevel=1",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:-BytecodeVerificationRemote",
            "-XX:-UsePerfData"));
    java.addAll(ARCHIVE.flags());
    return java;
  }

  private static List<String> packaged() {
    if (!Files.exists(JAR)) {
      throw new IllegalStateException(JAR + " is missing: mvn package makes it");
    }
    return List.of("-jar", JAR.toAbsolutePath().toString());
  }

  /** How a Pathgate is to be started. */
  public static final class Setup {
    private final String name;
    private final Path folder;
    private final Pki pki = new Pki("Pathgate test CA");
    private final Map<String, String> environment = new TreeMap<>();
    private List<String> arguments = List.of("serve");

    private Setup(String name) {
      this.name = name;
      this.folder = TestFolders.make(name);
    }

    /** Gives it a certificate of {@link PathgateProcess#pki}, in two files. */
    private Setup withCertificate() throws IOException {
      Pki.Identity identity = pki.issue("pathgate", Pki.KeyKind.EC);
      with("PATHGATE_TLS_CERTIFICATE", write("tls.crt", identity.certificatePem()));
      return with("PATHGATE_TLS_KEY", write("tls.key", identity.pkcs8()));
    }

    /** Puts a file into its folder. */
    public Path write(String file, String text) throws IOException {
      return Files.writeString(folder.resolve(file), text);
    }

    /** Where it will run. */
    public Path folder() {
      return folder;
    }

    /** Sets an environment variable. */
    public Setup with(String variable, Object value) {
      environment.put(variable, String.valueOf(value));
      return this;
    }

    /** Sets environment variables. */
    public Setup with(Map<String, String> variables) {
      environment.putAll(variables);
      return this;
    }

    /** The command line, {@code serve} without this. */
    public Setup arguments(List<String> words) {
      arguments = List.copyOf(words);
      return this;
    }

    /** Starts it and returns once it is ready. */
    public PathgateProcess start() throws IOException {
      return launch().awaitReady();
    }

    /** Starts it and returns at once. */
    public PathgateProcess launch() throws IOException {
      return new PathgateProcess(this);
    }
  }

  /** A Pathgate that knows what the folder holds. */
  public static Setup onFolder(Path manifests) throws IOException {
    return new Setup("pathgate")
        .withCertificate()
        .with("PATHGATE_CHAINS", manifests.toAbsolutePath());
  }

  /** A Pathgate that knows what the API server at the other end of this kubeconfig holds. */
  public static Setup onCluster(Path kubeconfig) throws IOException {
    return new Setup("pathgate").withCertificate().with("KUBECONFIG", kubeconfig);
  }

  /** A pod of that name: it has what {@code kubeconfig} allows, and no certificate. */
  public static Setup pod(String name, String kubeconfig) throws IOException {
    Setup setup = new Setup(name);
    return setup.with("KUBECONFIG", setup.write("kubeconfig", kubeconfig));
  }

  /** The Pathgate that most classes share, registered at the shared API server. */
  public static synchronized PathgateProcess shared() throws IOException {
    if (shared == null) {
      KubeServer api = KubeServer.shared();
      CrdShape.ofRepository().get(0).serve(api);
      Wire wire = new Wire(api::port); // so that it finds an API server that was restarted
      wire.mend();
      shared = onCluster(api.kubeconfigThrough(wire.port())).start();
      shared.registerAt(api, "pathgate");
    }
    return shared;
  }

  /** Ends it, as its API server ends. */
  static synchronized void endShared() {
    if (shared != null) {
      shared.close();
      shared = null;
    }
  }

  /** Has the API server ask this Pathgate, and returns once it does. */
  public void registerAt(KubeServer api, String name) {
    api.put(registration(name));
    Awaitility.await("the API server asks Pathgate")
        .pollInterval(Duration.ofMillis(100))
        .until(() -> isAsked(api));
  }

  private static boolean isAsked(KubeServer api) {
    String dangling =
        """
        {"apiVersion": "k0rdent.mirantis.com/v1beta1", "kind": "ServiceTemplateChain",
         "metadata": {"name": "probe"}, "spec": {"supportedTemplates": [
           {"name": "a", "availableUpgrades": [{"name": "b"}]}]}}
        """;
    return api.exchange(
            "POST", K0rdentObjects.CHAINS.formatted("default") + "?dryRun=All", dangling)
        .contains("validate.pathgate.dev");
  }

  /**
   * The ValidatingWebhookConfiguration that puts this Pathgate before k0rdent's objects. What the
   * user {@code before-pathgate} does, it does not see.
   */
  public String registration(String name) {
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

  public String caBundle() {
    return Base64.getEncoder().encodeToString(pki.authorityPem().getBytes(UTF_8));
  }

  /** Where its webhooks are. */
  public URI uri(String path) {
    return URI.create("https://127.0.0.1:" + httpsPort + path);
  }

  public int httpsPort() {
    return httpsPort;
  }

  public int managementPort() {
    return managementPort;
  }

  /** Where health and metrics are. */
  public URI managementUri(String path) {
    return URI.create("http://127.0.0.1:" + managementPort + path);
  }

  /** Who signed its certificate. */
  public Pki pki() {
    return pki;
  }

  /** Where it runs; its files of certificate and key are here. */
  public Path folder() {
    return folder;
  }

  /** Its host name. */
  public String name() {
    return name;
  }

  public Process process() {
    return process;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its resident memory in MiB; 0 if it is gone. */
  public long residentMib() {
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
  public String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The status code of an endpoint of the management port; 0 if it doesn't answer. */
  public int status(String path) {
    return fetch(path).map(HttpResponse::statusCode).orElse(0);
  }

  /** The body of an endpoint of the management port; empty if it doesn't answer. */
  public String body(String path) {
    return fetch(path).map(HttpResponse::body).orElse("");
  }

  /** What an endpoint of the management port answers, status code first; empty if nothing does. */
  public String get(String path) {
    return fetch(path).map(answer -> answer.statusCode() + " " + answer.body()).orElse("");
  }

  private Optional<HttpResponse<String>> fetch(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(managementUri(path)).timeout(Duration.ofSeconds(5)).build();
    try {
      return Optional.of(management.send(request, HttpResponse.BodyHandlers.ofString()));
    } catch (IOException notThere) {
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  public boolean isReady() {
    return status("/q/health/ready") == 200;
  }

  /** Waits until it is; fails if it ends first. */
  public PathgateProcess awaitReady() {
    Awaitility.await(name + " is ready")
        .atMost(START)
        .pollInterval(Duration.ofMillis(100))
        .failFast(name + " has ended, see " + folder, () -> !process.isAlive())
        .until(this::isReady);
    return this;
  }

  /**
   * Waits until its caches hold as many objects as the API server: an allow may rest on them, so
   * that edits in quick succession prove nothing about the rules.
   */
  public void awaitKnows(KubeServer api) {
    Map<String, Long> stored = new TreeMap<>();
    for (Kind kind : Kind.values()) {
      stored.put(kind.kindName(), api.count(KubeServer.K0RDENT + "/" + kind.plural()));
    }
    Awaitility.await("Pathgate knows every object")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> known(stored.keySet()), stored::equals);
  }

  /** How many objects of each of these kinds its caches hold. */
  private Map<String, Long> known(Set<String> kinds) {
    Map<String, Long> known = new TreeMap<>();
    Matcher gauges = CACHED.matcher(body("/q/metrics"));
    while (gauges.find()) {
      if (kinds.contains(gauges.group(1))) {
        known.put(gauges.group(1), Long.parseLong(gauges.group(2)));
      }
    }
    return known;
  }

  /** SIGTERM, and the exit code that follows. */
  public int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(40, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("Pathgate does not stop");
    }
    return process.exitValue();
  }

  /** SIGKILL. */
  public void kill() {
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
