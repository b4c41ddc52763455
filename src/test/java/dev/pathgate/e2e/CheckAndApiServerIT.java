package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.testkit.CrdShape;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.NeedsApiServer;
import dev.pathgate.testkit.PathgateProcess;
import dev.pathgate.testkit.RandomChange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random edits of what a real kube-apiserver holds, with the CRDs of each release: what {@code
 * check} says of them beside what the API server passes on of the webhook's verdict. {@code
 * -Dtests.check.live=…} takes more than the default.
 */
@NeedsApiServer
class CheckAndApiServerIT {
  private static final int EDITS = Integer.getInteger("tests.check.live", 40);
  private static final String SYSTEM = "kcm-system";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  static Stream<CrdShape> shapes() {
    return CrdShape.ofRepository().stream();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void sayTheSame(CrdShape shape) throws Exception {
    PathgateProcess gate = PathgateProcess.shared();
    KubeServer api = KubeServer.shared();
    shape.serve(api);
    String prefix = api.freshNamespace();
    RandomChange change =
        new RandomChange(
            shape.name().hashCode(),
            EDITS,
            prefix,
            SYSTEM,
            new RandomChange.Shape(false, versions(shape), false));
    store(api, change);
    Said.write(folder.resolve("from"), change.before());
    Said.write(folder.resolve("to"), change.after());
    gate.awaitKnows(api);

    Map<String, JsonNode> checked =
        Said.check(
            folder,
            folder.resolve("from"),
            folder.resolve("to"),
            shape.name().replaceAll(".*v", ""),
            List.of());
    Map<String, Integer> counts = new TreeMap<>();
    List<String> differences = new ArrayList<>();
    for (RandomChange.Edit edit : change.edits()) {
      String answer = ask(api, edit);
      if (!answer.startsWith("2") && !answer.contains("validate.pathgate.dev")) {
        counts.merge("refused by the CRD", 1, Integer::sum);
        continue;
      }
      Said served = Said.byApiServer(answer);
      Said check = Said.byCheck(checked.get(edit.subject()));
      if (!served.equals(check)) {
        differences.add(edit + "\n check      " + check + "\n API server " + served);
      }
      counts.merge(edit.operation() + " " + served.verdict(), 1, Integer::sum);
    }

    System.out.println(shape + ": " + counts);
    assertThat(differences).isEmpty();
    assertThat(counts.keySet()).contains("UPDATE denied", "UPDATE allowed");
  }

  /** The first shape is of a release without versions. */
  private static RandomChange.Versions versions(CrdShape shape) {
    if (shape.wantsVersions()) {
      return RandomChange.Versions.ALWAYS;
    }
    return shape.keysServices() ? RandomChange.Versions.SOMETIMES : RandomChange.Versions.NEVER;
  }

  /** All that was there before, whatever Pathgate would say to its creation. */
  private static void store(KubeServer api, RandomChange change) throws Exception {
    String namespaces =
        Stream.concat(change.namespaces().stream(), Stream.of(SYSTEM))
            .map("apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n"::formatted)
            .collect(Collectors.joining("---\n"));
    Kubectl kubectl = new Kubectl(api);
    Kubectl.Answer made = kubectl.on(namespaces, "apply");
    assertThat(made.exit()).as(made.err()).isZero();
    Kubectl.Answer stored =
        kubectl.on(
            change.before().stream().map(ObjectNode::toString).collect(Collectors.joining("\n")),
            "create",
            "--validate=false",
            "--as=before-pathgate",
            "--as-group=system:masters");
    assertThat(stored.exit()).as(stored.err()).isZero();
  }

  private static String ask(KubeServer api, RandomChange.Edit edit) throws Exception {
    Kind kind = Kind.of(Kind.GROUP, edit.object().path("kind").asText()).orElseThrow();
    JsonNode metadata = edit.object().path("metadata");
    String all =
        "apis/k0rdent.mirantis.com/v1beta1/"
            + (kind.isNamespaced() ? "namespaces/" + metadata.path("namespace").asText() + "/" : "")
            + kind.plural();
    String one = all + "/" + metadata.path("name").asText();
    if (edit.before().isEmpty()) {
      return api.exchange("POST", all + "?dryRun=All", edit.object().toString());
    }
    if (edit.after().isEmpty()) {
      return api.exchange("DELETE", one + "?dryRun=All", "");
    }
    ObjectNode after = edit.after().get().deepCopy();
    String stored = api.get(one);
    after
        .withObject("metadata")
        .set(
            "resourceVersion",
            JSON.readTree(stored.substring(stored.lastIndexOf("\n{") + 1))
                .at("/metadata/resourceVersion"));
    return api.exchange("PUT", one + "?dryRun=All", after.toString());
  }
}
