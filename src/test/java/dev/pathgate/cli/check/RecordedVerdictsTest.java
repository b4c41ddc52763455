package dev.pathgate.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pathgate.admission.AdmissionRequest;
import dev.pathgate.admission.ReviewReader;
import dev.pathgate.cli.gate.Edit;
import dev.pathgate.cli.gate.PrintedVerdict;
import dev.pathgate.cli.input.ClusterOptions;
import dev.pathgate.cli.input.Inventory;
import dev.pathgate.cli.input.Item;
import dev.pathgate.cli.input.LiveCluster;
import dev.pathgate.cli.input.Sources;
import dev.pathgate.cli.settings.SettingsCheck;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.rule.ServiceIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The webhook's recorded verdicts, text for text, from the command's side. */
class RecordedVerdictsTest {
  private static final Path CASES = Path.of("src/test/resources/cases");

  /** The settings that the cases were recorded with. */
  private static final String STEPS = "single";

  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  Stream<DynamicTest> saysWhatTheWebhookSaid() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> cases = Files.list(CASES)) {
      for (Path folder : cases.sorted().toList()) {
        if (isForCommands(folder)) {
          tests.add(
              DynamicTest.dynamicTest(
                  folder.getFileName().toString(), () -> saysWhatTheWebhookSaid(folder)));
        }
      }
    }
    assertThat(tests).hasSizeGreaterThan(30);
    return tests.stream();
  }

  /** What rests on who asks, or is not validated at all, no command can say. */
  private static boolean isForCommands(Path folder) throws IOException {
    JsonNode request = JSON.readTree(folder.resolve("request.json").toFile()).path("request");
    String user = request.path("userInfo").path("username").asText();
    return !folder.getFileName().toString().startsWith("mutate-")
        && !user.startsWith("system:")
        && request.path("kind").path("group").asText().equals("k0rdent.mirantis.com")
        && !request.path("operation").asText().equals("CONNECT")
        && !Files.readString(folder.resolve("request.json")).contains("pathgate.dev/exempt");
  }

  private static void saysWhatTheWebhookSaid(Path folder) throws Exception {
    Map<String, String> steps = Map.of("pathgate.path.steps", STEPS);
    AdmissionRequest request =
        ReviewReader.read(Files.readAllBytes(folder.resolve("request.json")));
    Inventory cluster =
        new Sources(new ClusterOptions(), InputStream.nullInputStream())
            .read(
                Stream.of(folder.resolve("cluster.yaml"))
                    .filter(Files::exists)
                    .map(Path::toString)
                    .toList(),
                new LiveCluster.Scope(true, "kcm-system"));
    Optional<Item> before = request.oldObject().map(object -> item(request, object));
    Optional<Item> after = request.object().map(object -> item(request, object));
    Edit edit = new Edit(before, after);

    PrintedVerdict verdict =
        new Order(
                SettingsCheck.run(steps).settings(),
                ServiceIdentity.NAMESPACE_DEFAULTED,
                cluster,
                new Change(List.of(), 0, 0),
                false)
            .chainsFirst(edit);

    JsonNode response = JSON.readTree(folder.resolve("response.json").toFile()).path("response");
    List<String> causes = new ArrayList<>();
    response
        .path("status")
        .path("details")
        .path("causes")
        .forEach(
            cause ->
                causes.add(cause.path("field").asText() + ": " + cause.path("message").asText()));
    List<String> warnings = new ArrayList<>();
    response.path("warnings").forEach(warning -> warnings.add(warning.asText()));
    assertThat(verdict.causes().stream().map(cause -> cause.field() + ": " + cause.message()))
        .containsExactlyElementsOf(causes);
    assertThat(verdict.warnings().stream().map(PrintedVerdict.Warning::message))
        .containsExactlyElementsOf(warnings);
    assertThat(verdict.isAllowed()).isEqualTo(response.path("allowed").asBoolean());
  }

  private static Item item(AdmissionRequest request, K0rdentObject object) {
    return new Item(
        request.knownKind().orElseThrow(), object.in(request.namespace()), Optional.empty(), true);
  }
}
