package dev.pathgate.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pathgate.kube.LogLines;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas whose requests meet in a chosen order, at a stand-in that knows versions. */
class ManagedCertificateTest {
  private static final String SECRET = "/api/v1/namespaces/home/secrets/tls";
  private static final String WEBHOOK =
      "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/pathgate";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, ObjectNode> objects = new ConcurrentHashMap<>();
  private final Map<String, Runnable> before = new ConcurrentHashMap<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final LogLines log = new LogLines(ManagedCertificate.class);
  private HttpServer server;
  private volatile int failure;
  private int version;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", this::handle);
    server.start();
    store(
        SECRET,
        JSON.createObjectNode()
            .put("apiVersion", "v1")
            .put("kind", "Secret")
            .<ObjectNode>set("metadata", named("tls").put("namespace", "home")));
    ObjectNode configuration = JSON.createObjectNode();
    configuration
        .put("apiVersion", "admissionregistration.k8s.io/v1")
        .put("kind", "ValidatingWebhookConfiguration");
    configuration.set("metadata", named("pathgate"));
    configuration.putArray("webhooks").addObject().putObject("clientConfig");
    store(WEBHOOK, configuration);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
    server.stop(0);
    log.close();
  }

  @Test
  void servesWhatTheFasterOfTwoReplicasMade() throws Exception {
    ManagedCertificate slow = replica();
    ManagedCertificate fast = replica();
    before.put("PUT " + SECRET, fast::poll);

    slow.poll();
    assertThat(slow.notReadyReason()).contains("the certificate is not yet made");
    slow.poll();

    assertThat(slow.notReadyReason()).isEmpty();
    assertThat(slow.keyManager().pair().chain()).isEqualTo(fast.keyManager().pair().chain());
    assertThat(published()).isEqualTo(objects.get(SECRET).at("/data/ca.crt").asText());
    assertThat(log.lines).noneMatch(line -> line.startsWith("ERROR"));
  }

  @Test
  void publishesNoBundleThatIsOlderThanTheOneThatStands() throws Exception {
    ManagedCertificate slow = replica();
    ManagedCertificate fast = replica();
    slow.poll();
    // The bundle is emptied by somebody; while one replica is about to mend it, the other has made
    // and published another authority.
    ObjectNode emptied = objects.get(WEBHOOK).deepCopy();
    emptied.withObject("/webhooks/0/clientConfig").remove("caBundle");
    store(WEBHOOK, emptied);
    before.put(
        "PATCH " + WEBHOOK,
        () -> {
          ObjectNode secret = objects.get(SECRET).deepCopy();
          secret.withObject("/data").remove("ca.key");
          store(SECRET, secret);
          fast.poll();
        });

    slow.poll();

    assertThat(published()).isEqualTo(objects.get(SECRET).at("/data/ca.crt").asText());
    assertThat(bundle().split("BEGIN CERTIFICATE", -1)).hasSize(3);
  }

  @Test
  void saysEachProblemOnceWhileTwoTakeTurnsAndThatTheyAreOver() throws Exception {
    ManagedCertificate replica = replica();
    for (int i = 0; i < 3; i++) {
      failure = 403;
      replica.poll();
      failure = 400;
      replica.poll();
    }
    failure = 0;
    replica.poll();
    replica.poll();

    assertThat(log.lines.stream().filter(line -> !line.contains("Serving")))
        .containsExactly(
            "ERROR Certificates could not be managed: answered 403: no such right; not ready until"
                + " they can",
            "ERROR Certificates could not be managed: answered 400: no such right; not ready until"
                + " they can",
            "INFO Certificates are managed again");
  }

  @Test
  void namesTheRootCauseWhereNobodyListens() throws Exception {
    ManagedCertificate replica = replica();
    server.stop(0);

    replica.poll();
    replica.poll();

    assertThat(log.lines)
        .singleElement()
        .asString()
        .startsWith("ERROR Certificates could not be managed: Connection refused")
        .doesNotContain("Operation", "Exception");
  }

  private ManagedCertificate replica() throws GeneralSecurityException {
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder(Config.empty())
                    .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
    open.add(client);
    return new ManagedCertificate(
        client,
        new ManagedCertificate.Options(
            "home",
            "tls",
            Optional.of("pathgate"),
            Optional.empty(),
            List.of("pathgate.home.svc", "::1"),
            Duration.ofDays(90)),
        Clock.systemUTC());
  }

  private String published() {
    return objects.get(WEBHOOK).at("/webhooks/0/clientConfig/caBundle").asText();
  }

  private String bundle() {
    return new String(Base64.getDecoder().decode(published()), StandardCharsets.UTF_8);
  }

  private static ObjectNode named(String name) {
    return JSON.createObjectNode().put("name", name);
  }

  private synchronized ObjectNode store(String path, ObjectNode object) {
    object.withObject("/metadata").put("resourceVersion", String.valueOf(++version));
    objects.put(path, object);
    return object;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    Runnable first = before.remove(exchange.getRequestMethod() + " " + path);
    if (first != null) {
      first.run();
    }
    byte[] sent = exchange.getRequestBody().readAllBytes();
    Map.Entry<Integer, JsonNode> answer =
        failure > 0
            ? Map.entry(failure, status(failure))
            : answer(exchange.getRequestMethod(), path, sent);
    byte[] body = JSON.writeValueAsBytes(answer.getValue());
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.getKey(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private synchronized Map.Entry<Integer, JsonNode> answer(String method, String path, byte[] sent)
      throws IOException {
    ObjectNode live = objects.get(path);
    if (live == null) {
      return Map.entry(404, status(404));
    }
    if (method.equals("GET")) {
      return Map.entry(200, live);
    }
    JsonNode body = JSON.readTree(sent);
    Map<String, JsonNode> values = new HashMap<>();
    if (method.equals("PATCH")) {
      body.forEach(step -> values.put(step.path("path").asText(), step.path("value")));
    } else {
      values.put("/metadata/resourceVersion", body.at("/metadata/resourceVersion"));
    }
    if (!values.get("/metadata/resourceVersion").equals(live.at("/metadata/resourceVersion"))) {
      return Map.entry(409, status(409));
    }
    ObjectNode next = method.equals("PUT") ? (ObjectNode) body : live.deepCopy();
    if (method.equals("PATCH")) {
      next.withObject("/webhooks/0/clientConfig")
          .set("caBundle", values.get("/webhooks/0/clientConfig/caBundle"));
    }
    return Map.entry(200, store(path, next));
  }

  private static ObjectNode status(int code) {
    return JSON.createObjectNode()
        .put("apiVersion", "v1")
        .put("kind", "Status")
        .put("status", "Failure")
        .put("code", code)
        .put("message", "no such right");
  }
}
