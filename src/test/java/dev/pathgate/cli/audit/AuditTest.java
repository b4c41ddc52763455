package dev.pathgate.cli.audit;

import static dev.pathgate.cli.ManifestSketch.chain;
import static dev.pathgate.cli.ManifestSketch.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {
  private static final String NO_TEMPLATES = "pathgate.rules.chain-templates-exist=off";

  @TempDir private Path folder;

  private void file(String name, String content) {
    CommandRun.write(folder, name, content);
  }

  private CommandRun audit(String... arguments) {
    return CommandRun.of(
        folder,
        Stream.of(new String[] {"audit", "-f", folder.toString(), "--set", NO_TEMPLATES}, arguments)
            .flatMap(Arrays::stream)
            .toArray(String[]::new));
  }

  @Test
  void saysWhatAnExemptionSays() {
    String empty =
        cluster("prod", "a", "")
            .replace("metadata:\n", "metadata:\n  annotations: {pathgate.dev/exempt: ''}\n");
    CommandRun.write(folder, "prod.yaml", empty);

    assertThat(CommandRun.of(folder, "audit", "-f", folder.toString()).out())
        .contains("carries the annotation pathgate.dev/exempt, which says nothing [");

    CommandRun.write(folder, "prod.yaml", empty.replace("''", "fire"));

    assertThat(CommandRun.of(folder, "audit", "-f", folder.toString()).out())
        .contains("carries the annotation pathgate.dev/exempt: fire [");
  }

  @Test
  void namesAFileWithoutALineWhereAllOfItIsUnreadable() throws IOException {
    Files.write(folder.resolve("bad.yaml"), new byte[] {(byte) 0xff});

    String junit = CommandRun.of(folder, "audit", "-f", folder.toString(), "-o", "junit").out();

    assertThat(junit).contains("bad.yaml: not UTF-8").doesNotContain("bad.yaml:0");
  }

  @Test
  void takesNoLineOfAnAnnotationForOneOfItsOwn() {
    CommandRun.write(
        folder,
        "prod.yaml",
        cluster("prod", "a", "")
            .replace(
                "metadata:\n",
                "metadata:\n  annotations: {pathgate.dev/exempt: \"fire\\n0 objects: 0 errors\"}\n"));

    assertThat(CommandRun.of(folder, "audit", "-f", folder.toString()).out())
        .contains("pathgate.dev/exempt: fire 0 objects: 0 errors")
        .doesNotContain("\n0 objects");
  }

  @Test
  void findsNothingWhereAllIsWell() {
    file("chain.yaml", chain("up", "a > b", "b"));
    file("prod.yaml", cluster("prod", "a", "up"));

    assertThat(audit())
        .isEqualTo(new CommandRun(0, "2 objects: 0 errors, 0 warnings, 0 infos\n", ""));
  }

  @Test
  void findsAServiceWhoseChainDoesNotListItsTemplate() {
    file("chain.yaml", chain("up", "a > b", "b"));
    file("prod.yaml", cluster("prod", "x", "up"));

    assertThat(audit("-o", "json"))
        .isEqualTo(
            new CommandRun(
                1,
                """
                {
                  "findings" : [
                    {
                      "severity" : "error",
                      "check" : "service-fits-chain",
                      "kind" : "ClusterDeployment",
                      "namespace" : "tenant42",
                      "name" : "prod",
                      "field" : "spec.serviceSpec.services[0].template",
                      "message" : "%s",
                      "fix" : "name a chain that lists the template; pathgate extend makes one",
                      "file" : "prod.yaml",
                      "line" : 11
                    }
                  ],
                  "summary" : {
                    "objects" : 2,
                    "error" : 1,
                    "warning" : 0,
                    "info" : 0
                  }
                }
                """
                    .formatted(
                        "service tenant42/ingress has template x, which ServiceTemplateChain"
                            + " tenant42/up does not list; it lists a, b [service-fits-chain]"),
                ""));
  }

  @Test
  void findsWhatNoRuleAsks() {
    file("chain.yaml", chain("up", "a > b", "b", "lonely"));
    file("idle.yaml", chain("idle", "a > b", "b"));
    file(
        "prod.yaml",
        cluster("prod", "b", "up")
            .replace(
                "  namespace: tenant42\nspec",
                "  namespace: tenant42\n  annotations: {pathgate.dev/exempt: fire}\nspec"));

    CommandRun run = audit();

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("no way of ServiceTemplateChain tenant42/up leads to lonely [chain-is-reachable]")
        .contains("no service names ServiceTemplateChain tenant42/idle [chain-is-used]")
        .contains(
            "service tenant42/ingress stands at b, where ServiceTemplateChain tenant42/up ends"
                + " [service-can-move]\n"
                + "         fix: extend the chain: pathgate extend chain/up -n tenant42 -f "
                + folder
                + " --add TEMPLATE --after b\n")
        .contains("carries the annotation pathgate.dev/exempt: fire")
        .endsWith("3 objects: 0 errors, 1 warning, 3 infos\n");
    assertThat(audit("-o", "json").out())
        .contains(
            "pathgate extend chain/up -n tenant42 -f " + folder + " --add TEMPLATE --after b");
  }

  @Test
  void saysThatNoBeginningLeadsIntoACycle() {
    file("chain.yaml", chain("up", "a > b", "b", "p > q", "q > p"));

    assertThat(audit().out())
        .contains("no beginning of ServiceTemplateChain tenant42/up leads to q [chain-is-reach")
        .doesNotContain("no way of");
  }

  @Test
  void saysThatAnExemptionIsToBeTakenAway() {
    file("chain.yaml", chain("up", "a > b", "b"));
    file(
        "prod.yaml",
        cluster("prod", "a", "up")
            .replace("metadata:\n", "metadata:\n  annotations: {pathgate.dev/exempt: fire}\n"));

    assertThat(audit().out())
        .contains("fix: remove the annotation pathgate.dev/exempt: it was for one edit\n");
  }

  @Test
  void comparesEachEntryOfAServiceThatIsListedTwice() {
    String twice =
        cluster("prod", "a", "up")
            + """
                - name: ingress
                  namespace: tenant42
                  template: b
                  templateChain: up
            status:
              servicesUpgradePaths:
              - name: ingress
                namespace: tenant42
                template: a
                availableUpgrades:
                - upgradePaths: [b]
              - name: ingress
                namespace: tenant42
                template: %s
            """;
    file("chain.yaml", chain("up", "a > b", "b"));
    file("prod.yaml", twice.formatted("b"));
    assertThat(audit().out()).doesNotContain("status-agrees");

    file("prod.yaml", twice.formatted("c"));
    assertThat(audit("-o", "json").out())
        .contains("of service tenant42/ingress is for c, the spec has b [status-agrees]")
        .containsPattern("status-agrees(?s:.)*?\"line\" : 19");
  }

  @Test
  void writesAnEmptyPolicyReportWhereNothingIsWrongAnyMore() {
    file("chain.yaml", chain("up", "a > b", "b"));
    file("prod.yaml", cluster("prod", "a", "up"));

    assertThat(audit("-o", "policyreport").out())
        .contains("namespace: tenant42\n")
        .contains("  fail: 0\n  warn: 0\n")
        .endsWith("results: []\n");
  }

  @Test
  void writesNoEmptyPolicyReportWhereSomethingCouldNotBeRead() {
    file("chain.yaml", chain("up", "a > b", "b"));
    file("prod.yaml", cluster("prod", "a", "up"));
    file("broken.yaml", "kind: [\n");

    assertThat(audit("-o", "policyreport").out()).isEmpty();
  }

  @Test
  void comparesStatusWithTheChains() {
    String status =
        """
        status:
          servicesUpgradePaths:
          - name: ingress
            namespace: tenant42
            template: a
            availableUpgrades:
            - upgradePaths: [b]
        """;
    file("chain.yaml", chain("up", "a > b", "b > c", "c"));
    file("prod.yaml", cluster("prod", "a", "up") + status);

    assertThat(audit().out())
        .contains(
            "status.servicesUpgradePaths of service tenant42/ingress leads to other templates than"
                + " the chains do [status-agrees]");

    file("prod.yaml", cluster("prod", "a", "up") + status + "    - upgradePaths: [b, c]\n");

    assertThat(audit().out()).doesNotContain("status-agrees");
  }

  @Test
  void writesAPolicyReportForEachNamespace() {
    file("chain.yaml", chain("up", "a > b", "b"));

    assertThat(audit("-o", "policyreport").out())
        .isEqualTo(
            """
            apiVersion: wgpolicyk8s.io/v1alpha2
            kind: PolicyReport
            metadata:
              name: pathgate
              namespace: tenant42
            summary:
              pass: 0
              fail: 0
              warn: 1
              error: 0
              skip: 0
            results:
              - source: pathgate
                policy: pathgate
                rule: chain-is-used
                result: warn
                severity: info
                message: "no service names ServiceTemplateChain tenant42/up [chain-is-used]"
                resources:
                  - apiVersion: k0rdent.mirantis.com/v1beta1
                    kind: ServiceTemplateChain
                    name: up
                    namespace: tenant42
                properties:
                  fix: delete the chain if nobody is to use it
            """);
  }

  @Test
  void namesTheVersionOfItemsThatLeaveItToTheirList() {
    file(
        "list.yaml",
        """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ServiceTemplateChainList
        items:
        - metadata: {name: up, namespace: tenant42}
          spec: {supportedTemplates: [{name: a}]}
        """);

    assertThat(audit("-o", "policyreport").out())
        .contains(
            "- apiVersion: k0rdent.mirantis.com/v1beta1\n        kind: ServiceTemplateChain\n");
  }

  @Test
  void failsTheTestCasesOfObjectsWithErrorsOnly() {
    file("chain.yaml", chain("up", "a > b", "b"));
    file("prod.yaml", cluster("prod", "x", "up"));

    assertThat(audit("-o", "junit").out())
        .contains("<testsuite name=\"pathgate audit\" tests=\"1\" failures=\"1\"")
        .contains("<failure type=\"service-fits-chain\"");
  }
}
