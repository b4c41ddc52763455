package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeBinaries;
import dev.pathgate.testkit.KubeServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real kubectl against the policies. A forced apply takes every 422 for an immutable field,
 * deletes the object and creates it anew: a refusal must not destroy a cluster.
 */
class ForcedApplyIT {

  private static KubeServer api;
  private static Policies policies;
  private static String namespace;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    api = KubeServer.of("v1.12");
    policies = Policies.inForce(api, "");
    namespace = api.freshNamespace();
    policies.store(Policies.chain(namespace, "c", Policies.line("a", "b", "z")));
    policies.awaitChains(namespace);
  }

  @AfterAll
  static void stop() {
    KubeServer.tidyAll();
  }

  /** A target that the chain lists, and one that it does not. */
  @ParameterizedTest
  @ValueSource(strings = {"z", "not-listed"})
  void leavesTheObjectAlone(String target) throws Exception {
    for (List<String> way :
        List.of(
            List.of("apply"),
            List.of("apply", "--force"),
            List.of("apply", "--server-side", "--force-conflicts"),
            List.of("replace"))) {
      ObjectNode object = Policies.deployment(namespace, Policies.service("s", "a", "c"));
      kubectl(List.of("apply"), object);
      JsonNode before = stored(object);

      String refusal = kubectl(way, withTemplate(object, target));

      assertThat(refusal)
          .as("%s", way)
          .contains("(Forbidden)")
          .contains("can't be upgraded from a to " + target)
          .contains("leads from a to b [service-follows-chain]");
      assertThat(stored(object)).as("%s", way).isEqualTo(before);
    }
  }

  /** The sibling: the same edit along the path, by the same forced apply. */
  @Test
  void letsAForcedApplyMoveAlongThePath() throws Exception {
    ObjectNode object = Policies.deployment(namespace, Policies.service("s", "a", "c"));
    kubectl(List.of("apply"), object);
    JsonNode before = stored(object);

    kubectl(List.of("apply", "--force"), withTemplate(object, "b"));

    assertThat(stored(object).at("/metadata/uid")).isEqualTo(before.at("/metadata/uid"));
    assertThat(stored(object).at("/spec/serviceSpec/services/0/template").asText()).isEqualTo("b");
  }

  private static JsonNode stored(JsonNode object) {
    return api.send("GET", KubeServer.path(object), null).accepted();
  }

  private static ObjectNode withTemplate(ObjectNode object, String template) {
    ObjectNode moved = object.deepCopy();
    ((ObjectNode) moved.at("/spec/serviceSpec/services/0")).put("template", template);
    return moved;
  }

  /** What kubectl says of an object, both outputs. */
  private String kubectl(List<String> arguments, JsonNode object)
      throws IOException, InterruptedException {
    Path config = Files.writeString(folder.resolve("kubeconfig"), api.kubeConfig());
    Path manifest = Files.writeString(folder.resolve("manifest.json"), object.toString());
    List<String> command = new ArrayList<>();
    command.add(KubeBinaries.require().binaries().getKubectl().toString());
    command.addAll(arguments);
    command.addAll(List.of("-f", manifest.toString()));
    Path out = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().put("KUBECONFIG", config.toString());
    builder.environment().put("KUBECACHEDIR", folder.resolve("cache").toString());
    Process process = builder.start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("%s", arguments).isTrue();
    return Files.readString(out);
  }
}
