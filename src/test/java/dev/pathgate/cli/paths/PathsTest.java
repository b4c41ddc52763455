package dev.pathgate.cli.paths;

import static dev.pathgate.cli.ManifestSketch.chain;
import static dev.pathgate.cli.ManifestSketch.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.cli.CommandRun;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/**
 *
 *
 * <pre>
 *   a → b → c → a      a → d → c      d → x, which is not listed      lonely
 * </pre>
 */
class PathsTest {
  @TempDir private Path folder;

  @BeforeEach
  void aChainWithAllThereIs() {
    CommandRun.write(
        folder, "chain.yaml", chain("up", "a > b d", "b > c", "c > a", "d > c x", "lonely"));
    CommandRun.write(folder, "prod.yaml", cluster("prod", "b", "up"));
  }

  private CommandRun paths(String... arguments) {
    return CommandRun.of(
        folder,
        Stream.of(new String[] {"paths", "-f", folder.toString()}, arguments)
            .flatMap(Arrays::stream)
            .toArray(String[]::new));
  }

  @Test
  void showsServicesThatStandWhereTheirChainHasNoPlaceForThem() {
    CommandRun.write(folder, "prod.yaml", cluster("prod", "zz", "up"));

    assertThat(paths().out())
        .contains("  zz  not listed  ● tenant42/ingress of ClusterDeployment tenant42/prod\n");
    for (String picture : List.of("json", "dot", "mermaid", "svg", "html")) {
      assertThat(paths("-o", picture).out()).as(picture).contains("zz");
    }

    CommandRun.write(folder, "prod.yaml", cluster("prod", "b", "up"));

    for (String picture : List.of("text", "json", "dot", "mermaid", "svg", "html")) {
      assertThat(paths("-o", picture).out()).as(picture).doesNotContain("zz");
    }
  }

  @Test
  void drawsATreeWithSharedWaysOnceAndCyclesMarked() {
    assertThat(paths().out())
        .isEqualTo(
            """
            ServiceTemplateChain tenant42/up  5 templates, 1 service
              a
              ├─ b  ● tenant42/ingress of ClusterDeployment tenant42/prod
              │  → c
              │  → a  ↩ back, a cycle
              └─ d
                 ├─ c  (above)
                 └─ x  not listed
              lonely  unreachable
            """);
  }

  @Test
  void marksEdgesThatK0rdentDeploysByOtherSteps() {
    CommandRun.write(folder, "chain.yaml", versioned(""));

    assertThat(paths().out())
        .startsWith(
            """
            ServiceTemplateChain tenant42/up  4 templates, 1 service
              b → d: k0rdent (from 1.10 on) deploys c, then d
            """);
    assertThat(paths("-o", "json").out().replaceAll("\\s", ""))
        .contains("\"detours\":[{\"from\":\"b\",\"to\":\"d\",\"steps\":[\"c\",\"d\"]}]");
    CommandRun.write(folder, "chain.yaml", versioned("").replaceAll(", version: \"[0-9.]+\"", ""));
    assertThat(paths().out() + paths("-o", "json").out()).doesNotContain("k0rdent (", "detours");
  }

  @Test
  void followsTheLineOfSuccession() {
    CommandRun.write(folder, "next.yaml", versioned("up").replace("name: up,", "name: up-2,"));

    assertThat(paths("chain/up").out())
        .startsWith(
            """
            ServiceTemplateChain tenant42/up  5 templates, 1 service
              succeeded by up-2
            """);
    assertThat(paths("chain/up-2").out()).contains("\n  succeeds up\n");
    assertThat(paths("-o", "json").out().replaceAll("\\s", ""))
        .contains("\"succeededBy\":[\"up-2\"]", "\"succeeds\":\"up\"");
    CommandRun.write(folder, "chain.yaml", "");
    assertThat(paths("chain/up-2").out()).contains("\n  succeeds up, which is gone\n");
  }

  /** What k0rdent v1.12 was seen to deploy along other steps. */
  private static String versioned(String succeeds) {
    return """
    apiVersion: k0rdent.mirantis.com/v1beta1
    kind: ServiceTemplateChain
    metadata: {name: up, namespace: tenant42%s}
    spec:
      supportedTemplates:
      - name: a
        availableUpgrades: [{name: b, version: "2.0.0"}, {name: c, version: "3.0.0"}]
      - name: b
        availableUpgrades: [{name: d, version: "4.0.0"}, {name: a, version: "1.0.0"}]
      - name: c
        availableUpgrades: [{name: d, version: "4.0.0"}]
      - name: d
    """
        .formatted(
            succeeds.isEmpty() ? "" : ", annotations: {pathgate.dev/succeeds: " + succeeds + "}");
  }

  @Test
  void startsWhereItIsAskedTo() {
    assertThat(paths("chain/up", "--at", "d").out())
        .isEqualTo(
            """
            ServiceTemplateChain tenant42/up  5 templates, 1 service
              d
              ├─ c
              │  → a
              │  ├─ b  ● tenant42/ingress of ClusterDeployment tenant42/prod
              │  │  → c  ↩ back, a cycle
              │  └─ d  ↩ back, a cycle
              └─ x  not listed
            """);
  }

  @Test
  void drawsNoMoreThanTheWaysThatLeadOn() {
    CommandRun.write(folder, "chain.yaml", chain("up", "start > middle", "middle > end", "end"));

    for (String picture : List.of("dot", "mermaid", "svg", "html")) {
      assertThat(paths("-o", picture, "--at", "middle").out())
          .as(picture)
          .contains("middle", "end")
          .doesNotContain("\"start", ">start");
      assertThat(paths("-o", picture).out()).as(picture).containsAnyOf("\"start", ">start");
    }
  }

  @Test
  void listsTemplatesServicesAndTheirWays() {
    CommandRun.write(folder, "chain.yaml", chain("up", "a > b", "b > c", "c"));

    assertThat(paths("clusterdeployment/prod", "-o", "json"))
        .isEqualTo(
            new CommandRun(
                0,
                """
                {
                  "chains" : [
                    {
                      "namespace" : "tenant42",
                      "name" : "up",
                      "templates" : [
                        {
                          "name" : "a",
                          "listed" : true,
                          "upgrades" : [
                            "b"
                          ],
                          "services" : [ ],
                          "deadEnd" : false,
                          "unreachable" : false
                        },
                        {
                          "name" : "b",
                          "listed" : true,
                          "upgrades" : [
                            "c"
                          ],
                          "services" : [
                            {
                              "kind" : "ClusterDeployment",
                              "namespace" : "tenant42",
                              "name" : "prod",
                              "service" : "tenant42/ingress"
                            }
                          ],
                          "deadEnd" : false,
                          "unreachable" : false
                        },
                        {
                          "name" : "c",
                          "listed" : true,
                          "upgrades" : [ ],
                          "services" : [ ],
                          "deadEnd" : true,
                          "unreachable" : false
                        }
                      ]
                    }
                  ],
                  "services" : [
                    {
                      "kind" : "ClusterDeployment",
                      "namespace" : "tenant42",
                      "name" : "prod",
                      "service" : "tenant42/ingress",
                      "template" : "b",
                      "chain" : "up",
                      "reachable" : [
                        {
                          "template" : "c",
                          "path" : [
                            "c"
                          ]
                        }
                      ]
                    }
                  ]
                }
                """,
                ""));
  }

  @Test
  void writesTheSameAsYaml() {
    CommandRun.write(folder, "chain.yaml", chain("up", "a > b", "b"));
    CommandRun.write(folder, "prod.yaml", cluster("prod", "a", "up"));

    assertThat(paths("-o", "yaml").out())
        .isEqualTo(
            """
            chains:
              - namespace: tenant42
                name: up
                templates:
                  - name: a
                    listed: true
                    upgrades:
                      - b
                    services:
                      - kind: ClusterDeployment
                        namespace: tenant42
                        name: prod
                        service: tenant42/ingress
                    deadEnd: false
                    unreachable: false
                  - name: b
                    listed: true
                    upgrades: []
                    services: []
                    deadEnd: true
                    unreachable: false
            services:
              - kind: ClusterDeployment
                namespace: tenant42
                name: prod
                service: tenant42/ingress
                template: a
                chain: up
                reachable:
                  - template: b
                    path:
                      - b
            """);
  }

  @Test
  void drawsForMermaid() {
    assertThat(paths("-o", "mermaid").out())
        .isEqualTo(
            """
            flowchart LR
              subgraph s0["tenant42/up"]
                c0_0["a"]
                c0_1["b<br/>1 service"]:::used
                c0_2["c"]
                c0_3["d"]
                c0_4(["lonely"]):::unreachable
                c0_5(["x"]):::unlisted
                c0_0 --> c0_1
                c0_0 --> c0_3
                c0_1 --> c0_2
                c0_2 -.-> c0_0
                c0_3 --> c0_2
                c0_3 --> c0_5
              end
              classDef used fill:#d7f0dd,stroke:#2e7d4f
              classDef unlisted stroke:#c62828,stroke-dasharray:4
              classDef unreachable stroke:#888,stroke-dasharray:4
            """);
  }

  @Test
  void drawsForGraphviz() {
    assertThat(paths("-o", "dot").out())
        .startsWith("digraph pathgate {\n  rankdir=LR;\n")
        .contains("    label=\"tenant42/up\";\n")
        .contains("    c0_1 [label=\"b\\n1 service\", fillcolor=\"#d7f0dd\"];\n")
        .contains("    c0_2 -> c0_0 [style=dashed, constraint=false];\n")
        .endsWith("}\n");
  }

  @Test
  void drawsAPictureWithEveryTemplateAndEdge() throws Exception {
    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(paths("-o", "svg").out())));

    assertThat(svg.getElementsByTagName("rect").getLength()).isEqualTo(6);
    assertThat(svg.getElementsByTagName("path").getLength()).isEqualTo(6 + 2); // two arrow tips
  }

  @Test
  void keepsWhatNamesSayOutOfThePagesScript() {
    CommandRun.write(folder, "chain.yaml", chain("up", "a > \"</script><b>\"", "b"));

    String page = paths("-o", "html").out();

    assertThat(page).contains("<\\/script><b>").doesNotContain("</script><b>");
    assertThat(page).doesNotContain("@@").doesNotContain("src=").doesNotContain("href=");
  }

  @Test
  void saysThatNoChainListsTheTemplate() {
    CommandRun.write(folder, "chain.yaml", chain("up", "a > b", "b"));

    assertThat(paths("--at", "nowhere"))
        .isEqualTo(new CommandRun(2, "", "pathgate: --at nowhere: no chain here lists it\n"));
  }

  @Test
  void printsNothingThatSteersATerminal() throws Exception {
    CommandRun.write(
        folder,
        "chain.yaml",
        chain("up", "a > b", "b").replace("name: b", "name: \"b\\e[31m\\0\\uffffred\""));
    CommandRun.write(
        folder, "prod.yaml", cluster("prod", "\"x\\e[2J\"", "none").replace("prod", "\"p\\e[m\""));

    for (String format : java.util.List.of("text", "dot", "mermaid", "svg")) {
      assertThat(paths("-o", format).out())
          .as(format)
          .doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f]");
    }
    assertThat(paths().out()).contains("b [31m \uffffred");
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(paths("-o", "svg").out())));
  }

  @Test
  void saysOfAChainThatIsBeingDeletedWhatTheGateSays() {
    CommandRun.write(
        folder,
        "chain.yaml",
        chain("up", "a > b", "b")
            .replace("metadata:\n", "metadata:\n  deletionTimestamp: 2026-01-01T00:00:00Z\n"));

    assertThat(paths().out())
        .contains(": ServiceTemplateChain tenant42/up is on its way out: it is being deleted\n")
        .doesNotContain("does not exist");
  }

  @Test
  void showsAnyNameAsItIsInMermaid() {
    CommandRun.write(
        folder,
        "chain.yaml",
        chain("up", "'<b>\"#1;&amp;\"</b>' > '`c`'", "'`c`'").replace("''", "'"));
    CommandRun.write(folder, "prod.yaml", cluster("prod", "'`c`'", "up"));

    assertThat(paths("-o", "mermaid").out())
        .contains(
            "[\"#lt;b#gt;#quot;#35;1;#amp;amp;#quot;#lt;/b#gt;\"]\n",
            "([\"#96;c#96;<br/>1 service\"])");
  }
}
