package dev.pathgate.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pathgate.k0rdent.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An API server that knows the lists which a test gives it, and a kubeconfig that names it. What is
 * in no list is not there; a list that a test says nothing of is empty.
 */
public final class StubApi implements AutoCloseable {
  private static final String MUTATING =
      "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

  private final HttpServer server;
  private final Path kubeconfig;
  private final Map<String, String> bodies = new ConcurrentHashMap<>();
  private final Map<String, Integer> codes = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile boolean knowsNothing;

  /** A server whose kubeconfig, in that folder, has a context in namespace {@code tenant42}. */
  public StubApi(Path folder) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    kubeconfig = folder.resolve("kubeconfig");
    Files.createDirectories(folder);
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: stub, cluster: {server: "http://127.0.0.1:%d"}}]
        contexts: [{name: stub, context: {cluster: stub, user: me, namespace: tenant42}}]
        users: [{name: me, user: {}}]
        current-context: stub
        """
            .formatted(server.getAddress().getPort()));
  }

  /** The list of that path has these objects, each a JSON text. */
  public StubApi list(String path, String... objects) {
    bodies.put(path, "{\"items\": [" + String.join(",", objects) + "]}");
    return this;
  }

  /** The namespace's list of that kind, in which a selector leaves only {@code selected}. */
  public StubApi list(Kind kind, String namespace, List<String> objects, List<String> selected) {
    for (String path : List.of(path(kind, ""), path(kind, namespace))) {
      list(path, objects.toArray(String[]::new));
      list(path + "?selected", selected.toArray(String[]::new));
    }
    return this;
  }

  /** This account may not list that kind there; the empty namespace stands for all. */
  public StubApi forbid(Kind kind, String namespace) {
    String where = namespace.isEmpty() ? "at the cluster scope" : "in the namespace " + namespace;
    return refuse(
        path(kind, namespace),
        403,
        "%s is forbidden: User 'me' cannot list resource \\\"%s\\\" in API group \\\"%s\\\" %s"
            .formatted(kind.plural(), kind.plural(), Kind.GROUP, where));
  }

  /** That list is refused, with a message as a JSON text has it. */
  public StubApi refuse(String path, int code, String message) {
    bodies.put(path, "{\"code\": %d, \"message\": \"%s\"}".formatted(code, message));
    codes.put(path, code);
    return this;
  }

  private static String path(Kind kind, String namespace) {
    return "/apis/k0rdent.mirantis.com/v1beta1/"
        + (namespace.isEmpty() ? "" : "namespaces/" + namespace + "/")
        + kind.plural();
  }

  /** A chain of namespace {@code tenant42}, drawn like {@link ManifestSketch#chain}. */
  public static String chain(String name, String... lines) {
    return Arrays.stream(lines)
        .map(line -> line.split(" > ", 2))
        .map(
            parts ->
                "{\"name\": \"%s\", \"availableUpgrades\": [%s]}"
                    .formatted(
                        parts[0],
                        parts.length == 1
                            ? ""
                            : Stream.of(parts[1].split(" ", -1))
                                .map("{\"name\": \"%s\"}"::formatted)
                                .collect(Collectors.joining(","))))
        .collect(
            Collectors.joining(
                ",",
                """
                {"metadata": {"name": "%s", "namespace": "tenant42"},
                 "spec": {"supportedTemplates": [
                """
                    .formatted(name),
                "]}}"));
  }

  /** A ClusterDeployment of it with the service tenant42/ingress. */
  public static String cluster(String name, String template, String chain) {
    return """
    {"metadata": {"name": "%s", "namespace": "tenant42"},
     "spec": {"serviceSpec": {"services": [{"name": "ingress", "namespace": "tenant42",
                                            "template": "%s", "templateChain": "%s"}]}}}
    """
        .formatted(name, template, chain);
  }

  /** From now on nothing is there, as at an address that is no API server's. */
  public StubApi knowNothing() {
    knowsNothing = true;
    return this;
  }

  /** The paths that were asked for, each as often as it was, without what follows a {@code ?}. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  /** Runs a command on it. */
  public CommandRun run(Path folder, String... arguments) {
    return CommandRun.of(
        folder,
        Stream.concat(Stream.of(arguments), Stream.of("--kubeconfig", kubeconfig.toString()))
            .toArray(String[]::new));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    asked.add(path);
    String selected = query.contains("labelSelector=") ? "?selected" : "";
    boolean known =
        path.equals(MUTATING)
            || path.matches("/apis/(k0rdent\\.mirantis\\.com/v1beta1|apps/v1)/.*");
    String body = bodies.getOrDefault(path + selected, known ? "{\"items\": []}" : "");
    byte[] bytes = (knowsNothing ? "404 page not found" : body).getBytes(StandardCharsets.UTF_8);
    int code = body.isEmpty() || knowsNothing ? 404 : codes.getOrDefault(path + selected, 200);
    exchange.sendResponseHeaders(code, bytes.length + 1L);
    exchange.getResponseBody().write(bytes);
    exchange.getResponseBody().write('\n');
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
