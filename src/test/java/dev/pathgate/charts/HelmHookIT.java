package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import dev.pathgate.testkit.KubeServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chain as a hook of a user's own Helm release, as docs/gitops.md has it. */
class HelmHookIT {
  private static final String CONDITION =
      "{{- if not (lookup \"k0rdent.mirantis.com/v1beta1\" \"ServiceTemplateChain\""
          + " .Release.Namespace \"c\") }}\n";
  private static final String CHAIN =
      """
      apiVersion: k0rdent.mirantis.com/v1beta1
      kind: ServiceTemplateChain
      metadata:
        name: c
        namespace: {{ .Release.Namespace }}
        annotations: {helm.sh/hook: "pre-install,pre-upgrade"}
      spec: {supportedTemplates: [{name: a}]}
      """;

  private static KubeServer api;

  @TempDir Path chart;

  @BeforeAll
  static void start() {
    api = KubeServer.of("v1.12");
  }

  @AfterAll
  static void stop() {
    KubeServer.tidyAll();
  }

  @Test
  void staysTheSameChainThroughUpgradesUnderTheCondition() throws IOException {
    assertThat(uidsOverAnInstallAndTwoUpgrades(CONDITION + CHAIN + "{{- end }}\n")).hasSize(1);
  }

  @Test
  void isDeletedAndMadeAgainWithoutTheCondition() throws IOException {
    assertThat(uidsOverAnInstallAndTwoUpgrades(CHAIN)).hasSize(3);
  }

  private Set<String> uidsOverAnInstallAndTwoUpgrades(String template) throws IOException {
    Files.writeString(
        chart.resolve("Chart.yaml"), "{apiVersion: v2, name: fleet, version: 1.0.0}\n");
    Files.createDirectory(chart.resolve("templates"));
    Files.writeString(chart.resolve("templates/chain.yaml"), template);
    String namespace = api.freshNamespace();
    String path = KubeServer.path(Policies.chain(namespace, "c", Map.of()));
    Set<String> uids = new HashSet<>();
    new Helm(chart)
        .install()
        .withName("fleet")
        .withNamespace(namespace)
        .withKubeConfigContents(api.kubeConfig())
        .call();
    uids.add(uid(path));
    for (int i = 0; i < 2; i++) {
      new Helm(chart)
          .upgrade()
          .withName("fleet")
          .withNamespace(namespace)
          .withKubeConfigContents(api.kubeConfig())
          .call();
      uids.add(uid(path));
    }
    return uids;
  }

  private static String uid(String path) {
    return api.send("GET", path, null).accepted().at("/metadata/uid").asText();
  }
}
