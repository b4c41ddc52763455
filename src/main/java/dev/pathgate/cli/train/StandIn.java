package dev.pathgate.cli.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.tls.CertificateAuthority;
import dev.pathgate.tls.ServingKeyManager;
import dev.pathgate.tls.ServingPair;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.KeyCertOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An API server that knows as much as Pathgate asks: it lists and watches {@link Samples}, keeps
 * what is written, and describes the schema of a status. It checks nothing.
 */
final class StandIn {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String K0RDENT = "/apis/k0rdent.mirantis.com/v1beta1";

  /** Each watch tells of a change of each object as often. */
  static final long EVENT_MILLIS = 200;

  private final Vertx vertx;
  private final int port;
  private final X509Certificate root;
  private final Map<String, ObjectNode> stored = new ConcurrentHashMap<>();
  private final AtomicLong version = new AtomicLong(1_000);
  private final AtomicInteger statuses = new AtomicInteger();

  StandIn(Vertx vertx) throws GeneralSecurityException, InterruptedException, ExecutionException {
    this.vertx = vertx;
    for (String path : Samples.STORED) {
      ObjectNode object = JSON.createObjectNode();
      object.putObject("metadata").put("name", path.substring(path.lastIndexOf('/') + 1));
      if (path.contains("webhookconfigurations")) {
        object
            .putArray("webhooks")
            .addObject()
            .put("name", "services.pathgate.dev")
            .putObject("clientConfig");
      }
      store(path, object);
    }
    Instant now = Instant.now();
    ServingPair pair =
        CertificateAuthority.make(now, Duration.ofHours(1))
            .issue(List.of("localhost", "127.0.0.1"), now, Duration.ofHours(1));
    this.root = pair.chain().get(pair.chain().size() - 1);
    this.port =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHost("127.0.0.1")
                    .setPort(0)
                    .setSsl(true)
                    .setUseAlpn(true)
                    .setKeyCertOptions(KeyCertOptions.wrap(new ServingKeyManager(pair))))
            .requestHandler(request -> request.body().onSuccess(body -> answer(request, body)))
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .get()
            .actualPort();
  }

  /** The text of a kubeconfig for it; it lets anybody do anything. */
  String kubeconfig() throws CertificateEncodingException {
    return """
        apiVersion: v1
        kind: Config
        clusters:
          - name: train
            cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: "%s"}
        users:
          - name: train
            user: {token: train}
        contexts:
          - name: train
            context: {cluster: train, user: train}
        current-context: train
        """
        .formatted(
            port,
            Base64.getEncoder().encodeToString(authority().getBytes(StandardCharsets.US_ASCII)));
  }

  /** The certificate that it is to be trusted by, in PEM. */
  private String authority() throws CertificateEncodingException {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(root.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  /** How many statuses were written. */
  int statuses() {
    return statuses.get();
  }

  private void answer(HttpServerRequest request, Buffer body) {
    String path = request.path();
    try {
      if (request.method().equals(HttpMethod.GET) && path.startsWith(K0RDENT)) {
        read(request, path.substring(K0RDENT.length() + 1));
      } else if (request.method().equals(HttpMethod.GET) && path.startsWith("/openapi/v3/apis/")) {
        send(request, 200, JSON.readTree(Samples.OPEN_API));
      } else if (request.method().equals(HttpMethod.GET)) {
        ObjectNode found = stored.get(path);
        send(request, found == null ? 404 : 200, found == null ? notFound() : found);
      } else if (path.endsWith("/status")) {
        statuses.incrementAndGet();
        send(request, 200, written(JSON.createObjectNode()));
      } else {
        write(request, path, JSON.readTree(body.getBytes()));
      }
    } catch (IOException | RuntimeException broken) {
      request.response().setStatusCode(500).end(String.valueOf(broken));
    }
  }

  /** A list or a watch of a kind, or one of its objects. */
  private void read(HttpServerRequest request, String path) {
    String[] parts = path.split("/", -1);
    boolean inNamespace = parts[0].equals("namespaces");
    String kind = parts[inNamespace ? 2 : 0];
    List<String> objects = Samples.OBJECTS.getOrDefault(kind, List.of());
    if ("true".equals(request.getParam("watch"))) {
      watch(request, objects);
    } else if (parts.length == (inNamespace ? 4 : 2)) {
      objects.stream()
          .filter(object -> object.contains("\"name\":\"" + parts[parts.length - 1] + "\""))
          .findFirst()
          .ifPresentOrElse(
              object -> send(request, 200, object), () -> send(request, 404, notFound()));
    } else {
      send(
          request,
          200,
          "{\"kind\":\"List\",\"apiVersion\":\"k0rdent.mirantis.com/v1beta1\",\"metadata\":"
              + "{\"resourceVersion\":\"7\"},\"items\":["
              + String.join(",", objects)
              + "]}");
    }
  }

  private void watch(HttpServerRequest request, List<String> objects) {
    HttpServerResponse response = request.response();
    response.putHeader("Content-Type", "application/json").setChunked(true);
    response.write("");
    vertx.setPeriodic(
        EVENT_MILLIS,
        timer -> {
          if (response.closed() || response.ended()) {
            vertx.cancelTimer(timer);
            return;
          }
          for (String object : objects) {
            // Another version each time: a change of something that nobody looks at.
            String changed = object.replace("\"7\"", "\"" + version.incrementAndGet() + "\"");
            response.write("{\"type\":\"MODIFIED\",\"object\":" + changed + "}\n");
          }
        });
  }

  private void write(HttpServerRequest request, String path, JsonNode body) {
    if (body instanceof ObjectNode object) {
      if (request.method().equals(HttpMethod.POST)) {
        String name = object.path("metadata").path("name").asText();
        store(path + "/" + name, object);
        send(request, 201, object);
      } else {
        store(path, object);
        send(request, 200, object);
      }
    } else { // the JSON patch that publishes a CA bundle
      ObjectNode patched = stored.get(path);
      for (JsonNode operation : body) {
        if (operation.path("path").asText().endsWith("caBundle")) {
          ((ObjectNode) patched.at("/webhooks/0/clientConfig"))
              .set("caBundle", operation.path("value"));
        }
      }
      store(path, patched);
      send(request, 200, patched);
    }
  }

  private void store(String path, ObjectNode object) {
    stored.put(path, written(object));
  }

  private ObjectNode written(ObjectNode object) {
    ObjectNode metadata = object.withObjectProperty("metadata");
    metadata.put("resourceVersion", String.valueOf(version.incrementAndGet()));
    return object;
  }

  private static JsonNode notFound() {
    return JSON.createObjectNode().put("kind", "Status").put("code", 404).put("message", "none");
  }

  private static void send(HttpServerRequest request, int code, JsonNode body) {
    send(request, code, body.toString());
  }

  private static void send(HttpServerRequest request, int code, String body) {
    request.response().setStatusCode(code).putHeader("Content-Type", "application/json").end(body);
  }
}
