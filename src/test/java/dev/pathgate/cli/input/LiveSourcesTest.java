package dev.pathgate.cli.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.cli.CommandRun;
import dev.pathgate.cli.ManifestSketch;
import dev.pathgate.cli.StubApi;
import dev.pathgate.k0rdent.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands read of a cluster, and whose settings they take. */
class LiveSourcesTest {
  private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/pathgate/deployments";
  private static final String CLUSTERS =
      "/apis/k0rdent.mirantis.com/v1beta1/namespaces/%s/clusterdeployments";

  @TempDir private Path folder;
  private StubApi api;

  @BeforeEach
  void start() throws IOException {
    api = new StubApi(folder.resolve("home"));
  }

  @AfterEach
  void stop() {
    api.close();
    System.getProperties().keySet().removeIf(key -> key.toString().startsWith("pathgate."));
  }

  private CommandRun run(String... arguments) {
    return api.run(folder, arguments);
  }

  @Test
  void readsTheContextsNamespaceWhereTheOptionIsEmpty() {
    assertThat(run("audit", "-n", "").code()).isZero();
    assertThat(api.asked())
        .contains(CLUSTERS.formatted("tenant42"))
        .doesNotContain("/apis/k0rdent.mirantis.com/v1beta1/clusterdeployments");
  }

  @Test
  void readsTheNamespaceThatTheOptionNames() {
    assertThat(run("audit", "-n", "other").code()).isZero();
    assertThat(api.asked())
        .contains(CLUSTERS.formatted("other"))
        .doesNotContain(CLUSTERS.formatted("tenant42"));
  }

  @Test
  void takesOtherEmptyOptionsAsNotGiven() {
    assertThat(run("audit", "--context", "", "-l", "").code()).isZero();
  }

  private void installed(String... variables) {
    api.list(
        DEPLOYMENTS,
        """
        {"spec": {"template": {"spec": {"containers": [{"env": [
          {"name": "PATHGATE_ROLES", "value": "webhook"},
          {"name": "PATHGATE_NAMESPACE",
           "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}}%s]%s}]}}}}
        """
            .formatted(String.join("", variables), ""));
  }

  private CommandRun hop(String... more) {
    CommandRun.write(folder, "old/up.yaml", ManifestSketch.chain("up", "a > b", "b", "c"));
    CommandRun.write(folder, "new/up.yaml", ManifestSketch.chain("up", "a > b", "b", "c"));
    CommandRun.write(folder, "old/prod.yaml", ManifestSketch.cluster("prod", "a", "up"));
    CommandRun.write(folder, "new/prod.yaml", ManifestSketch.cluster("prod", "c", "up"));
    String[] check = {"check", "--from", folder + "/old", "--to", folder + "/new"};
    return run(
        java.util.stream.Stream.of(check, more)
            .flatMap(java.util.Arrays::stream)
            .toArray(String[]::new));
  }

  @Test
  void takesNoLocalSettingWhereTheInstalledOnesAreAskedFor() {
    installed();
    System.setProperty("pathgate.mode", "warn");
    System.setProperty("pathgate.no-such-key", "x");

    CommandRun run = hop("--settings-from", "cluster");

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(1);
    assertThat(hop("--settings-from", "cluster", "--set", "mode=warn").code()).isZero();
  }

  @Test
  void takesLocalSettingsElsewhere() {
    System.setProperty("pathgate.mode", "warn");

    assertThat(hop().code()).isZero();
  }

  @Test
  void takesTheInstalledSettings() {
    installed(",{\"name\": \"PATHGATE_MODE\", \"value\": \"warn\"}");

    assertThat(hop("--settings-from", "cluster").code()).isZero();
    assertThat(hop().code()).isEqualTo(1);
  }

  @Test
  void saysWhichInstalledSettingsItCantSee() {
    installed(
        ",{\"name\": \"PATHGATE_MODE\", \"valueFrom\": {\"configMapKeyRef\": {\"name\": \"x\"}}}",
        ",{\"name\": \"PATHGATE_NO_SUCH\", \"value\": \"x\"}");

    CommandRun run = hop("--settings-from", "cluster");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "--settings-from cluster: not known here and left out: PATHGATE_MODE (valueFrom),"
                + " PATHGATE_NO_SUCH (no setting of this version); --set gives them\n");
  }

  @Test
  void saysThatInstalledSettingsComeFromElsewhere() {
    api.list(
        DEPLOYMENTS,
        """
        {"spec": {"template": {"spec": {"containers": [{
          "env": [{"name": "PATHGATE_ROLES", "value": "webhook"}],
          "envFrom": [{"configMapRef": {"name": "gate"}}, {"secretRef": {"name": "more"}}]}]}}}}
        """);

    assertThat(hop("--settings-from", "cluster").err())
        .isEqualTo(
            "--settings-from cluster: not known here and left out: what is in ConfigMap gate"
                + " (envFrom), what is in Secret more (envFrom); --set gives them\n");
  }

  @Test
  void saysThatThereIsNoInstalledWebhook() {
    assertThat(hop("--settings-from", "cluster"))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "pathgate: --settings-from cluster: namespace pathgate has no Deployment of"
                    + " Pathgate's webhook; --install-namespace says where it is\n"));
  }

  @Test
  void saysThatAnAddressIsNoApiServers() {
    api.knowNothing();

    assertThat(hop("--settings-from", "cluster")).satisfies(this::isNoCluster);
    assertThat(run("audit")).satisfies(this::isNoCluster);
  }

  private void isNoCluster(CommandRun run) {
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("pathgate: the API server at http").hasLineCount(1);
  }

  private void aFleet() {
    api.list(
        Kind.SERVICE_TEMPLATE_CHAIN,
        "tenant42",
        List.of(StubApi.chain("up", "a > b", "b"), StubApi.chain("side", "a > b", "b")),
        List.of());
    api.list(
        Kind.CLUSTER_DEPLOYMENT,
        "tenant42",
        List.of(StubApi.cluster("prod", "a", "up"), StubApi.cluster("test", "a", "side")),
        List.of(StubApi.cluster("prod", "a", "up")));
  }

  @Test
  void prunesOnlyObjectsWithTheLabels() {
    aFleet();
    CommandRun.write(folder, "new/other.yaml", ManifestSketch.cluster("other", "a", "up"));
    String[] check = {"check", "--from", "cluster", "-f", folder + "/new", "--prune"};
    String[] selected = java.util.Arrays.copyOf(check, check.length + 2);
    selected[check.length] = "-l";
    selected[check.length + 1] = "env=prod";

    assertThat(run(check).out()).startsWith("3 judged: ");
    assertThat(run(selected).out()).startsWith("2 judged: ");
  }

  @Test
  void judgesOnlyObjectsWithTheLabels() {
    aFleet();

    assertThat(run("check", "--to", "cluster").out())
        .contains("4 judged: ")
        .contains("ClusterDeployment tenant42/test");
    assertThat(run("check", "--to", "cluster", "-l", "env=prod").out())
        .contains("3 judged: ")
        .contains("ClusterDeployment tenant42/prod")
        .doesNotContain("ClusterDeployment tenant42/test");
  }

  @Test
  void refusesASelectorWhereNoClusterIsRead() {
    CommandRun.write(folder, "new/other.yaml", ManifestSketch.cluster("other", "a", "up"));
    String file = folder + "/new/other.yaml";

    for (String[] command :
        new String[][] {
          {"check", "--from", file, "-f", file, "-l", "env=prod"},
          {"audit", "-f", file, "-l", "env=prod"}
        }) {
      assertThat(run(command))
          .isEqualTo(new CommandRun(2, "", "pathgate: --selector is for objects of a cluster\n"));
    }
  }

  /** Two that use a chain, of which one has the label that is asked for. */
  private void listAChainWithTwoUsers() {
    api.list(
        Kind.SERVICE_TEMPLATE_CHAIN,
        "tenant42",
        List.of(StubApi.chain("up", "a > b", "b")),
        List.of());
    api.list(
        Kind.CLUSTER_DEPLOYMENT,
        "tenant42",
        List.of(StubApi.cluster("prod", "a", "up"), StubApi.cluster("test", "b", "up")),
        List.of(StubApi.cluster("prod", "a", "up")));
  }

  @Test
  void showsOnAChainOnlyObjectsWithTheLabels() {
    listAChainWithTwoUsers();

    assertThat(run("paths", "chain/up").out()).contains("2 services").contains("tenant42/test");
    assertThat(run("paths", "chain/up", "-l", "env=prod").out())
        .contains("1 service\n")
        .contains("tenant42/prod")
        .doesNotContain("tenant42/test");
  }

  @Test
  void leavesTheOldChainToObjectsWithoutTheLabels() {
    listAChainWithTwoUsers();

    CommandRun some = run("extend", "chain/up", "--edge", "b=a", "-l", "env=prod");

    assertThat(some.code()).isZero();
    assertThat(some.out())
        .contains("2. edit ClusterDeployment tenant42/prod\n")
        .doesNotContain("edit ClusterDeployment tenant42/test")
        .doesNotContain("delete")
        .endsWith(
            "ServiceTemplateChain tenant42/up stays: services still name it\n"
                + "stuck  tenant42/ingress of ClusterDeployment tenant42/test: does not have the"
                + " labels of --selector env=prod\n");
    assertThat(run("extend", "chain/up", "--edge", "b=a").out())
        .contains("edit ClusterDeployment tenant42/test")
        .contains("delete ServiceTemplateChain tenant42/up");
  }

  @Test
  void auditsAllChainsWhateverTheLabels() {
    aFleet();

    assertThat(run("audit", "-l", "env=prod", "--set", "rules.chain-templates-exist=off").out())
        .isEqualTo("3 objects: 0 errors, 0 warnings, 0 infos\n");
  }

  /** All that a Role of tenant42 gives. */
  private void asATenant() {
    aFleet();
    for (Kind kind : Kind.values()) {
      api.forbid(kind, "").forbid(kind, "kcm-system");
    }
  }

  @Test
  void leavesOutWhatATenantMayNotSee() {
    asATenant();

    for (String[] command :
        new String[][] {
          {"paths", "cld/prod"},
          {"plan", "cld/prod", "--newest"},
          {"audit", "-n", "tenant42", "--set", "rules.chain-templates-exist=off"},
          {"extend", "chain/side", "--edge", "b=a"}
        }) {
      CommandRun run = run(command);

      assertThat(run.err())
          .startsWith(
              "MultiClusterServices are left out, and what namespace kcm-system has for them:"
                  + " multiclusterservices is forbidden: User 'me' cannot list resource"
                  + " \"multiclusterservices\" in API group \"k0rdent.mirantis.com\" at the cluster"
                  + " scope\n");
      assertThat(run.code()).isZero();
    }
    assertThat(run("audit", "-o", "policyreport").out())
        .contains("kind: PolicyReport\n")
        .doesNotContain("ClusterPolicyReport");
  }

  @Test
  void leavesOutNothingElse() {
    api.forbid(Kind.MULTI_CLUSTER_SERVICE, "");
    String[][] wider = {
      {"audit", "-A"}, {"audit", "-n", "kcm-system"}, {"check", "--to", "cluster"}
    };

    for (String[] command : wider) {
      assertThat(run(command)).satisfies(this::isNoCluster);
    }
    api.forbid(Kind.SERVICE_TEMPLATE, "tenant42");
    assertThat(run("audit").code()).isEqualTo(3);
  }

  @Test
  void saysThatASelectorIsNone() {
    api.refuse(CLUSTERS.formatted("tenant42") + "?selected", 400, "unable to parse requirement");

    assertThat(run("paths", "-l", "a in ("))
        .isEqualTo(
            new CommandRun(2, "", "pathgate: --selector a in (: unable to parse requirement\n"));
  }

  @Test
  void asksForNoNamespaceThatCantBe() {
    for (String[] command :
        new String[][] {
          {"audit", "-n", "a/b"},
          {"doctor", "-n", "a/b"},
          {"plan", "cld/a", "--newest", "-n", "a/b"}
        }) {
      assertThat(run(command))
          .isEqualTo(
              new CommandRun(
                  2, "", "pathgate: --namespace a/b: no namespace can have that name\n"));
    }
    CommandRun refused =
        new CommandRun(
            2, "", "pathgate: --install-namespace a/b: no namespace can have that name\n");
    assertThat(run("doctor", "--install-namespace", "a/b")).isEqualTo(refused);
    assertThat(hop("--settings-from", "cluster", "--install-namespace", "a/b")).isEqualTo(refused);
    assertThat(api.asked()).isEmpty();
  }

  @Test
  void reportsOnTheNamespaceThatWasAskedForThoughNothingIsThere() {
    assertThat(run("audit", "-n", "empty", "-o", "policyreport").out())
        .contains("kind: ClusterPolicyReport\n")
        .contains("namespace: empty\n")
        .doesNotContain("tenant42");
    assertThat(run("audit", "-A", "-o", "policyreport").out())
        .contains("kind: ClusterPolicyReport\n")
        .doesNotContain("namespace:");
  }

  @Test
  void saysThatANamedObjectHasNotTheLabels() {
    aFleet();

    for (String command : List.of("plan", "paths")) {
      String[] arguments =
          command.equals("plan")
              ? new String[] {"plan", "cld/test", "--newest", "-l", "env=prod"}
              : new String[] {"paths", "cld/test", "-l", "env=prod"};
      assertThat(run(arguments))
          .isEqualTo(
              new CommandRun(
                  2,
                  "",
                  "pathgate: ClusterDeployment tenant42/test does not have the labels of --selector"
                      + " env=prod\n"));
    }
    assertThat(run("plan", "cld/prod", "--newest", "-l", "env=prod").code()).isZero();
  }

  @Test
  void saysInWhichNamespaceAnObjectIs() {
    String path = "/apis/k0rdent.mirantis.com/v1beta1/namespaces/%s/servicetemplatechains";
    api.list(
        path.formatted("kcm-system"),
        StubApi.chain("kof-b", "a > b", "b").replace("tenant42", "kcm-system"));
    String[] extend = {"extend", "chain/kof-b", "--add", "d"};

    assertThat(run(extend))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "pathgate: ServiceTemplateChain tenant42/kof-b is not there; did you mean"
                    + " kcm-system/kof-b (-n kcm-system)?\n"));
    assertThat(run("extend", "chain/kof-b", "--add", "d", "-n", "kcm-system").code()).isZero();
    api.list(path.formatted("tenant42"), StubApi.chain("kof-a", "a > b", "b"));
    assertThat(run("extend", "chain/kof-c", "--add", "d").err())
        .endsWith("tenant42/kof-c is not there; did you mean kof-a?\n");
  }
}
