package dev.pathgate.cli.extend;

import static dev.pathgate.cli.ManifestSketch.chain;
import static dev.pathgate.cli.ManifestSketch.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.cli.CommandRun;
import dev.pathgate.cli.StubApi;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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

  @Test
  void refusesAChainThatIsBeingDeleted() {
    String deleted =
        chain("up", "a > b", "b > c", "c")
            .replace(
                "spec:",
                "  deletionTimestamp: 2026-01-01T00:00:00Z\n  finalizers: [example.com/hold]\nspec:");
    CommandRun.write(folder, "chain.yaml", deleted);

    CommandRun added = extend("--add", "d");

    assertThat(added)
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "pathgate: ServiceTemplateChain tenant42/up is being deleted, so that no way leads"
                    + " along it; create a chain with its edges, and move its users there\n"));
    assertThat(extend("--edge", "b=a")).isEqualTo(added);
    CommandRun.write(
        folder, "chain.yaml", deleted.replace("  deletionTimestamp: 2026-01-01T00:00:00Z\n", ""));
    assertThat(extend("--add", "d").code()).isZero();
  }

  @Test
  void saysWhatItTakes() {
    for (String object : List.of("ingress", "clusterdeployment/prod", "cd/prod")) {
      assertThat(CommandRun.of(folder, "extend", "-f", folder.toString(), object, "--add", "d"))
          .isEqualTo(new CommandRun(2, "", "pathgate: " + object + ": extend takes chain/NAME\n"));
    }
  }

  @Test
  void keepsAnEdgeWhoseTargetIsNowListed() {
    CommandRun.write(folder, "chain.yaml", chain("up", "a > x b", "b"));

    CommandRun listed = extend("--add", "x");
    CommandRun other = extend("--edge", "b=a");

    assertThat(listed.out()).contains("     a → x, b\n     b\n     x\n");
    assertThat(listed.err()).doesNotContain("left out").doesNotContain("no way");
    assertThat(other.out()).contains("     a → b\n     b → a\n");
    assertThat(other.err())
        .endsWith(
            "left out, since ServiceTemplateChain tenant42/up does not list where they lead; --add"
                + " lists it: a -> x\n");
  }

  @Test
  void leavesOutAnEntryWithoutAName() {
    CommandRun.write(folder, "chain.yaml", chain("up", "a > b", "b > '' c", "'' > c", "c"));

    CommandRun run = extend("--edge", "c=b");

    assertThat(run.code()).as(run.out()).isZero();
    assertThat(run.out()).contains("     a → b\n     b → c\n     c → b\n");
    assertThat(run.err())
        .endsWith("left out of ServiceTemplateChain tenant42/up: what has no name\n");
  }

  @Test
  void takesAnEmptyAfterForNone() {
    CommandRun empty = extend("--add", "d", "--after", "");

    assertThat(empty.code()).isZero();
    assertThat(empty).isEqualTo(extend("--add", "d"));
    assertThat(extend("--add", "d", "--after", "e").code()).isEqualTo(2);
  }

  @Test
  void refusesToCountOnToANameThatNoObjectCanHave() {
    String longest = "c".repeat(252);
    CommandRun.write(folder, "long.yaml", chain(longest, "a > b", "b"));
    CommandRun.write(folder, "shorter.yaml", chain(longest.substring(1), "a > b", "b"));

    CommandRun refused = edge(longest);

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).endsWith("': no object can have that name; --name gives another\n");
    assertThat(edge(longest, "--name", "up-9").code()).isZero();
    assertThat(edge(longest.substring(1)).code()).isZero();
  }

  private CommandRun edge(String chain, String... arguments) {
    return CommandRun.of(
        folder,
        Stream.of(
                new String[] {"extend", "-f", folder.toString(), "chain/" + chain, "--edge", "b=a"},
                arguments)
            .flatMap(Arrays::stream)
            .toArray(String[]::new));
  }

  @Test
  void saysThatItTakesANameForAVersion() {
    CommandRun.write(
        folder,
        "chain.yaml",
        chain("up", "a > b", "b").replace("    - name: b\n", "    - {name: b, version: 1.1.0}\n"));

    CommandRun guessed = extend("--add", "d", "--after", "a,b", "-o", "json");
    CommandRun.write(
        folder,
        "d.yaml",
        """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ServiceTemplate
        metadata: {name: d, namespace: tenant42}
        spec: {version: 1.2.0}
        """);
    CommandRun known = extend("--add", "d", "--after", "a,b", "-o", "json");

    assertThat(guessed.out()).contains("\"version\" : \"d\"");
    assertThat(guessed.err())
        .isEqualTo(
            "no ServiceTemplate tenant42/d is among the sources: its name is taken for its"
                + " version\n");
    assertThat(known.out()).contains("\"version\" : \"1.2.0\"");
    assertThat(known.err()).isEmpty();
  }

  @Test
  void saysThatTwoChainsAreTheDefault() {
    String plain = chain("up", "a > b", "b > c", "c");
    CommandRun.write(
        folder,
        "chain.yaml",
        plain.replace("spec:", "  annotations: {pathgate.dev/default-chain: \"true\"}\nspec:"));

    CommandRun run = extend("--edge", "c=b", "-o", "manifests");
    CommandRun.write(folder, "chain.yaml", plain);

    assertThat(run.out()).contains("pathgate.dev/default-chain: \"true\"");
    assertThat(run.err())
        .startsWith(
            "both tenant42/up and tenant42/up-2 are default chains while services move: a service"
                + " keeps its default only as long as that is one; new services get neither until"
                + " tenant42/up is deleted or, once all have moved, loses the annotation"
                + " pathgate.dev/default-chain\n");
    assertThat(extend("--edge", "c=b", "-o", "manifests").err()).doesNotContain("default");
  }

  @Test
  void namesOnceAnObjectThatIsNotFromAFile() throws IOException {
    try (StubApi api = new StubApi(folder.resolve("home"))) {
      String service = "\"services\": [";
      String prod = StubApi.cluster("live", "b", "up");
      api.list(
          "/apis/k0rdent.mirantis.com/v1beta1/namespaces/tenant42/clusterdeployments",
          prod.replace(
              service,
              service + "{\"name\": \"web\", \"template\": \"a\", \"templateChain\": \"up\"},"),
          StubApi.cluster("other", "a", "up"));

      CommandRun run =
          api.run(
              folder,
              "extend",
              "chain/up",
              "--edge",
              "b=a",
              "-o",
              "manifests",
              "-f",
              "cluster",
              "-f",
              folder.resolve("chain.yaml").toString());

      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.err().lines())
          .filteredOn(line -> line.contains("is not from a file"))
          .containsExactly(
              "ClusterDeployment tenant42/live is not from a file: -o patches has what moves it",
              "ClusterDeployment tenant42/other is not from a file: -o patches has what moves it");
    }
  }
}
