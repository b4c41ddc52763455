package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pathgate.cli.CommandRun;
import dev.pathgate.testkit.CrdShape;
import dev.pathgate.testkit.K0rdentObjects;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.NeedsApiServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands on a fleet whose lists take more than one page: 520 ClusterDeployments in 20
 * namespaces, each namespace with a chain a → b → c, 13 of its clusters at a and 13 at c.
 */
@NeedsApiServer
class FleetCommandsIT {
  private static final int NAMESPACES = 20;
  private static final int CLUSTERS = 26;

  /** Other tests share the API server; no service of theirs has this name. */
  private static final String SERVICE = "of-the-large-fleet";

  private static KubeServer api;
  private static final List<String> FLEET = new ArrayList<>();

  @TempDir private Path folder;

  @BeforeAll
  static void aFleet() {
    api = KubeServer.shared();
    List<CrdShape> shapes = CrdShape.ofRepository();
    CrdShape shape = shapes.get(shapes.size() - 1);
    shape.serve(api);
    IntStream.range(0, NAMESPACES).forEach(i -> FLEET.add(api.freshNamespace()));
    FLEET.parallelStream()
        .forEach(
            namespace -> {
              for (String template : List.of("a", "b", "c")) {
                api.create(K0rdentObjects.template(namespace, template));
              }
              api.create(K0rdentObjects.chain(shape, namespace, "up", "a > b", "b > c", "c"));
              IntStream.range(0, CLUSTERS)
                  .forEach(i -> api.create(cluster(namespace, i, i % 2 == 0 ? "a" : "c")));
            });
  }

  private static String cluster(String namespace, int number, String template) {
    return K0rdentObjects.cluster(
        namespace, "cluster-" + number, K0rdentObjects.service("web", SERVICE, template, "up"));
  }

  private CommandRun run(String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(List.of("--kubeconfig", api.kubeconfig().toString()));
    return CommandRun.of(folder, all.toArray(String[]::new));
  }

  private JsonNode json(int code, String... arguments) throws Exception {
    CommandRun run = run(arguments);
    assertThat(run.code()).as(run.err()).isEqualTo(code);
    return new ObjectMapper().readTree(run.out());
  }

  /** Those entries of a list that are of this fleet. */
  private static List<JsonNode> ours(JsonNode list) {
    Set<String> namespaces = new HashSet<>(FLEET);
    return StreamSupport.stream(list.spliterator(), false)
        .filter(entry -> namespaces.contains(entry.path("namespace").asText()))
        .toList();
  }

  @Test
  void planFindsEveryServiceOfTheFleetOnce() throws Exception {
    JsonNode plan = json(0, "plan", "--service", "web/" + SERVICE, "--newest", "-A", "-o", "json");

    assertThat(plan.path("moves")).hasSize(NAMESPACES * CLUSTERS / 2);
    assertThat(plan.path("stuck")).isEmpty();
    assertThat(plan.path("summary").path("arrived").asInt()).isEqualTo(NAMESPACES * CLUSTERS / 2);
    for (JsonNode move : plan.path("moves")) {
      assertThat(move.path("edits").findValuesAsText("template")).containsExactly("b", "c");
    }
  }

  @Test
  void pathsShowWhoStandsWhere() throws Exception {
    List<JsonNode> chains = ours(json(0, "paths", "-A", "-o", "json").path("chains"));

    assertThat(chains).hasSize(NAMESPACES);
    for (JsonNode chain : chains) {
      assertThat(chain.path("templates").path(0).path("services")).hasSize(CLUSTERS / 2);
      assertThat(chain.path("templates").path(2).path("services")).hasSize(CLUSTERS / 2);
    }
    assertThat(run("paths", "-A", "-o", "html").out()).contains(FLEET.get(0) + "/up");
  }

  @Test
  void auditFindsTheEndsOfTheChainsAndNothingElse() throws Exception {
    CommandRun run = run("audit", "-A", "-o", "json"); // what other tests made may be wrong

    List<JsonNode> findings = ours(new ObjectMapper().readTree(run.out()).path("findings"));
    assertThat(findings)
        .hasSize(NAMESPACES * CLUSTERS / 2)
        .allMatch(finding -> finding.path("check").asText().equals("service-can-move"));
  }

  @Test
  void extendMovesAllUsersOfAChain() throws Exception {
    JsonNode extension =
        json(
            0,
            "extend",
            "chain/up",
            "-n",
            FLEET.get(7),
            "--add",
            "d",
            "--after",
            "c",
            "-o",
            "json");

    assertThat(extension.path("edits")).hasSize(CLUSTERS);
    assertThat(extension.path("lost")).isEmpty();
  }

  @Test
  void checkTellsTheOneHopFromAllThatStays() throws Exception {
    for (String namespace : FLEET) {
      for (int i = 0; i < CLUSTERS; i++) {
        CommandRun.write(
            folder,
            namespace + "/" + i + ".yaml",
            cluster(namespace, i, i % 2 == 1 ? "c" : namespace.equals(FLEET.get(3)) ? "b" : "a"));
      }
    }
    CommandRun.write(folder, FLEET.get(9) + "/0.yaml", cluster(FLEET.get(9), 0, "c"));

    JsonNode report = json(1, "check", "--from", "cluster", "-f", folder.toString(), "-o", "json");

    assertThat(report.path("summary").toString())
        .isEqualTo(
            "{\"judged\":%d,\"denied\":1,\"warned\":0,\"unchanged\":%d,\"skipped\":0}"
                .formatted(CLUSTERS / 2 + 1, NAMESPACES * CLUSTERS - CLUSTERS / 2 - 1));
  }

  @Test
  void checkPutsDocumentsWithoutANamespaceWhereTheContextIs() throws Exception {
    String bare = cluster(FLEET.get(5), 0, "c").replace(", namespace: " + FLEET.get(5) + "}", "}");
    CommandRun.write(folder, "bare.yaml", bare);

    JsonNode report =
        json(
            1,
            "check",
            "--from",
            "cluster",
            "-f",
            folder.toString(),
            "-n",
            FLEET.get(5),
            "-o",
            "json");
    CommandRun.write(
        folder,
        "kubeconfig",
        Files.readString(api.kubeconfig())
            .replace("user: test}", "user: test, namespace: " + FLEET.get(5) + "}"));
    CommandRun byContext =
        CommandRun.of(
            folder,
            "check",
            "--from",
            "cluster",
            "-f",
            folder + "/bare.yaml",
            "--kubeconfig",
            folder + "/kubeconfig",
            "-o",
            "json");

    assertThat(report.path("verdicts").path(0).path("operation").asText()).isEqualTo("UPDATE");
    assertThat(new ObjectMapper().readTree(byContext.out())).isEqualTo(report);
  }
}
