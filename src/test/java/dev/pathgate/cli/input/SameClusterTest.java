package dev.pathgate.cli.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.cli.CommandRun;
import dev.pathgate.cli.ManifestSketch;
import dev.pathgate.cli.StubApi;
import dev.pathgate.k0rdent.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines that commands print for a shell go to the cluster that the command line names. */
class SameClusterTest {
  private static final String SAME = " --context stub --kubeconfig home/kubeconfig";

  @TempDir private Path folder;
  private StubApi api;

  @BeforeEach
  void start() throws IOException {
    api = new StubApi(folder.resolve("home"));
    api.list(
        Kind.SERVICE_TEMPLATE_CHAIN,
        "tenant42",
        List.of(StubApi.chain("up", "a > b", "b")),
        List.of());
    api.list(
        Kind.CLUSTER_DEPLOYMENT,
        "tenant42",
        List.of(StubApi.cluster("prod", "a", "up")),
        List.of());
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static List<String> kubectl(CommandRun run) {
    assertThat(run.code()).as(run.err()).isZero();
    return run.out()
        .lines()
        .filter(line -> line.startsWith("kubectl "))
        .map(line -> line.replaceFirst(" (--type=json|<<).*", ""))
        .toList();
  }

  @Test
  void namesItInThePatchesOfAPlan() {
    assertThat(kubectl(api.run(folder, "plan", "--newest", "-o", "patches", "--context", "stub")))
        .containsExactly("kubectl patch clusterdeployment prod -n tenant42" + SAME);
  }

  @Test
  void namesNoContextWhereNoneWasNamed() {
    assertThat(kubectl(api.run(folder, "plan", "--newest", "-o", "patches", "--context", "")))
        .containsExactly(
            "kubectl patch clusterdeployment prod -n tenant42 --kubeconfig home/kubeconfig");
  }

  @Test
  void namesItInEveryStepOfAnExtension() {
    assertThat(
            kubectl(
                api.run(
                    folder,
                    "extend",
                    "chain/up",
                    "--edge",
                    "b=a",
                    "-o",
                    "patches",
                    "--context",
                    "stub")))
        .containsExactly(
            "kubectl create -f -" + SAME,
            "kubectl patch clusterdeployment prod -n tenant42" + SAME,
            "kubectl delete servicetemplatechain up -n tenant42" + SAME);
  }

  @Test
  void quotesWhatAShellWouldTakeForMore() throws IOException {
    Path kubeconfig = folder.resolve("home/my kubeconfig");
    Files.writeString(
        kubeconfig,
        Files.readString(folder.resolve("home/kubeconfig"))
            .replace("{name: stub, context:", "{name: me@it's, context:"));

    CommandRun run =
        CommandRun.of(
            folder,
            "plan",
            "--newest",
            "-o",
            "patches",
            "--context",
            "me@it's",
            "--kubeconfig",
            kubeconfig.toString());

    assertThat(kubectl(run))
        .containsExactly(
            "kubectl patch clusterdeployment prod -n tenant42 --context 'me@it'\\''s' --kubeconfig"
                + " 'home/my kubeconfig'");
  }

  private String fix(String... more) {
    String[] audit = {"audit", "--set", "rules.chain-templates-exist=off"};
    return api.run(folder, Stream.of(audit, more).flatMap(Arrays::stream).toArray(String[]::new))
        .out();
  }

  @Test
  void namesItInWhatMendsAFinding() {
    api.list(
        Kind.CLUSTER_DEPLOYMENT,
        "tenant42",
        List.of(StubApi.cluster("prod", "b", "up")),
        List.of());
    CommandRun.write(folder, "other.yaml", ManifestSketch.cluster("other", "b", "up"));

    assertThat(fix("--context", "stub"))
        .contains("pathgate extend chain/up -n tenant42" + SAME + " --add TEMPLATE --after b\n");
    assertThat(fix("--context", "stub", "-f", "cluster", "-f", folder + "/other.yaml"))
        .contains(
            "pathgate extend chain/up -n tenant42 -f cluster -f other.yaml"
                + SAME
                + " --add TEMPLATE --after b\n");
  }
}
