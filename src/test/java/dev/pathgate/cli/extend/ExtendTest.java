package dev.pathgate.cli.extend;

import static dev.pathgate.cli.ManifestSketch.chain;
import static dev.pathgate.cli.ManifestSketch.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.cli.CommandRun;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtendTest {
  @TempDir private Path folder;

  @BeforeEach
  void aChainAndItsUser() {
    CommandRun.write(folder, "chain.yaml", chain("up", "a > b", "b > c", "c"));
    CommandRun.write(folder, "prod.yaml", cluster("prod", "b", "up"));
  }

  private CommandRun extend(String... arguments) {
    return CommandRun.of(
        folder,
        Stream.of(new String[] {"extend", "-f", folder.toString(), "chain/up"}, arguments)
            .flatMap(Arrays::stream)
            .toArray(String[]::new));
  }

  @Test
  void writesTheSuccessorTheMovesAndWhatIsObsolete() {
    assertThat(extend("--add", "d", "--after", "b,c", "--edge", "d=c", "-o", "json"))
        .isEqualTo(
            new CommandRun(
                0,
                """
                {
                  "chain" : {
                    "apiVersion" : "k0rdent.mirantis.com/v1beta1",
                    "kind" : "ServiceTemplateChain",
                    "metadata" : {
                      "name" : "up-2",
                      "namespace" : "tenant42",
                      "annotations" : {
                        "pathgate.dev/succeeds" : "up"
                      }
                    },
                    "spec" : {
                      "supportedTemplates" : [
                        {
                          "name" : "a",
                          "availableUpgrades" : [
                            {
                              "name" : "b"
                            }
                          ]
                        },
                        {
                          "name" : "b",
                          "availableUpgrades" : [
                            {
                              "name" : "c"
                            },
                            {
                              "name" : "d"
                            }
                          ]
                        },
                        {
                          "name" : "c",
                          "availableUpgrades" : [
                            {
                              "name" : "d"
                            }
                          ]
                        },
                        {
                          "name" : "d",
                          "availableUpgrades" : [
                            {
                              "name" : "c"
                            }
                          ]
                        }
                      ]
                    }
                  },
                  "edits" : [
                    {
                      "kind" : "ClusterDeployment",
                      "namespace" : "tenant42",
                      "name" : "prod",
                      "services" : [
                        {
                          "service" : "tenant42/ingress",
                          "templateChain" : "up-2"
                        }
                      ]
                    }
                  ],
                  "lost" : [ ],
                  "stuck" : [ ],
                  "refused" : [ ],
                  "obsolete" : {
                    "namespace" : "tenant42",
                    "name" : "up"
                  }
                }
                """,
                ""));
  }

  @Test
  void leavesOutWhatNoUserCanReach() {
    assertThat(extend("--add", "d", "--after", "c", "--drop-unused").out())
        .isEqualTo(
            """
            1. create ServiceTemplateChain tenant42/up-2
                 b → c
                 c → d
                 d
            2. edit ClusterDeployment tenant42/prod
                 tenant42/ingress: templateChain: up-2
            3. delete ServiceTemplateChain tenant42/up, in a later commit
            """);
  }

  @Test
  void countsOnFromAChainThatCounts() {
    CommandRun.write(folder, "2.yaml", chain("up-2", "a > b", "b"));

    assertThat(extend("--add", "d", "--after", "c").out())
        .startsWith("1. create ServiceTemplateChain tenant42/up-3\n");
    assertThat(
            CommandRun.of(
                    folder,
                    "extend",
                    "-f",
                    folder.toString(),
                    "chain/up-2",
                    "--add",
                    "d",
                    "--after",
                    "b",
                    "--name",
                    "other")
                .out())
        .startsWith("1. create ServiceTemplateChain tenant42/other\n");
  }

  @Test
  void leavesTheOldChainToWhoCanReachNothingAnyway() {
    CommandRun.write(folder, "prod.yaml", cluster("prod", "x", "up"));

    CommandRun run = extend("--add", "d", "--after", "c");

    assertThat(run)
        .isEqualTo(
            new CommandRun(
                0,
                """
                1. create ServiceTemplateChain tenant42/up-2
                     a → b
                     b → c
                     c → d
                     d
                ServiceTemplateChain tenant42/up stays: services still name it
                stuck  tenant42/ingress of ClusterDeployment tenant42/prod: at x, which neither chain lists
                """,
                ""));
  }

  @Test
  void movesWhoStandsAtATemplateThatTheNewChainLists() {
    CommandRun.write(folder, "prod.yaml", cluster("prod", "x", "up"));

    CommandRun run = extend("--add", "x");

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("2. edit ClusterDeployment tenant42/prod\n")
        .contains("3. delete ServiceTemplateChain tenant42/up, in a later commit\n")
        .doesNotContain("stuck");
  }

  @Test
  void dropsNothingWhereNobodyStandsAtAListedTemplate() {
    CommandRun.write(folder, "prod.yaml", cluster("prod", "x", "up"));

    assertThat(extend("--drop-unused"))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "pathgate: --drop-unused: no user of tenant42/up stands at a template that it"
                    + " lists, so that nothing would be left\n"));
    assertThat(extend("--add", "x", "--drop-unused").code()).isZero();
  }

  @Test
  void deletesNoChainThatSomebodyStillNames() {
    CommandRun.write(folder, "stuck.yaml", cluster("other", "x", "up"));

    CommandRun patches = extend("--add", "d", "--after", "c", "-o", "patches");
    CommandRun manifests = extend("--add", "d", "--after", "c", "-o", "manifests");
    CommandRun json = extend("--add", "d", "--after", "c", "-o", "json");

    assertThat(patches.code()).isZero();
    assertThat(patches.out())
        .contains("kubectl patch clusterdeployment prod -n tenant42 ")
        .doesNotContain("kubectl delete")
        .endsWith(
            """
            # stuck: ClusterDeployment tenant42/other tenant42/ingress: at x, which neither chain lists
            # ServiceTemplateChain tenant42/up stays: services still name it
            """);
    assertThat(manifests.err())
        .isEqualTo(
            """
            stuck: ClusterDeployment tenant42/other tenant42/ingress: at x, which neither chain lists
            apply the chain first, its users after it; ServiceTemplateChain tenant42/up stays: services still name it
            """);
    assertThat(json.out())
        .contains(
            """
              "lost" : [ ],
              "stuck" : [
                {
                  "kind" : "ClusterDeployment",
                  "namespace" : "tenant42",
                  "name" : "other",
                  "service" : "tenant42/ingress",
                  "template" : "x",
                  "reason" : "at x, which neither chain lists"
                }
              ],
            """);
  }

  @Test
  void printsTheChainAndTheEditedFiles() {
    CommandRun run = extend("--edge", "c=b", "-o", "manifests");

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            apiVersion: k0rdent.mirantis.com/v1beta1
            kind: ServiceTemplateChain
            metadata:
              name: up-2
              namespace: tenant42
              annotations:
                pathgate.dev/succeeds: up
            spec:
              supportedTemplates:
                - name: a
                  availableUpgrades:
                    - name: b
                - name: b
                  availableUpgrades:
                    - name: c
                - name: c
                  availableUpgrades:
                    - name: b
            ---
            # Source: prod.yaml
            """
                + cluster("prod", "b", "up-2"));
  }

  @Test
  void printsLinesForAShellInTheOrderThatIsAdmitted() {
    assertThat(extend("--edge", "c=b", "-o", "patches").out())
        .startsWith("kubectl create -f - <<'EOF'\napiVersion: k0rdent.mirantis.com/v1beta1\n")
        .contains("EOF\nkubectl patch clusterdeployment prod -n tenant42 --type=json -p '[")
        .endsWith("]'\nkubectl delete servicetemplatechain up -n tenant42\n");
  }

  @Test
  void keepsFilesApartThatEndWithoutALineEnd() {
    CommandRun.write(folder, "prod.yaml", cluster("prod", "b", "up").stripTrailing());
    CommandRun.write(folder, "zone.yaml", "\ufeff" + cluster("zone", "b", "up"));

    assertThat(extend("--edge", "c=b", "-o", "manifests").out())
        .endsWith(
            "---\n# Source: prod.yaml\n"
                + cluster("prod", "b", "up-2")
                + "---\n# Source: zone.yaml\n"
                + cluster("zone", "b", "up-2"));
  }

  @Test
  void editsDocumentsThatTheOptionsGiveANamespace() {
    CommandRun.write(folder, "chain.yaml", placeless(chain("up", "a > b", "b > c", "c")));
    CommandRun.write(folder, "prod.yaml", placeless(cluster("prod", "b", "up")));

    CommandRun run = extend("-n", "tenant42", "--edge", "c=b", "-o", "manifests");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .endsWith("# Source: prod.yaml\n" + placeless(cluster("prod", "b", "up-2")));
  }

  private static String placeless(String manifest) {
    return manifest.replace("  namespace: tenant42\nspec:", "spec:");
  }

  @Test
  void testsWhichServiceItMoves() {
    assertThat(extend("--edge", "c=b", "-o", "patches").out())
        .contains(
            "{\"op\":\"test\",\"path\":\"/spec/serviceSpec/services/0/namespace\",\"value\":\"tenant42\"}");
  }

  @Test
  void refusesAnEdgeOfATemplateThatIsNotThere() {
    assertThat(extend("--edge", "c=z"))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "pathgate: --edge c=z: ServiceTemplateChain tenant42/up does not list z; --add z"
                    + " lists it\n"));
    assertThat(extend("--add", "d", "--after", "z"))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "pathgate: --add d --after z: ServiceTemplateChain tenant42/up does not list z; --add z"
                    + " lists it\n"));
    assertThat(extend("--add", "d", "--after", "z", "--add", "z", "--after", "c").code()).isZero();
  }

  @Test
  void refusesAnUpgradeToItself() {
    assertThat(extend("--add", "d", "--after", "c,d"))
        .isEqualTo(
            new CommandRun(2, "", "pathgate: --add d --after d: no template upgrades to itself\n"));
    assertThat(extend("--edge", "c=c"))
        .isEqualTo(new CommandRun(2, "", "pathgate: --edge c=c: no template upgrades to itself\n"));
  }

  @Test
  void saysWhatTheChainHasAlready() {
    CommandRun edge = extend("--edge", "a=b");
    CommandRun added = extend("--add", "b");
    CommandRun after = extend("--add", "b", "--after", "a", "--edge", "c=a");

    assertThat(edge.code()).isZero();
    assertThat(edge.err())
        .isEqualTo("--edge a=b: ServiceTemplateChain tenant42/up has this edge already\n");
    assertThat(added.err())
        .isEqualTo("--add b: ServiceTemplateChain tenant42/up lists it already\n");
    assertThat(after.err())
        .isEqualTo("--add b --after a: ServiceTemplateChain tenant42/up has this edge already\n");
    assertThat(extend("--edge", "b=a").err()).isEmpty();
  }

  @Test
  void refusesNamesThatNoObjectCanHave() {
    assertThat(extend("--add", "d", "--name", ""))
        .isEqualTo(new CommandRun(2, "", "pathgate: --name '': no object can have that name\n"));
    assertThat(extend("--add", "d", "--name", "Bad_Name"))
        .isEqualTo(
            new CommandRun(2, "", "pathgate: --name 'Bad_Name': no object can have that name\n"));
    assertThat(extend("--add", "Bad Name", "--after", "c"))
        .isEqualTo(
            new CommandRun(2, "", "pathgate: --add 'Bad Name': no object can have that name\n"));
    assertThat(extend("--add", "d.1", "--after", "c", "--name", "good-name").code()).isZero();
  }

  @Test
  void saysThatAStepWouldBeRefused() {
    String denied = "pathgate.rules.chain-templates-exist=deny";
    CommandRun refused = extend("--add", "d", "--after", "c", "--set", denied);
    CommandRun json = extend("--add", "d", "--after", "c", "--set", denied, "-o", "json");
    for (String template : new String[] {"a", "b", "c", "d"}) {
      CommandRun.write(
          folder,
          template + ".yaml",
          """
          apiVersion: k0rdent.mirantis.com/v1beta1
          kind: ServiceTemplate
          metadata: {name: %s, namespace: tenant42}
          """
              .formatted(template));
    }
    CommandRun known = extend("--add", "d", "--after", "c", "--set", denied);

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.out())
        .contains("refused  create ServiceTemplateChain tenant42/up-2: ")
        .contains("[chain-templates-exist]");
    assertThat(json.code()).isEqualTo(1);
    assertThat(json.out()).contains("\"step\" : \"create ServiceTemplateChain tenant42/up-2\"");
    assertThat(known.code()).isZero();
    assertThat(known.out()).doesNotContain("refused");
  }

  @Test
  void cleansNamesOfWhatSteersATerminalOrAShell() {
    CommandRun.write(folder, "chain.yaml", chain("up", "a > \"b\\e[31m\"", "\"b\\e[31m\""));
    CommandRun.write(folder, "prod.yaml", cluster("prod", "a", "up"));
    CommandRun.write(folder, "stuck.yaml", cluster("other", "\"x\\nrm -rf /\\e[31m\"", "up"));

    CommandRun text = extend("--edge", "b\u001b[31m=a");
    CommandRun patches = extend("--edge", "b\u001b[31m=a", "-o", "patches");

    assertThat(text.code()).isZero();
    assertThat(text.out()).contains("     a → b [31m\n").doesNotContain("\u001b");
    assertThat(patches.out()).doesNotContain("\u001b").doesNotContain("\nrm");
  }

  @Test
  void saysThatNoWayLeadsToAnAddedTemplate() {
    CommandRun alone = extend("--add", "d");
    CommandRun led = extend("--add", "d", "--after", "c");
    CommandRun edged = extend("--add", "d", "--edge", "c=d");

    assertThat(alone.code()).isZero();
    assertThat(alone.err())
        .isEqualTo("--add d: no way leads there; --after says from which templates one is to\n");
    assertThat(led.err()).isEmpty();
    assertThat(edged.err()).isEmpty();
  }

  @Test
  void saysThatThereIsNothingToDrop() {
    CommandRun.write(folder, "first.yaml", cluster("first", "a", "up"));

    assertThat(extend("--drop-unused").err())
        .isEqualTo("--drop-unused: nothing to drop, users can reach all that tenant42/up lists\n");
    CommandRun.write(folder, "first.yaml", cluster("first", "b", "up"));
    assertThat(extend("--drop-unused").err()).isEmpty();
  }
}
