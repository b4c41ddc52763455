package dev.pathgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.testkit.PathgateProcess;
import dev.pathgate.testkit.RandomChange;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random edits: what {@code check} says of them beside what the running webhook answers to the
 * AdmissionReviews in which a kube-apiserver would send them, word for word. {@code
 * -Dtests.check.edits=10000} takes more than the default.
 */
class CheckAndWebhookIT {
  private static final int EDITS = Integer.getInteger("tests.check.edits", 400);

  /** As many as one run of the command is about. */
  private static final int BATCH = 250;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SYSTEM = "kcm-system";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1.12 |
          1.6  | pathgate.path.steps=any pathgate.path.chain-switch=separate
          1.12 | pathgate.mode=warn pathgate.rules.service-has-chain=deny
          1.6  | pathgate.rules.chain-is-tidy=deny pathgate.rules.service-path-published=deny pathgate.help-url=https://example.com/paths
          """)
  void sayTheSame(String release, String settings) throws Exception {
    List<String> set =
        settings == null ? List.of() : Arrays.asList(settings.trim().split(" +", -1));
    RandomChange.Shape shape = new RandomChange.Shape(false, RandomChange.Versions.SOMETIMES, true);
    Map<String, Integer> counts = new TreeMap<>();
    List<String> differences = new ArrayList<>();
    for (int batch = 0; batch * BATCH < EDITS / 4; batch++) {
      RandomChange change =
          new RandomChange(
              settings == null ? batch : settings.hashCode() + batch,
              Math.min(BATCH, EDITS / 4 - batch * BATCH),
              "n",
              SYSTEM,
              shape);
      Path to = folder.resolve("to-" + batch);
      Path from = folder.resolve("from-" + batch);
      Said.write(from, change.before());
      Said.write(to, change.after());
      if (batch == 0) {
        Said.requireTheSameOfAProcess(folder, from, to, release, set);
      }
      Map<String, JsonNode> checked = Said.check(folder, from, to, release, set);
      PathgateProcess.Setup setup = PathgateProcess.onFolder(from);
      set.forEach(
          setting ->
              setup.with(
                  setting.replaceAll("=.*", "").toUpperCase(Locale.ROOT).replaceAll("[^A-Z]", "_"),
                  setting.replaceAll("^[^=]*=", "")));
      try (PathgateProcess gate = setup.start()) {
        Caller caller = Caller.of(gate, HttpClient.Version.HTTP_2);
        for (RandomChange.Edit edit : change.edits()) {
          HttpResponse<String> answer = caller.post("/validate?timeout=10s", review(edit));
          JsonNode response = JSON.readTree(answer.body()).path("response");
          Said answered = Said.byWebhook(response);
          Said check = Said.byCheck(checked.get(edit.subject()));
          if (!answered.equals(check)) {
            differences.add(edit + "\n check   " + check + "\n webhook " + answered);
          }
          counts.merge(edit.operation() + " " + answered.verdict(), 1, Integer::sum);
        }
      }
    }

    System.out.println(release + " " + set + ": " + counts);
    assertThat(differences).isEmpty();
    assertThat(counts.keySet().toString()).contains("CREATE", "DELETE", "UPDATE", "warned");
  }

  /** The review in which an API server of k0rdent 1.4 or later sends the edit. */
  private static String review(RandomChange.Edit edit) {
    ObjectNode review = JSON.createObjectNode();
    review.put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
    Kind kind = Kind.of(Kind.GROUP, edit.object().path("kind").asText()).orElseThrow();
    ObjectNode request = review.putObject("request");
    request.put("uid", UUID.randomUUID().toString());
    for (String key : List.of("kind", "requestKind")) {
      request
          .putObject(key)
          .put("group", Kind.GROUP)
          .put("version", Kind.VERSION)
          .put("kind", kind.kindName());
    }
    for (String key : List.of("resource", "requestResource")) {
      request
          .putObject(key)
          .put("group", Kind.GROUP)
          .put("version", Kind.VERSION)
          .put("resource", kind.plural());
    }
    request.put("name", edit.object().at("/metadata/name").asText());
    if (kind.isNamespaced()) {
      request.put("namespace", edit.object().at("/metadata/namespace").asText());
    }
    request.put("operation", edit.operation());
    request.putObject("userInfo").put("username", "jane").putArray("groups").add("devs");
    request.set("object", edit.after().<JsonNode>map(CheckAndWebhookIT::stored).orElse(null));
    request.set("oldObject", edit.before().<JsonNode>map(CheckAndWebhookIT::stored).orElse(null));
    request.put("dryRun", false);
    request.putObject("options").put("apiVersion", "meta.k8s.io/v1").put("kind", "UpdateOptions");
    return review.toString();
  }

  /** What the API server makes of an object: its own metadata, and the CRD's default. */
  private static ObjectNode stored(ObjectNode sent) {
    ObjectNode stored = sent.deepCopy();
    stored
        .withObject("metadata")
        .put("uid", UUID.nameUUIDFromBytes(sent.toString().getBytes(UTF_8)).toString())
        .put("resourceVersion", "77")
        .put("generation", 2)
        .put("creationTimestamp", "2026-01-01T00:00:00Z")
        .putArray("managedFields")
        .addObject()
        .put("manager", "kubectl");
    for (JsonNode service : stored.at("/spec/serviceSpec/services")) {
      if (!service.has("namespace")) {
        ((ObjectNode) service).put("namespace", "default");
      }
    }
    return stored;
  }
}
