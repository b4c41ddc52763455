package dev.pathgate.charts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.pathgate.testkit.Pki;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Stands where the webhook would, or beside it; allows everything, remembers what it was asked, and
 * changes objects where it was told to.
 */
final class CountingWebhook implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final HttpsServer server;
  private final String caBundle;
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final Map<String, String> patches = new ConcurrentHashMap<>();

  CountingWebhook() throws IOException, GeneralSecurityException {
    Pki pki = new Pki("counting webhook");
    Pki.Identity identity = pki.issue("webhook", Pki.KeyKind.EC);
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("tls", identity.key(), PASSWORD, new Certificate[] {identity.certificate()});
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);

    caBundle =
        Base64.getEncoder().encodeToString(pki.authorityPem().getBytes(StandardCharsets.US_ASCII));
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody()).path("request");
      calls.add(
          exchange.getRequestURI().getPath()
              + " "
              + request.path("operation").asText()
              + " "
              + request.at("/resource/resource").asText()
              + " "
              + request.path("name").asText());
      ObjectNode review =
          JSON.createObjectNode()
              .put("apiVersion", "admission.k8s.io/v1")
              .put("kind", "AdmissionReview");
      ObjectNode response =
          review
              .putObject("response")
              .put("uid", request.path("uid").asText())
              .put("allowed", true);
      String patch = patches.get(exchange.getRequestURI().getPath());
      if (patch != null) {
        byte[] bytes = patch.getBytes(StandardCharsets.UTF_8);
        response
            .put("patchType", "JSONPatch")
            .put("patch", Base64.getEncoder().encodeToString(bytes));
      }
      byte[] body = JSON.writeValueAsBytes(review);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** The same webhook configuration, but calling here. */
  ObjectNode aimHere(JsonNode configuration) {
    ObjectNode aimed = configuration.deepCopy();
    aimed
        .path("webhooks")
        .forEach(
            hook -> {
              String path = hook.at("/clientConfig/service/path").asText();
              ((ObjectNode) hook)
                  .putObject("clientConfig")
                  .put("url", url(path))
                  .put("caBundle", caBundle);
            });
    return aimed;
  }

  /** From now on, calls of a path are answered with this JSON Patch. */
  void patch(String path, String jsonPatch) {
    patches.put(path, jsonPatch);
  }

  String url(String path) {
    return "https://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  String caBundle() {
    return caBundle;
  }

  /** {@code /path OPERATION resource name} of every call since the last {@link #forget}. */
  List<String> calls() {
    return List.copyOf(calls);
  }

  void forget() {
    calls.clear();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
