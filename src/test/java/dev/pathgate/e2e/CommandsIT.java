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
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a live cluster. */
@NeedsApiServer
class CommandsIT {
  private static KubeServer api;
  private static CrdShape shape;
  private static String namespace;

  @TempDir private Path folder;

  @BeforeAll
  static void aChainAndTwoClusters() {
    api = KubeServer.shared();
    List<CrdShape> shapes = CrdShape.ofRepository();
    shape = shapes.get(shapes.size() - 1);
    shape.serve(api);
    namespace = api.freshNamespace();
    api.create(K0rdentObjects.chain(shape, namespace, "up", "a > b", "b > c", "c"));
    for (String name : List.of("one", "two")) {
      api.create(
          K0rdentObjects.cluster(
              namespace, name, K0rdentObjects.service(namespace, "ingress", "a", "up")));
    }
  }

  @Test
  void looksAtObjectsWithTheLabelsAlone() {
    String three =
        K0rdentObjects.cluster(
            namespace, "three", K0rdentObjects.service(namespace, "other", "a", "up"));
    api.create(three.replace("{name: three", "{labels: {env: prod}, name: three"));
    api.create(
        K0rdentObjects.cluster(
            namespace, "four", K0rdentObjects.service(namespace, "other", "a", "up")));

    String all = run("plan", "--service", namespace + "/other", "--target", "b").out();
    String some =
        run("plan", "--service", namespace + "/other", "--target", "b", "-l", "env=prod").out();

    assertThat(all).endsWith("2 services move, 0 are stuck, 0 are there already\n");
    assertThat(some)
        .contains("ClusterDeployment " + namespace + "/three\n")
        .endsWith("1 service moves, 0 are stuck, 0 are there already\n");
  }

  @Test
  void takesTheSettingsOfTheInstalledWebhook() {
    String installed = api.freshNamespace();
    api.create(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: pathgate-webhook
          namespace: %s
        spec:
          selector: {matchLabels: {app: pathgate}}
          template:
            metadata: {labels: {app: pathgate}}
            spec:
              containers:
              - name: webhook
                image: pathgate
                env:
                - {name: PATHGATE_PATH_STEPS, value: any}
                - {name: PATHGATE_PORT, value: "tcp://10.0.0.1:443"}
        """
            .formatted(installed));
    CommandRun.write(
        folder,
        "one.yaml",
        K0rdentObjects.cluster(
            namespace, "one", K0rdentObjects.service(namespace, "ingress", "c", "up")));
    String[] check = {"check", "--from", "cluster", "-f", folder + "/one.yaml"};

    CommandRun own = run(check);
    CommandRun theirs =
        run(
            Stream.of(
                    check,
                    new String[] {"--settings-from", "cluster", "--install-namespace", installed})
                .flatMap(Arrays::stream)
                .toArray(String[]::new));

    assertThat(own.code()).isEqualTo(1);
    assertThat(theirs.code()).as(theirs.out() + theirs.err()).isZero();
    assertThat(run("audit", "--settings-from", "cluster", "--install-namespace", namespace).code())
        .isEqualTo(2);
  }

  private CommandRun run(String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(List.of("--kubeconfig", api.kubeconfig().toString(), "-n", namespace));
    return CommandRun.of(folder, all.toArray(String[]::new));
  }

  @Test
  void plansForTheWholeNamespace() {
    assertThat(run("plan", "--service", namespace + "/ingress", "--target", "c"))
        .isEqualTo(
            new CommandRun(
                0,
                """
                %1$s/ingress: a → c
                  ClusterDeployment %1$s/one
                  ClusterDeployment %1$s/two
                    1. template: b
                    2. template: c
                2 services move, 0 are stuck, 0 are there already
                """
                    .formatted(namespace),
                ""));
  }

  @Test
  void checksFilesAgainstTheCluster() throws Exception {
    CommandRun.write(
        folder,
        "one.yaml",
        K0rdentObjects.cluster(
            namespace, "one", K0rdentObjects.service(namespace, "ingress", "x", "up")));

    CommandRun refused =
        run("check", "--from", "cluster", "-f", folder + "/one.yaml", "-o", "json");

    JsonNode json = new ObjectMapper().readTree(refused.out());
    assertThat(refused.code()).as(refused.err()).isEqualTo(1);
    assertThat(json.path("summary").path("judged").asInt()).isEqualTo(1);
    assertThat(json.path("verdicts").path(0).path("operation").asText()).isEqualTo("UPDATE");
    assertThat(json.path("verdicts").path(0).path("causes").path(0).path("rule").asText())
        .isEqualTo("service-follows-chain");
  }

  @Test
  void auditsAndMapsWhatIsThere() throws Exception {
    JsonNode findings = new ObjectMapper().readTree(run("audit", "-o", "json").out());
    JsonNode map = new ObjectMapper().readTree(run("paths", "chain/up", "-o", "json").out());

    assertThat(findings.path("summary").path("error").asInt()).isZero();
    assertThat(map.path("chains").path(0).path("templates").path(0).path("services").size())
        .isGreaterThanOrEqualTo(2);
    assertThat(map.path("services").path(0).path("reachable").toString())
        .isEqualTo(
            "[{\"template\":\"b\",\"path\":[\"b\"]},{\"template\":\"c\",\"path\":[\"b\",\"c\"]}]");
  }

  @Test
  void saysWhatTheApiServerRefuses() throws Exception {
    String anonymous =
        Files.readString(api.kubeconfig())
            .replaceAll("user: \\{client-certificate.*", "user: {token: nobody}");
    CommandRun.write(folder, "kubeconfig", anonymous);

    CommandRun run = CommandRun.of(folder, "audit", "--kubeconfig", folder + "/kubeconfig");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err())
        .startsWith("pathgate: the API server at https://127.0.0.1:" + api.port() + " refuses: ")
        .hasLineCount(1);
  }
}
