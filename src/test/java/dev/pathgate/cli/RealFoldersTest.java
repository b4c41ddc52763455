package dev.pathgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders as repositories have them. */
class RealFoldersTest {
  private static final String CLUSTER =
      """
      apiVersion: k0rdent.mirantis.com/v1beta1
      kind: ClusterDeployment
      metadata:
        name: prod-eu
        namespace: tenant42
      spec:
        serviceSpec:
          services:
            - name: ingress
              namespace: tenant42
              template: %s
              templateChain: up
              values: |
                replicas: {{ .Cluster.replicas }}
      """;

  @TempDir private Path folder;

  @BeforeEach
  void aChain() {
    for (String state : new String[] {"old", "new"}) {
      write(state + "/chain.yaml", ManifestSketch.chain("up", "a > b", "b > c", "c"));
    }
  }

  private void write(String file, String content) {
    CommandRun.write(folder, file, content);
  }

  private CommandRun check() {
    return CommandRun.of(folder, "check", "--from", folder + "/old", "--to", folder + "/new");
  }

  @Test
  void judgesWhatHelmPrints() {
    String rendered =
        """
        ---
        # Source: fleet/templates/serviceaccount.yaml
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: fleet}
        ---
        # Source: fleet/templates/empty.yaml
        ---
        # Source: fleet/templates/clusters.yaml
        """
            + CLUSTER
            + "---\n# Source: fleet/templates/tests/test.yaml\napiVersion: v1\nkind: Pod\n"
            + "metadata: {name: t, annotations: {helm.sh/hook: test}}\n";
    write("old/all.yaml", rendered.formatted("a"));
    write("new/all.yaml", rendered.formatted("c"));

    CommandRun run = check();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("new/all.yaml:20 spec.serviceSpec.services[0].template: service tenant42/ingress")
        .endsWith("1 judged: 1 denied, 0 warned; 1 unchanged, 4 documents skipped\n");
  }

  @Test
  void passesOverAChartThatIsNotRendered() {
    write("new/Chart.yaml", "apiVersion: v2\nname: fleet\nversion: 1.0.0\n");
    write("new/values.yaml", "clusters: [prod-eu]\n");
    write("new/templates/_helpers.tpl", "{{- define \"x\" }}{{ end }}\n");
    write(
        "new/templates/clusters.yaml",
        "{{- range .Values.clusters }}\n---\n"
            + CLUSTER.replace("prod-eu", "{{ . }}").formatted("a")
            + "{{- end }}\n");

    CommandRun run = check();

    assertThat(run.code()).isZero();
    assertThat(run.err()).startsWith("new/templates/clusters.yaml:1: template mark\n");
    assertThat(run.out()).startsWith("0 judged: 0 denied, 0 warned; 1 unchanged, ");
  }

  @Test
  void refusesAKustomizationThatIsNotRenderedAndNamesBothPlaces() {
    write("new/base/kustomization.yaml", "resources: [cluster.yaml]\n");
    write("new/base/cluster.yaml", CLUSTER.formatted("a"));
    write(
        "new/overlays/prod/kustomization.yaml",
        """
        resources: [../../base]
        patches:
        - path: patch.yaml
        - path: json.yaml
          target: {kind: ClusterDeployment}
        """);
    write(
        "new/overlays/prod/patch.yaml",
        """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ClusterDeployment
        metadata: {name: prod-eu, namespace: tenant42}
        spec: {dryRun: true}
        """);
    write("new/overlays/prod/json.yaml", "- {op: add, path: /spec/dryRun, value: true}\n");

    CommandRun run = check();

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "unreadable: new/overlays/prod/patch.yaml:1: ClusterDeployment tenant42/prod-eu is"
                + " already in new/base/cluster.yaml:1\n");
  }

  @Test
  void editsAFileWithWindowsLineEndsAnchorsAndSeveralKindsAndKeepsAllElse() {
    String file =
        ("# the fleet\napiVersion: v1\nkind: ConfigMap\nmetadata: &meta\n  name: prod-eu\n"
                + "  namespace: tenant42\n---\n"
                + CLUSTER.formatted("a # since May")
                + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n")
            .replace("\n", "\r\n");
    write("new/all.yaml", file);

    CommandRun run =
        CommandRun.of(
            folder,
            "plan",
            "clusterdeployment/prod-eu",
            "-f",
            folder + "/new",
            "--newest",
            "-o",
            "manifests");

    assertThat(run)
        .isEqualTo(new CommandRun(0, file.replace("template: a #", "template: b #"), ""));
  }
}
