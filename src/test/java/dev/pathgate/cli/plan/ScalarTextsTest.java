package dev.pathgate.cli.plan;

import static dev.pathgate.cli.ManifestSketch.chain;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.cli.CommandRun;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Edits in every form that people and tools write manifests in. */
class ScalarTextsTest {
  private static final String HEAD =
      """
      apiVersion: k0rdent.mirantis.com/v1beta1
      kind: ClusterDeployment
      metadata: {name: one, namespace: tenant42}
      spec:
        serviceSpec:
          services:
      """;

  /** As {@code kubectl get -o json} writes it. */
  private static final String JSON =
      """
      {
          "apiVersion": "k0rdent.mirantis.com/v1beta1",
          "kind": "ClusterDeployment",
          "metadata": {
              "name": "one",
              "namespace": "tenant42"
          },
          "spec": {
              "serviceSpec": {
                  "services": [
                      {
                          "name": "ingress",
                          "template": "a"
                      }
                  ]
              }
          }
      }
      """;

  @TempDir private Path folder;

  @BeforeEach
  void aChain() {
    CommandRun.write(folder, "chain.yaml", chain("up", "a > b", "b"));
  }

  private CommandRun edit(String name, String content) {
    CommandRun.write(folder, name, content);
    return CommandRun.of(
        folder,
        "plan",
        "-f",
        folder.toString(),
        "clusterdeployment/one",
        "--target",
        "b",
        "-o",
        "manifests");
  }

  private void assertEdited(String name, String before, String after) {
    assertThat(edit(name, before)).isEqualTo(new CommandRun(0, after, ""));
  }

  @Test
  void addsTheChainToPrettyJsonOnALineOfItsOwn() {
    String after =
        JSON.replace(
            "\"template\": \"a\"",
            "\"template\": \"b\",\n                    \"templateChain\": \"up\"");

    assertEdited("one.json", JSON, after);
    assertEdited("one.json", JSON.replace("\n", "\r\n"), after.replace("\n", "\r\n"));
    assertEdited("one.json", JSON.replace("    ", "\t"), after.replace("    ", "\t"));
  }

  @Test
  void addsTheChainBetweenMembersOfJson() {
    String before = JSON.replace("\"a\"", "\"a\",\n                    \"values\": \"a: b\"");

    assertEdited(
        "one.json",
        before,
        before.replace(
            "\"template\": \"a\",",
            "\"template\": \"b\",\n                    \"templateChain\": \"up\","));
  }

  @Test
  void editsJsonWithinAFileOfYaml() {
    String other = "--- # first\n{{ .Values.other }}: x: y\n---\n# the fleet\n";

    CommandRun run = edit("fleet.yaml", other + JSON + "---\nkind: Other\n");

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .startsWith(other + "{\n")
        .contains("\"templateChain\": \"up\"\n")
        .endsWith("}\n---\nkind: Other\n");
  }

  @Test
  void takesTheVersionAwayWhereverItStandsInJson() {
    String template = "\"template\": \"a\"";
    String indent = ",\n                    ";
    String without =
        JSON.replace(template, "\"templateChain\": \"up\"" + indent + "\"template\": \"b\"");

    assertEdited(
        "one.json",
        JSON.replace(
            template,
            "\"templateChain\": \"up\"" + indent + template + indent + "\"version\": \"1.0\""),
        without);
    assertEdited(
        "one.json",
        JSON.replace(
            template,
            "\"templateChain\": \"up\"" + indent + "\"version\": \"1.0\"" + indent + template),
        without);
    assertEdited(
        "one.json",
        JSON.replace(template, template + indent + "\"version\": \"1.0\""),
        JSON.replace(template, "\"template\": \"b\"" + indent + "\"templateChain\": \"up\""));
    assertEdited(
        "one.json",
        JSON.replace(
            "\"name\": \"ingress\"", "\"version\": \"1.0\"" + indent + "\"name\": \"ingress\""),
        JSON.replace(template, "\"template\": \"b\"" + indent + "\"templateChain\": \"up\""));
  }

  @Test
  void addsTheChainToFlowYamlOverSeveralLines() {
    assertEdited(
        "one.yaml",
        HEAD + "    - {name: ingress,\n       template: a}\n",
        HEAD + "    - {name: ingress,\n       template: b,\n       templateChain: up}\n");
    assertEdited(
        "one.yaml",
        HEAD
            + "    - {\n        template: a, # since May\n        name: ingress, # ours\n      }\n",
        HEAD
            + "    - {\n        template: b, # since May\n        templateChain: up,\n"
            + "        name: ingress, # ours\n      }\n");
    assertEdited(
        "one.yaml",
        HEAD + "    - {\n        name: ingress,\n        template: a # since May\n      }\n",
        HEAD
            + "    - {\n        name: ingress,\n        template: b, # since May\n"
            + "        templateChain: up\n      }\n");
  }

  @Test
  void takesTheVersionAwayInFlowAndBlockYaml() {
    assertEdited(
        "one.yaml",
        HEAD + "    - {name: ingress, template: a, templateChain: up,\n       version: 1.0.0}\n",
        HEAD + "    - {name: ingress, template: b, templateChain: up}\n");
    assertEdited(
        "one.yaml",
        HEAD + "    - {version: 1.0.0, name: ingress, template: a, templateChain: up}\n",
        HEAD + "    - {name: ingress, template: b, templateChain: up}\n");
    assertEdited(
        "one.yaml",
        HEAD + "    - version: 1.0.0\n      name: ingress\n      template: a\n",
        HEAD + "    - name: ingress\n      template: b\n      templateChain: up\n");
  }

  @Test
  void fillsAChainThatIsWrittenButEmpty() {
    assertEdited(
        "one.yaml",
        HEAD + "    - name: ingress\n      templateChain: # none yet\n      template: a\n",
        HEAD + "    - name: ingress\n      templateChain: up # none yet\n      template: b\n");
  }

  @Test
  void fillsAChainThatIsNullInJson() {
    assertEdited(
        "one.json",
        JSON.replace("\"template\"", "\"templateChain\": null, \"template\""),
        JSON.replace("\"template\": \"a\"", "\"templateChain\": \"up\", \"template\": \"b\""));
  }

  @Test
  void refusesWhatACommentStandsBetween() {
    CommandRun run =
        edit(
            "one.yaml",
            HEAD
                + "    - {name: ingress, template: a, templateChain: up, # ours\n"
                + "       version: 1.0.0}\n");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("can't be edited where it stands");
  }

  @Test
  void refusesATemplateOverSeveralLines() {
    CommandRun run =
        edit("one.yaml", HEAD + "    - name: ingress\n      template: |-\n        a\n");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("can't be edited where it stands");
  }
}
