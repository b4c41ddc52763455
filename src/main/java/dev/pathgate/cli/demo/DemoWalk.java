package dev.pathgate.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.webhook.Webhook;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Plays the API server for the demo: sends each step to the server as an AdmissionReview, prints
 * the answer as kubectl would, and stores what was accepted in the folder that the server reads.
 */
final class DemoWalk {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final YAMLMapper YAML = new YAMLMapper();

  private final Path folder;
  private final boolean keep;
  private final PrintStream out;
  private HttpClient client;
  private URI validate;
  private int version = 100;
  private int asExpected;
  private int steps;

  /**
   * @param folder where the manifests go, into {@code manifests}
   * @param keep whether the server stays up afterwards
   */
  DemoWalk(Path folder, boolean keep, PrintStream out) {
    this.folder = folder;
    this.keep = keep;
    this.out = out;
  }

  boolean staysUp() {
    return keep;
  }

  boolean isAsExpected() {
    return steps > 0 && asExpected == steps;
  }

  void failed(Throwable failure) {
    if (failure != null) {
      out.println("The demo did not come to its end: " + failure.getMessage());
    }
  }

  /** Walks through the whole story. */
  void through(Webhook webhook) throws IOException, GeneralSecurityException, InterruptedException {
    validate = URI.create("https://localhost:" + webhook.port() + "/validate?timeout=5s");
    client =
        HttpClient.newBuilder()
            .sslContext(trusting(webhook.certificate()))
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    for (String template : DemoStep.templates()) {
      store(Kind.SERVICE_TEMPLATE, template, manifest(Kind.SERVICE_TEMPLATE, template, Map.of()));
    }
    webhook.poll();
    out.printf("Pathgate answers on %s, chains from %s%n", validate, manifests());
    for (DemoStep step : DemoStep.story()) {
      take(step);
      webhook.poll();
    }
    out.printf(
        "%n%s: %d of %d steps had the verdict that they should have.%n",
        isAsExpected() ? "Done" : "NOT AS EXPECTED", asExpected, steps);
    if (keep) {
      invite(webhook.certificate());
    } else {
      out.println(
          "Try it yourself: ./pathgate demo --keep leaves the server running. On a cluster: see"
              + " README.md.");
    }
  }

  private void take(DemoStep step) throws IOException, InterruptedException {
    steps++;
    JsonNode response = send(review(step)).get("response");
    boolean allowed = response.get("allowed").asBoolean();
    out.printf("%n%d. %s%n   $ %s%n", steps, step.title(), step.command());
    response
        .path("warnings")
        .forEach(warning -> out.println(indented("Warning: " + warning.asText())));
    if (allowed) {
      out.println(indented(done(step)));
      store(step);
    } else {
      out.println(indented(refusal(response.get("status"))));
    }
    if (!step.advice().isEmpty()) {
      out.println("   → " + step.advice());
    }
    if (allowed == step.allowed()) {
      asExpected++;
    } else {
      out.println("   !! This step should have been " + (allowed ? "refused." : "accepted."));
    }
  }

  /** What kubectl prints for a Status: causes for Invalid, the message for anything else. */
  private static String refusal(JsonNode status) {
    return status.get("reason").asText().equals("Invalid")
        ? status.get("message").asText()
        : "Error from server (Forbidden): admission webhook \""
            + webhook(status.at("/details/kind").asText())
            + "\" denied the request: "
            + status.get("message").asText();
  }

  /** The webhook of the chart that judges the kind. */
  private static String webhook(String kind) {
    return kind.equals(Kind.SERVICE_TEMPLATE_CHAIN.kindName())
        ? "chains.pathgate.dev"
        : "services.pathgate.dev";
  }

  private static String done(DemoStep step) {
    String resource = step.kind().kindName().toLowerCase(Locale.ROOT) + "." + Kind.GROUP;
    return switch (step.operation()) {
      case "CREATE" -> resource + "/" + step.name() + " created";
      case "UPDATE" -> resource + "/" + step.name() + " configured";
      default -> resource + " \"" + step.name() + "\" deleted";
    };
  }

  private static String indented(String text) {
    return text.lines().map(line -> "   " + line).reduce((a, b) -> a + "\n" + b).orElse("");
  }

  private ObjectNode review(DemoStep step) throws IOException {
    ObjectNode review = JSON.createObjectNode();
    review.put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
    ObjectNode request = review.putObject("request");
    request.put("uid", UUID.randomUUID().toString());
    request
        .putObject("kind")
        .put("group", Kind.GROUP)
        .put("version", Kind.VERSION)
        .put("kind", step.kind().kindName());
    request
        .putObject("resource")
        .put("group", Kind.GROUP)
        .put("version", Kind.VERSION)
        .put("resource", step.kind().plural());
    request.put("name", step.name()).put("namespace", DemoStep.NAMESPACE);
    request.put("operation", step.operation());
    request.putObject("userInfo").put("username", "you").putArray("groups").add("developers");
    request.set("object", step.operation().equals("DELETE") ? null : after(step));
    request.set("oldObject", step.operation().equals("CREATE") ? null : stored(step));
    request.put("dryRun", false);
    return review;
  }

  private ObjectNode after(DemoStep step) throws IOException {
    if (step.operation().equals("CREATE")) {
      return manifest(step.kind(), step.name(), step.spec());
    }
    ObjectNode after = stored(step);
    after.set("spec", JSON.valueToTree(step.spec()));
    return after;
  }

  private static ObjectNode manifest(Kind kind, String name, Map<String, Object> spec) {
    ObjectNode object = JSON.createObjectNode();
    object.put("apiVersion", Kind.API_VERSION).put("kind", kind.kindName());
    object
        .putObject("metadata")
        .put("name", name)
        .put("namespace", DemoStep.NAMESPACE)
        .put("uid", UUID.randomUUID().toString())
        .put("creationTimestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
        .put("generation", 1);
    object.set("spec", JSON.valueToTree(spec));
    return object;
  }

  private JsonNode send(ObjectNode review) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(validate)
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(10))
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(review)))
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("HTTP " + response.statusCode() + ": " + response.body());
    }
    return JSON.readTree(response.body());
  }

  private void store(DemoStep step) throws IOException {
    if (step.operation().equals("DELETE")) {
      Files.delete(file(step.kind(), step.name()));
    } else {
      store(step.kind(), step.name(), after(step));
    }
  }

  private void store(Kind kind, String name, ObjectNode object) throws IOException {
    version++;
    ((ObjectNode) object.get("metadata")).put("resourceVersion", String.valueOf(version));
    YAML.writeValue(file(kind, name).toFile(), object);
  }

  private ObjectNode stored(DemoStep step) throws IOException {
    return (ObjectNode) YAML.readTree(file(step.kind(), step.name()).toFile());
  }

  private Path file(Kind kind, String name) {
    return manifests().resolve(kind.kindName().toLowerCase(Locale.ROOT) + "-" + name + ".yaml");
  }

  private Path manifests() {
    return folder.resolve("manifests");
  }

  private void invite(X509Certificate certificate) throws IOException, GeneralSecurityException {
    Path ca = folder.resolve("ca.crt");
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(certificate.getEncoded());
    Files.writeString(ca, "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
    Path refused = write("refused.json", DemoStep.refusedTryOut());
    Path admitted = write("admitted.json", DemoStep.admittedTryOut());
    out.println();
    for (String line :
        List.of(
            "The server stays up; Ctrl-C ends it. Edit the reviews, or the manifests in",
            manifests() + ", and paste. This one is refused:",
            "",
            curl(ca, refused),
            "",
            "and this one admitted:",
            "",
            curl(ca, admitted),
            "")) {
      out.println(line);
    }
  }

  private Path write(String file, DemoStep step) throws IOException {
    Path review = folder.resolve(file);
    JSON.writerWithDefaultPrettyPrinter().writeValue(review.toFile(), review(step));
    return review;
  }

  private String curl(Path ca, Path review) {
    return "  curl --cacert "
        + ca
        + " -H 'Content-Type: application/json' \\\n    --data @"
        + review
        + " '"
        + validate.resolve("/validate?pretty")
        + "'";
  }

  private static SSLContext trusting(X509Certificate certificate)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("pathgate", certificate);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
