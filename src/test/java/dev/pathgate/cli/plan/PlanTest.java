package dev.pathgate.cli.plan;

import static dev.pathgate.cli.ManifestSketch.chain;
import static dev.pathgate.cli.ManifestSketch.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.cli.CommandRun;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {
  @TempDir private Path folder;

  private void file(String name, String content) {
    CommandRun.write(folder, name, content);
  }

  private CommandRun plan(String... arguments) {
    return CommandRun.of(
        folder,
        Stream.of(new String[] {"plan", "-f", folder.toString()}, arguments)
            .flatMap(Arrays::stream)
            .toArray(String[]::new));
  }

  @Test
  void groupsObjectsWithTheSameWayAndCountsThoseThatAreThere() {
    file("chain.yaml", chain("up", "a > b", "b > c", "c"));
    file("1.yaml", cluster("one", "a", "up"));
    file("2.yaml", cluster("two", "a", "up"));
    file("3.yaml", cluster("three", "c", "up"));

    assertThat(plan("--service", "tenant42/ingress", "--target", "c"))
        .isEqualTo(
            new CommandRun(
                0,
                """
                tenant42/ingress: a → c
                  ClusterDeployment tenant42/one
                  ClusterDeployment tenant42/two
                    1. template: b
                    2. template: c
                2 services move, 0 are stuck, 1 is there already
                """,
                ""));
  }

  @Test
  void saysWhyAServiceIsStuck() {
    file("chain.yaml", chain("up", "a > b", "b > c", "c"));
    file("1.yaml", cluster("one", "c", "up"));

    CommandRun run = plan("clusterdeployment/one", "--target", "a", "-o", "json");

    assertThat(run)
        .isEqualTo(
            new CommandRun(
                1,
                """
                {
                  "moves" : [ ],
                  "stuck" : [
                    {
                      "kind" : "ClusterDeployment",
                      "namespace" : "tenant42",
                      "name" : "one",
                      "service" : "tenant42/ingress",
                      "template" : "c",
                      "reason" : "the ServiceTemplateChains of namespace tenant42 do not lead from c to a"
                    }
                  ],
                  "summary" : {
                    "moves" : 0,
                    "stuck" : 1,
                    "arrived" : 0
                  }
                }
                """,
                ""));
  }

  @Test
  void goesToTheLastTemplateThatTheOwnChainListsAndLeadsTo() {
    file("chain.yaml", chain("up", "a > b", "b > c", "c", "d"));
    file("1.yaml", cluster("one", "b", "up"));

    assertThat(plan("clusterdeployment/one", "--newest").out())
        .isEqualTo(
            """
            tenant42/ingress: b → c
              ClusterDeployment tenant42/one
                1. template: c
            1 service moves, 0 are stuck, 0 are there already
            """);
  }

  @Test
  void printsPatchesThatTestTheOldValues() {
    file("chain.yaml", chain("up", "a > b", "b"));
    file("1.yaml", cluster("one", "a", ""));

    assertThat(plan("--service", "tenant42/ingress", "--target", "b", "-o", "patches").out())
        .isEqualTo(
            "kubectl patch clusterdeployment one -n tenant42 --type=json -p '["
                + "{\"op\":\"test\",\"path\":\"/spec/serviceSpec/services/0/name\",\"value\":\"ingress\"},"
                + "{\"op\":\"test\",\"path\":\"/spec/serviceSpec/services/0/namespace\",\"value\":\"tenant42\"},"
                + "{\"op\":\"test\",\"path\":\"/spec/serviceSpec/services/0/template\",\"value\":\"a\"},"
                + "{\"op\":\"test\",\"path\":\"/spec/serviceSpec/services/0/version\",\"value\":null},"
                + "{\"op\":\"replace\",\"path\":\"/spec/serviceSpec/services/0/template\",\"value\":\"b\"},"
                + "{\"op\":\"add\",\"path\":\"/spec/serviceSpec/services/0/templateChain\",\"value\":\"up\"}]'\n");
  }

  @Test
  void testsTheNamespaceThatTheReleaseGivesAServiceWithoutOne() {
    file("chain.yaml", chain("up", "a > b", "b"));
    file("1.yaml", cluster("one", "a", "up").replace("      namespace: tenant42\n", ""));

    String newest =
        plan("clusterdeployment/one", "--target", "b", "-o", "patches", "--k0rdent", "1.4").out();
    String older =
        plan("clusterdeployment/one", "--target", "b", "-o", "patches", "--k0rdent", "1.3").out();

    String tested =
        "{\"op\":\"test\",\"path\":\"/spec/serviceSpec/services/0/namespace\",\"value\":";
    assertThat(newest).contains(tested + "\"default\"}");
    assertThat(older).contains(tested + "null}");
  }

  @Test
  void testsAVersionThatIsThereAndAChainThatIsEmptyOnPurpose() {
    file("chain.yaml", chain("up", "a > b", "b"));
    file(
        "1.yaml",
        cluster("one", "a", "").replace("template: a", "template: a\n      version: 1.0.0")
            + "      templateChain: \"\"\n");

    assertThat(plan("clusterdeployment/one", "--target", "b", "-o", "patches").out())
        .contains("\"path\":\"/spec/serviceSpec/services/0/version\",\"value\":\"1.0.0\"},")
        .contains("\"path\":\"/spec/serviceSpec/services/0/templateChain\",\"value\":\"\"},")
        .contains("{\"op\":\"remove\",\"path\":\"/spec/serviceSpec/services/0/version\"}");
  }

  @Test
  void editsManifestsWithCommentsAndOrderKept() {
    file("chain.yaml", chain("up", "a > b", "b > c", "c"));
    file(
        "fleet.yaml",
        cluster("other", "x", "up")
            + "---\n# keep me\r\n"
            + cluster("one", "'a'  # running", "").replace("\n", "\r\n")
            + "  dryRun: no # really\r\n");

    CommandRun first = plan("clusterdeployment/one", "--target", "c", "-o", "manifests");
    CommandRun second =
        plan("clusterdeployment/one", "--target", "c", "-o", "manifests", "--edit", "2");

    String expected =
        cluster("other", "x", "up")
            + "---\n# keep me\r\n"
            + cluster("one", "'b'  # running", "up").replace("\n", "\r\n")
            + "  dryRun: no # really\r\n";
    assertThat(first).isEqualTo(new CommandRun(0, expected, ""));
    assertThat(second.out()).isEqualTo(expected.replace("'b'", "'c'"));
  }

  @Test
  void editsFlowStyleAndJson() {
    String json =
        "{\"apiVersion\": \"k0rdent.mirantis.com/v1beta1\", \"kind\": \"ClusterDeployment\","
            + " \"metadata\": {\"name\": \"one\", \"namespace\": \"tenant42\"}, \"spec\":"
            + " {\"serviceSpec\": {\"services\": [{\"name\": \"ingress\", \"template\": \"a\"}]}}}\n";
    file("chain.yaml", chain("up", "a > b", "b"));
    file("one.json", json);

    assertThat(plan("clusterdeployment/one", "--target", "b", "-o", "manifests").out())
        .isEqualTo(json.replace("\"a\"", "\"b\", \"templateChain\": \"up\""));
  }

  @Test
  void refusesToEditWhatAnAliasStandsFor() {
    file("chain.yaml", chain("up", "a > b", "b"));
    file(
        "one.yaml",
        cluster("one", "*t", "up").replace("  name: one\n", "  name: one\n  labels: {x: &t a}\n"));

    CommandRun run = plan("clusterdeployment/one", "--target", "b", "-o", "manifests");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("one.yaml:").contains("can't be edited where it stands");
  }

  @Test
  void takesTheVersionThatTheChainGivesAlong() {
    file(
        "chain.yaml",
        chain("up", "a > b", "b")
            .replace("    - name: b\n", "    - name: b\n      version: 1.1.0\n"));
    file(
        "one.yaml",
        cluster("one", "a", "up").replace("template: a", "template: a\n      version: 1.0.0"));

    assertThat(plan("clusterdeployment/one", "--target", "b").out())
        .contains("1. template: b, version: 1.1.0");
    assertThat(plan("clusterdeployment/one", "--target", "b", "-o", "manifests").out())
        .isEqualTo(
            cluster("one", "b", "up").replace("template: b", "template: b\n      version: 1.1.0"));
  }

  @Test
  void saysThatNobodyCarriesTheService() {
    file("chain.yaml", chain("up", "a > b", "b"));

    assertThat(plan("--service", "tenant42/ingress", "--target", "b"))
        .isEqualTo(
            new CommandRun(2, "", "pathgate: what was read has no service tenant42/ingress\n"));
  }

  @Test
  void leavesTheByteOrderMarkOutAndPutsEveryFileOnLinesOfItsOwn() {
    file("chain.yaml", chain("up", "a > b", "b"));
    file("1.yaml", "\ufeff" + cluster("one", "a", "up").stripTrailing());
    file("2.yaml", "\ufeff" + cluster("two", "a", "up"));

    assertThat(plan("--service", "tenant42/ingress", "--target", "b", "-o", "manifests"))
        .isEqualTo(
            new CommandRun(
                0,
                "---\n# Source: 1.yaml\n"
                    + cluster("one", "b", "up")
                    + "---\n# Source: 2.yaml\n"
                    + cluster("two", "b", "up"),
                ""));
    assertThat(plan("clusterdeployment/two", "--target", "b", "-o", "manifests").out())
        .isEqualTo(cluster("two", "b", "up"));
  }

  private static String placeless(String manifest) {
    return manifest.replace("  namespace: tenant42\nspec:", "spec:");
  }

  @Test
  void editsDocumentsThatTheOptionsGiveANamespace() {
    file("chain.yaml", placeless(chain("up", "a > b", "b")));
    file("fleet.yaml", placeless(cluster("one", "a", "up")) + "---\n" + cluster("two", "a", "up"));

    CommandRun run =
        plan("-n", "tenant42", "--service", "tenant42/ingress", "--target", "b", "-o", "manifests");

    assertThat(run)
        .isEqualTo(
            new CommandRun(
                0, placeless(cluster("one", "b", "up")) + "---\n" + cluster("two", "b", "up"), ""));
  }

  @Test
  void refusesAnAliasInADocumentThatTheOptionsGiveANamespace() {
    file("chain.yaml", placeless(chain("up", "a > b", "b")));
    file(
        "one.yaml",
        placeless(cluster("one", "*t", "up"))
            .replace("  name: one\n", "  name: one\n  labels: {x: &t a}\n"));

    CommandRun run =
        plan("-n", "tenant42", "clusterdeployment/one", "--target", "b", "-o", "manifests");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("ClusterDeployment tenant42/one can't be edited where it stands");
  }

  @Test
  void saysThatNothingIsEditedWhereAllAreThereAlready() {
    file("chain.yaml", chain("up", "a > b", "b"));
    file("1.yaml", cluster("one", "b", "up"));

    assertThat(plan("clusterdeployment/one", "--target", "b", "-o", "manifests"))
        .isEqualTo(
            new CommandRun(
                0, "", "no file is edited: 0 services move, 0 are stuck, 1 is there already\n"));
  }

  @Test
  void saysWhatIsNotEditedBecauseItIsStuck() {
    file("chain.yaml", chain("up", "a > b", "b", "x"));
    file("1.yaml", cluster("one", "x", "up"));

    CommandRun alone = plan("clusterdeployment/one", "--target", "b", "-o", "manifests");
    file("2.yaml", cluster("two", "a", "up"));
    CommandRun beside = plan("--service", "tenant42/ingress", "--target", "b", "-o", "manifests");

    String stuck =
        "stuck: ClusterDeployment tenant42/one tenant42/ingress: the ServiceTemplateChains of"
            + " namespace tenant42 do not lead from x to b\n";
    assertThat(alone)
        .isEqualTo(
            new CommandRun(
                1,
                "",
                stuck + "no file is edited: 0 services move, 1 is stuck, 0 are there already\n"));
    assertThat(beside).isEqualTo(new CommandRun(1, cluster("two", "b", "up"), stuck));
  }

  @Test
  void cleansNamesOfWhatSteersATerminalOrAShell() {
    file("chain.yaml", chain("up", "a > \"b\\e[31m\"", "\"b\\e[31m\""));
    file("1.yaml", cluster("one", "\"x\\nrm -rf /\\e[31m\"", "up"));
    file("2.yaml", cluster("two", "a", "up"));

    CommandRun text = plan("--service", "tenant42/ingress", "--target", "b\u001b[31m");
    CommandRun patches =
        plan("--service", "tenant42/ingress", "--target", "b\u001b[31m", "-o", "patches");

    assertThat(text.out())
        .contains("tenant42/ingress: a → b [31m\n")
        .contains("    1. template: b [31m\n")
        .contains("stuck  tenant42/ingress of ClusterDeployment tenant42/one at x rm -rf / [31m: ")
        .doesNotContain("\u001b");
    assertThat(patches.out().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("kubectl patch ") || line.startsWith("# stuck: "))
        .noneMatch(line -> line.contains("\u001b"));
  }

  @Test
  void doesNotPrintAnEditThatTheGateRefuses() {
    file(
        "mcs.yaml",
        (chain("up", "a > b", "b > c", "c") + "---\n" + cluster("all", "a", "up"))
                .replace("ClusterDeployment", "MultiClusterService")
                .replace(
                    "  name: all\n  namespace: tenant42\nspec:\n",
                    "  name: all\nspec:\n  clusterSelector:\n    matchLabels: {env: prod}\n")
                .replace("  name: up\n  namespace: tenant42", "  name: up\n  namespace: kcm-system")
            + "---\n"
            + cluster("one", "z", "")
                .replace("  name: one\n", "  name: one\n  labels: {env: prod}\n"));
    String[] asked = {"multiclusterservice/all", "--target", "c"};
    String[] strict = {
      "multiclusterservice/all",
      "--target",
      "c",
      "--set",
      "pathgate.rules.service-reaches-clusters=deny"
    };

    assertThat(plan(asked).out()).contains("1. template: b").contains("2. template: c");
    assertThat(plan(strict))
        .isEqualTo(
            new CommandRun(
                1,
                "stuck  tenant42/ingress of MultiClusterService all at a: the gate refuses edit 1 of"
                    + " 2, to b: service tenant42/ingress does not reach ClusterDeployment"
                    + " tenant42/one; their namespaces have no ServiceTemplate b"
                    + " [service-reaches-clusters]\n"
                    + "0 services move, 1 is stuck, 0 are there already\n",
                ""));
  }

  @Test
  void refusesATargetWithoutAName() {
    file("chain.yaml", chain("up", "a > b", "b"));
    file("1.yaml", cluster("one", "a", "up"));

    assertThat(plan("clusterdeployment/one", "--target", ""))
        .isEqualTo(
            new CommandRun(
                2, "", "pathgate: --target is empty: name a template, or use --newest\n"));
  }

  @Test
  void changesTheChainFirstWhereTheStatusHasToOfferThePath() {
    file("old.yaml", chain("old", "a"));
    file("up.yaml", chain("up", "a > b", "b"));
    file("1.yaml", cluster("one", "a", "old"));
    String[] asked = {"clusterdeployment/one", "--target", "b"};
    String[] strict = {
      "clusterdeployment/one",
      "--target",
      "b",
      "--set",
      "pathgate.rules.service-path-published=deny"
    };

    assertThat(plan(asked).out()).contains("1. template: b, templateChain: up\n1 service moves");
    assertThat(plan(strict).out())
        .contains("1. templateChain: up\n    2. template: b\n1 service moves");
  }

  @Test
  void takesAllServicesToTheirNewestAndNoChainForAnObject() {
    file("chain.yaml", chain("up", "a > b", "b"));
    file("1.yaml", cluster("one", "a", "up"));
    file("2.yaml", cluster("two", "b", "up"));

    assertThat(plan("--newest").out())
        .contains("1. template: b\n1 service moves, 0 are stuck, 1 is there already");
    assertThat(plan("--target", "b").err())
        .isEqualTo("pathgate: plan needs --service NAMESPACE/NAME or an object\n");
    assertThat(plan("chain/up", "--newest").err())
        .isEqualTo(
            "pathgate: chain/up: plan takes clusterdeployment/NAME or multiclusterservice/NAME\n");
    assertThat(plan("--service", "ingress", "--newest").err())
        .isEqualTo(
            "pathgate: what was read has no service default/ingress; did you mean"
                + " tenant42/ingress?\n");
  }

  @Test
  void takesTheNumberOfAnEditForManifestsAlone() {
    file("chain.yaml", chain("up", "a > b", "b > c", "c"));
    file("1.yaml", cluster("one", "a", "up"));
    String[] second = {"clusterdeployment/one", "--target", "c", "--edit", "2"};

    for (String format : List.of("text", "json", "patches")) {
      String[] asked = Arrays.copyOf(second, second.length + 2);
      asked[second.length] = "-o";
      asked[second.length + 1] = format;

      assertThat(plan(asked))
          .isEqualTo(new CommandRun(2, "", "pathgate: --edit 2 needs -o manifests\n"));
    }
    assertThat(plan("clusterdeployment/one", "--target", "c", "--edit", "2", "-o", "manifests"))
        .isEqualTo(new CommandRun(0, cluster("one", "c", "up"), ""));
    assertThat(plan("clusterdeployment/one", "--target", "c", "-o", "patches").code()).isZero();
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void editsWhatAPipeGave() throws Exception {
    file("chain.yaml", chain("up", "a > b", "b"));
    file("one.yaml", cluster("one", "a", "up"));
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Process writer =
        new ProcessBuilder("sh", "-c", "cat one.yaml > pipe").directory(folder.toFile()).start();

    CommandRun run =
        CommandRun.of(
            folder,
            "plan",
            "-f",
            pipe.toString(),
            "-f",
            folder.resolve("chain.yaml").toString(),
            "--newest",
            "-o",
            "manifests");

    writer.destroy();
    assertThat(run).isEqualTo(new CommandRun(0, cluster("one", "b", "up"), ""));
  }
}
