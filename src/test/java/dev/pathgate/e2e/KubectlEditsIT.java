package dev.pathgate.e2e;

import static dev.pathgate.testkit.K0rdentObjects.all;
import static dev.pathgate.testkit.K0rdentObjects.chain;
import static dev.pathgate.testkit.K0rdentObjects.cluster;
import static dev.pathgate.testkit.K0rdentObjects.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pathgate.e2e.Kubectl.Answer;
import dev.pathgate.testkit.CrdShape;
import dev.pathgate.testkit.K0rdentObjects;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.NeedsApiServer;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user meets at kubectl, on each shape that k0rdent's CRDs have had. */
@NeedsApiServer
@ParameterizedClass(name = "{0}")
@MethodSource("shapes")
class KubectlEditsIT {
  private static final String OLD = "ingress-nginx-4-11-3";
  private static final String NEXT = "ingress-nginx-4-11-5";
  private static final String LAST = "ingress-nginx-4-12-0";
  private static final String UNKNOWN = "ingress-nginx-4-13-0";

  /** {@code OLD → NEXT → LAST}, in every namespace that a test gets. */
  private static final String PATH = "ingress-nginx-chain";

  private static KubeServer api;
  private static Kubectl kubectl;

  private final CrdShape shape;
  private String home;

  KubectlEditsIT(CrdShape shape) {
    this.shape = shape;
  }

  static Stream<CrdShape> shapes() {
    return CrdShape.all();
  }

  @BeforeParameterizedClassInvocation
  static void serve(CrdShape shape) throws IOException {
    api = KubeServer.shared();
    PathgateProcess.shared();
    shape.serve(api);
    kubectl = new Kubectl(api);
  }

  @BeforeEach
  void makeAHomeWithAChain() {
    home = api.freshNamespace();
    api.create(path(home));
  }

  private String path(String namespace) {
    return chain(shape, namespace, PATH, OLD + " > " + NEXT, NEXT + " > " + LAST, LAST);
  }

  private String prodEu(String template) {
    return cluster(home, "prod-eu", service(home, "ingress-nginx", template, PATH));
  }

  private Answer patchTemplate(String template, String... options) throws Exception {
    return patch("clusterdeployment/prod-eu", replaceTemplate(0, template), options);
  }

  private static String replaceTemplate(int index, String template) {
    return """
    [{"op": "replace", "path": "/spec/serviceSpec/services/%d/template", "value": "%s"}]\
    """
        .formatted(index, template);
  }

  private Answer patch(String object, String patch, String... options) throws Exception {
    List<String> arguments =
        Stream.concat(
                Stream.of("-n", home, "patch", object, "--type", "json", "-p", patch),
                Stream.of(options))
            .toList();
    return kubectl.run(arguments.toArray(String[]::new));
  }

  private static Answer patched(String object) {
    return Answer.ok(object + " patched");
  }

  private static final String CLUSTER = "clusterdeployment.k0rdent.mirantis.com/prod-eu";

  private String offThePath(String to) {
    return "spec.serviceSpec.services[0].template: service "
        + home
        + "/ingress-nginx can't be upgraded from "
        + OLD
        + " to "
        + to
        + ": ServiceTemplateChain "
        + home
        + "/ingress-nginx-chain leads from "
        + OLD
        + " to "
        + NEXT
        + ", "
        + LAST
        + " (via "
        + NEXT
        + ") [service-follows-chain]";
  }

  private String refusal(String to) {
    return offThePath(to);
  }

  @Test
  void allowsCreatingADeploymentThatItsChainLists() throws Exception {
    Answer answer = kubectl.on(prodEu(OLD), "create");

    assertThat(answer).isEqualTo(Answer.ok(CLUSTER + " created"));
  }

  @Test
  void refusesCreatingADeploymentThatItsChainDoesNotList() throws Exception {
    Answer answer = kubectl.on(prodEu(UNKNOWN), "create");

    assertThat(answer.exit()).isEqualTo(1);
    assertThat(answer.err())
        .endsWith(
            "spec.serviceSpec.services[0].template: service %s/ingress-nginx has template %s, which ServiceTemplateChain %s/ingress-nginx-chain does not list; it lists %s, %s, %s [service-fits-chain]\n"
                .formatted(home, UNKNOWN, home, OLD, NEXT, LAST));
  }

  @Test
  void warnsAtKubectlOfAChainThatIsMissing() throws Exception {
    Answer answer =
        kubectl.on(cluster(home, "prod-eu", service(home, "dns", OLD, "no-chain")), "create");

    assertThat(answer)
        .isEqualTo(
            Answer.warned(
                CLUSTER + " created",
                "service %s/dns with template %s names ServiceTemplateChain %s/no-chain, which does not exist [service-chain-exists]"
                    .formatted(home, OLD, home)));
  }

  @Test
  void warnsAtKubectlOfAServiceWithoutAChain() throws Exception {
    Answer answer = kubectl.on(cluster(home, "prod-eu", service(home, "dns", OLD, "")), "create");

    assertThat(answer)
        .isEqualTo(
            Answer.warned(
                CLUSTER + " created",
                "service %s/dns names no templateChain; without one it can't be upgraded from %s, which is listed by ServiceTemplateChain %s/ingress-nginx-chain [service-has-chain]"
                    .formatted(home, OLD, home)));
  }

  @Test
  void allowsAPatchAlongThePath() throws Exception {
    api.create(prodEu(OLD));

    assertThat(patchTemplate(NEXT)).isEqualTo(patched(CLUSTER));
  }

  @Test
  void refusesAPatchOffThePathAndSpellsOutTheWays() throws Exception {
    api.create(prodEu(OLD));

    assertThat(patchTemplate(UNKNOWN)).isEqualTo(Answer.refused(refusal(UNKNOWN)));
  }

  @Test
  void allowsADryRunAlongThePath() throws Exception {
    api.create(prodEu(OLD));

    Answer answer = patchTemplate(NEXT, "--dry-run=server");

    assertThat(answer.exit()).as(answer.err()).isZero();
    assertThat(api.get(K0rdentObjects.CLUSTERS.formatted(home) + "/prod-eu"))
        .contains("\"template\":\"" + OLD + "\"");
  }

  @Test
  void refusesADryRunOffThePath() throws Exception {
    api.create(prodEu(OLD));

    assertThat(patchTemplate(UNKNOWN, "--dry-run=server"))
        .isEqualTo(Answer.refused(refusal(UNKNOWN)));
  }

  @Test
  void allowsAnApplyAlongThePath() throws Exception {
    kubectl.on(prodEu(OLD), "apply");

    assertThat(kubectl.on(prodEu(NEXT), "apply")).isEqualTo(Answer.ok(CLUSTER + " configured"));
  }

  @Test
  void refusesAnApplyOffThePath() throws Exception {
    kubectl.on(prodEu(OLD), "apply");

    Answer answer = kubectl.on(prodEu(UNKNOWN), "apply");

    assertThat(answer.exit()).isEqualTo(1);
    // kubectl says first what it was about to change
    assertThat(answer.err()).endsWith(" denied the request: " + refusal(UNKNOWN) + "\n");
  }

  @Test
  void allowsAServerSideApplyAlongThePath() throws Exception {
    kubectl.on(prodEu(OLD), "apply", "--server-side");

    assertThat(kubectl.on(prodEu(NEXT), "apply", "--server-side"))
        .isEqualTo(Answer.ok(CLUSTER + " serverside-applied"));
  }

  @Test
  void refusesAServerSideApplyOffThePath() throws Exception {
    kubectl.on(prodEu(OLD), "apply", "--server-side");

    assertThat(kubectl.on(prodEu(UNKNOWN), "apply", "--server-side"))
        .isEqualTo(Answer.refused(refusal(UNKNOWN)));
  }

  @Test
  void allowsAnEditAlongThePath(@TempDir Path desk) throws Exception {
    api.create(prodEu(OLD));

    assertThat(edit(desk, NEXT)).isEqualTo(Answer.ok(CLUSTER + " edited"));
  }

  @Test
  void reopensAnEditOffThePathWithTheReasonOnTop(@TempDir Path desk) throws Exception {
    api.create(prodEu(OLD));

    Answer answer = edit(desk, UNKNOWN);

    assertThat(answer.exit()).isEqualTo(1);
    assertThat(Files.readAllLines(desk.resolve("reopened")))
        .startsWith(
            "# Please edit the object below. Lines beginning with a '#' will be ignored,",
            "# and an empty file will abort the edit. If an error occurs while saving this file"
                + " will be",
            "# reopened with the relevant failures.",
            "#",
            "# clusterdeployments.k0rdent.mirantis.com \"prod-eu\" was not valid:",
            "# * " + offThePath(UNKNOWN),
            "#");
  }

  /** Client-side apply leaves a note on the object, which an edit does not touch. */
  @Test
  void reopensAnEditOfAnObjectThatWasApplied(@TempDir Path desk) throws Exception {
    kubectl.on(prodEu(OLD), "apply");

    Answer answer = edit(desk, UNKNOWN);

    assertThat(answer.exit()).isEqualTo(1);
    assertThat(Files.readAllLines(desk.resolve("reopened"))).contains("# * " + offThePath(UNKNOWN));
  }

  /** {@code kubectl edit} with an editor that changes the template once and keeps what it sees. */
  private Answer edit(Path desk, String template) throws Exception {
    Path editor =
        Files.writeString(
            desk.resolve("editor.sh"),
            """
            #!/bin/sh
            if [ -e '%1$s/opened' ]; then cp "$1" '%1$s/reopened'; exit; fi
            sed 's/template: %2$s/template: %3$s/' "$1" > '%1$s/opened'
            cp '%1$s/opened' "$1"
            """
                .formatted(desk, OLD, template));
    Files.setPosixFilePermissions(editor, PosixFilePermissions.fromString("rwx------"));
    return kubectl.run(
        Map.of("KUBE_EDITOR", editor.toString()),
        "-n",
        home,
        "edit",
        "clusterdeployment.v1beta1.k0rdent.mirantis.com",
        "prod-eu");
  }

  @Test
  void allowsRollingBackWithAChainThatLeadsBackNamedInTheSameEdit() throws Exception {
    api.create(prodEu(LAST));
    api.create(chain(shape, home, "rollback", LAST + " > " + OLD, OLD));

    assertThat(kubectl.on(rolledBack("rollback"), "apply", "--server-side", "--force-conflicts"))
        .isEqualTo(Answer.ok(CLUSTER + " serverside-applied"));
  }

  @Test
  void refusesRollingBackWithTheOldChainAndNamesTheOneThatLeadsBack() throws Exception {
    api.create(prodEu(LAST));
    api.create(chain(shape, home, "rollback", LAST + " > " + OLD, OLD));
    awaitListing("rollback", OLD);

    assertThat(kubectl.on(rolledBack(PATH), "apply", "--server-side", "--force-conflicts"))
        .isEqualTo(
            Answer.refused(
                "spec.serviceSpec.services[0].template: service %1$s/ingress-nginx can't be upgraded from %2$s to %3$s: ServiceTemplateChain %1$s/ingress-nginx-chain leads nowhere from %2$s; ServiceTemplateChain %1$s/rollback leads there: name it as templateChain [service-follows-chain]"
                    .formatted(home, LAST, OLD)));
  }

  private String rolledBack(String chain) {
    return cluster(home, "prod-eu", service(home, "ingress-nginx", OLD, chain));
  }

  /** Hints rest on the cache: waits until a hint about {@code template} names the chain. */
  private void awaitListing(String chain, String template) {
    String probe =
        """
        {"apiVersion": "k0rdent.mirantis.com/v1beta1", "kind": "ClusterDeployment",
         "metadata": {"name": "probe"}, "spec": {"template": "a", "serviceSpec": {"services": [
           {"name": "probe", "namespace": "probe", "template": "%s"}]}}}
        """
            .formatted(template);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                api.exchange("POST", K0rdentObjects.CLUSTERS.formatted(home) + "?dryRun=All", probe)
                    .contains(chain));
  }

  @Test
  void tellsOfEveryServiceAtFaultInTheUsersOrder() throws Exception {
    api.create(
        cluster(
            home,
            "prod-eu",
            service(home, "ingress-nginx", OLD, PATH),
            service(home, "fine", OLD, PATH),
            service("kube-system", "other", OLD, "")));

    Answer answer =
        patch(
            "clusterdeployment/prod-eu",
            """
            [{"op": "replace", "path": "/spec/serviceSpec/services/0/template", "value": "%1$s"},
             {"op": "replace", "path": "/spec/serviceSpec/services/1/template", "value": "%2$s"},
             {"op": "replace", "path": "/spec/serviceSpec/services/2/template", "value": "%2$s"}]
            """
                .formatted(UNKNOWN, NEXT));

    assertThat(answer)
        .isEqualTo(
            Answer.refused(
                """
                %s
                spec.serviceSpec.services[2].template: service kube-system/other can't be upgraded from %s to %s: it has no templateChain; %s is listed by ServiceTemplateChain %s/ingress-nginx-chain [service-follows-chain]\
                """
                    .formatted(offThePath(UNKNOWN), OLD, NEXT, OLD, home)));
  }

  @Test
  void allowsReorderingServicesAndAnUpgradeAmongThem() throws Exception {
    createTwoServices();

    assertThat(swapServices(NEXT)).isEqualTo(patched(CLUSTER));
  }

  @Test
  void refusesAMoveOffThePathAmongReorderedServicesAtItsNewPlace() throws Exception {
    createTwoServices();

    assertThat(swapServices(UNKNOWN))
        .isEqualTo(Answer.refused(refusal(UNKNOWN).replace("services[0]", "services[1]")));
  }

  private void createTwoServices() {
    api.create(
        cluster(
            home,
            "prod-eu",
            service(home, "ingress-nginx", OLD, PATH),
            service(home, "dns", LAST, PATH)));
  }

  private Answer swapServices(String template) throws Exception {
    return patch(
        "clusterdeployment/prod-eu",
        """
        [{"op": "replace", "path": "/spec/serviceSpec/services", "value": [
          {"name": "dns", "namespace": "%1$s", "template": "%2$s", "templateChain": "%4$s"},
          {"name": "ingress-nginx", "namespace": "%1$s", "template": "%3$s",
           "templateChain": "%4$s"}]}]
        """
            .formatted(home, LAST, template, PATH));
  }

  @Test
  void takesAnAbsentNamespaceForTheOneNamedDefault() throws Exception {
    api.create(cluster(home, "prod-eu", service("", "ingress-nginx", OLD, PATH)));

    assertThat(kubectl.on(inDefault(NEXT), "apply", "--server-side", "--force-conflicts"))
        .isEqualTo(Answer.ok(CLUSTER + " serverside-applied"));
  }

  @Test
  void refusesAMoveOffThePathOfAServiceThatGetsItsNamespaceWrittenOut() throws Exception {
    api.create(cluster(home, "prod-eu", service("", "ingress-nginx", OLD, PATH)));

    assertThat(kubectl.on(inDefault(UNKNOWN), "apply", "--server-side", "--force-conflicts"))
        .isEqualTo(
            Answer.refused(refusal(UNKNOWN).replace("service " + home + "/", "service default/")));
  }

  private String inDefault(String template) {
    return cluster(home, "prod-eu", service("default", "ingress-nginx", template, PATH));
  }

  @Test
  void allowsRemovingAService() throws Exception {
    createTwoServices();

    assertThat(
            patch(
                "clusterdeployment/prod-eu",
                "[{\"op\": \"remove\", \"path\": \"/spec/serviceSpec/services/0\"}]"))
        .isEqualTo(patched(CLUSTER));
  }

  @Test
  void allowsLabelsOnADeploymentThatWasOffItsPathBeforePathgateCame() throws Exception {
    createBeforePathgate(cluster(home, "prod-eu", service(home, "dns", UNKNOWN, PATH)));

    assertThat(kubectl.run("-n", home, "label", "clusterdeployment", "prod-eu", "tier=gold"))
        .isEqualTo(Answer.ok(CLUSTER + " labeled"));
  }

  private static void createBeforePathgate(String manifest) throws Exception {
    Answer answer =
        kubectl.on(manifest, "create", "--as=before-pathgate", "--as-group=system:masters");
    assertThat(answer.exit()).as(answer.err()).isZero();
  }

  @Test
  void keepsADeploymentEditableThatListsAServiceTwice() throws Exception {
    assumeTrue(!shape.keysServices(), "these CRDs list each service once themselves");
    createBeforePathgate(twice());

    assertThat(kubectl.run("-n", home, "label", "clusterdeployment", "prod-eu", "tier=gold"))
        .isEqualTo(Answer.ok(CLUSTER + " labeled"));
  }

  @Test
  void refusesADeploymentThatListsAServiceTwice() throws Exception {
    assumeTrue(!shape.keysServices(), "these CRDs list each service once themselves");

    Answer answer = kubectl.on(twice(), "create");

    assertThat(answer.err())
        .endsWith(
            "spec.serviceSpec.services[1]: service default/dns is listed more than once, here with template %s and templateChain %s; keep one entry for each name and namespace [service-listed-once]\n"
                .formatted(NEXT, PATH));
  }

  private String twice() {
    return cluster(
        home,
        "prod-eu",
        service("default", "dns", OLD, PATH),
        service("default", "dns", NEXT, PATH));
  }

  @Test
  void judgesClientsOfV1alpha1Alike() throws Exception {
    assumeTrue(shape.servesAlpha(), "these CRDs serve v1beta1 only");
    api.create(prodEu(OLD));
    String alpha = "clusterdeployments.v1alpha1.k0rdent.mirantis.com/prod-eu";

    assertThat(patch(alpha, replaceTemplate(0, UNKNOWN)))
        .isEqualTo(Answer.refused(refusal(UNKNOWN)));
    assertThat(patch(alpha, replaceTemplate(0, NEXT)).exit()).isZero();
  }

  @Test
  void allowsDroppingTheFinalizerOfADeploymentOnItsWayOutWhateverElseChanges() throws Exception {
    api.create(prodEu(OLD));
    hold();
    kubectl.run("-n", home, "delete", "clusterdeployment", "prod-eu", "--wait=false");

    assertThat(patch("clusterdeployment/prod-eu", DROP_FINALIZER.formatted(UNKNOWN)))
        .isEqualTo(patched(CLUSTER));
  }

  @Test
  void refusesTheSameEditOfADeploymentThatStays() throws Exception {
    api.create(prodEu(OLD));
    hold();

    assertThat(patch("clusterdeployment/prod-eu", DROP_FINALIZER.formatted(UNKNOWN)))
        .isEqualTo(Answer.refused(refusal(UNKNOWN)));
  }

  private static final String DROP_FINALIZER =
      """
      [{"op": "remove", "path": "/metadata/finalizers"},
       {"op": "replace", "path": "/spec/serviceSpec/services/0/template", "value": "%s"}]
      """;

  private void hold() throws Exception {
    patch(
        "clusterdeployment/prod-eu",
        "[{\"op\": \"add\", \"path\": \"/metadata/finalizers\", \"value\": [\"test/hold\"]}]");
  }

  @Test
  void neverMissesAChainThatWasCreatedRightBeforeItsUser() throws Exception {
    StringBuilder pairs = new StringBuilder();
    StringBuilder created = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      pairs.append(
          all(
              chain(shape, home, "fresh-" + i, OLD),
              cluster(home, "user-" + i, service(home, "dns", OLD, "fresh-" + i)),
              ""));
      created.append("clusterdeployment.k0rdent.mirantis.com/user-%d created\n".formatted(i));
    }

    Answer answer = kubectl.on(pairs.toString(), "create");

    assertThat(answer.err()).doesNotContain("fresh-0, which", "does not exist");
    assertThat(answer.out().lines().filter(line -> line.startsWith("cluster")))
        .containsExactlyElementsOf(created.toString().lines().toList());
  }

  @Test
  void refusesDeletingAChainInUseAndNamesItsUser() throws Exception {
    api.create(prodEu(OLD));
    awaitUse();

    assertThat(kubectl.run("-n", home, "delete", "servicetemplatechain", PATH))
        .isEqualTo(
            Answer.refused(
                "ServiceTemplateChain %1$s/ingress-nginx-chain is in use by ClusterDeployment %1$s/prod-eu; name another templateChain there first, and remove the chain in a later commit than that [chain-is-unused]"
                    .formatted(home)));
  }

  @Test
  void allowsDeletingAChainThatNobodyUses() throws Exception {
    assertThat(kubectl.run("-n", home, "delete", "servicetemplatechain", PATH))
        .isEqualTo(
            Answer.ok(
                "servicetemplatechain.k0rdent.mirantis.com \"ingress-nginx-chain\" deleted"
                    + (deletedNamesNamespace() ? " from " + home + " namespace" : "")));
  }

  /** kubectl tells the namespace of what it deletes since 1.33. */
  private static boolean deletedNamesNamespace() throws Exception {
    String version = kubectl.run("version", "--client").out();
    return Integer.parseInt(version.replaceAll("(?s).*?v1\\.(\\d+).*", "$1")) >= 33;
  }

  /** Use of a chain is told from the cache: waits until it knows. */
  private void awaitUse() {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                api.exchange(
                        "DELETE",
                        K0rdentObjects.CHAINS.formatted(home) + "/" + PATH + "?dryRun=All",
                        "")
                    .startsWith("403"));
  }

  @Test
  void refusesACollectionDeleteAtTheChainInUse() throws Exception {
    api.create(prodEu(OLD));
    awaitUse();

    String answer = api.exchange("DELETE", K0rdentObjects.CHAINS.formatted(home), "");

    assertThat(answer).startsWith("403").contains("ServiceTemplateChain " + home + "/" + PATH);
  }

  @Test
  void allowsACollectionDeleteOfChainsThatNobodyUses() {
    api.create(chain(shape, home, "another", OLD));

    assertThat(api.exchange("DELETE", K0rdentObjects.CHAINS.formatted(home), "")).startsWith("200");
  }

  @Test
  void allowsNamespaceCleanUpToDeleteAChainInUse() throws Exception {
    api.create(prodEu(OLD));
    awaitUse();

    Answer answer =
        kubectl.run(
            "-n",
            home,
            "delete",
            "servicetemplatechain",
            PATH,
            "--as=system:serviceaccount:kube-system:namespace-controller");

    assertThat(answer.exit()).as(answer.err()).isZero();
  }

  @Test
  void refusesAnAdministratorTheSameDeletion() throws Exception {
    api.create(prodEu(OLD));
    awaitUse();

    Answer answer =
        kubectl.run(
            "-n",
            home,
            "delete",
            "servicetemplatechain",
            PATH,
            "--as=jane",
            "--as-group=system:masters");

    assertThat(answer.exit()).isEqualTo(1);
  }

  @Test
  void refusesRemovingAndReAddingASpec() throws Exception {
    String removed = "[{\"op\": \"remove\", \"path\": \"/spec\"}]";

    assertThat(patch("servicetemplatechain/" + PATH, removed))
        .isEqualTo(Answer.refused(immutable(PATH)));
  }

  @Test
  void refusesFillingAMissingSpec() throws Exception {
    api.create(
        """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ServiceTemplateChain
        metadata: {name: bare, namespace: %s}
        """
            .formatted(home));

    assertThat(
            patch(
                "servicetemplatechain/bare",
                "[{\"op\": \"add\", \"path\": \"/spec\", \"value\": {\"supportedTemplates\":"
                    + " [{\"name\": \"a\"}]}}]"))
        .isEqualTo(Answer.refused(immutable("bare")));
  }

  @Test
  void allowsLabelsOnAChain() throws Exception {
    assertThat(kubectl.run("-n", home, "label", "servicetemplatechain", PATH, "team=edge"))
        .isEqualTo(
            Answer.ok("servicetemplatechain.k0rdent.mirantis.com/ingress-nginx-chain labeled"));
  }

  private String immutable(String chain) {
    return "spec: spec stays as created: create another ServiceTemplateChain beside %2$s/%1$s and name it as templateChain where it is needed [chain-is-immutable]"
        .formatted(chain, home);
  }

  @Test
  void refusesAChainThatUpgradesToWhatItDoesNotList() throws Exception {
    Answer answer = kubectl.on(chain(shape, home, "dangling", "a > b"), "create");

    assertThat(answer.exit()).isEqualTo(1);
    assertThat(answer.err())
        .contains(
            "spec.supportedTemplates[0].availableUpgrades[0].name: ServiceTemplateChain "
                + home
                + "/dangling upgrades a to b, which is not in spec.supportedTemplates; list it"
                + " there too [chain-is-well-formed]");
  }

  @Test
  void warnsAtKubectlOfTemplatesThatAChainNamesInVain() throws Exception {
    api.create(K0rdentObjects.template(home, "a"));

    Answer answer = kubectl.on(chain(shape, home, "new", "a > b", "b > b"), "create");

    assertThat(answer)
        .isEqualTo(
            Answer.warned(
                "servicetemplatechain.k0rdent.mirantis.com/new created",
                "ServiceTemplateChain %s/new upgrades b to itself, which does nothing; another template may be meant [chain-is-tidy]"
                    .formatted(home),
                "namespace %1$s has no ServiceTemplate b, named by ServiceTemplateChain %1$s/new [chain-templates-exist]"
                    .formatted(home)));
  }

  @Test
  void createsAChainOfTemplatesThatWereCreatedRightBeforeWithoutAWarning() throws Exception {
    Answer answer =
        kubectl.on(
            all(
                K0rdentObjects.template(home, "a"),
                K0rdentObjects.template(home, "b"),
                chain(shape, home, "new", "a > b", "b")),
            "create",
            "--validate=ignore");

    assertThat(answer.err()).isEmpty();
    assertThat(answer.exit()).isZero();
  }

  @Test
  void allowsAFleetToMoveAlongAChainOfTheSystemNamespace() throws Exception {
    String fleet = fleetOnItsOwnChain();

    assertThat(patch("multiclusterservice/" + fleet, replaceTemplate(0, NEXT)))
        .isEqualTo(patched("multiclusterservice.k0rdent.mirantis.com/" + fleet));
  }

  @Test
  void refusesAFleetAMoveOffItsPath() throws Exception {
    String fleet = fleetOnItsOwnChain();

    assertThat(patch("multiclusterservice/" + fleet, replaceTemplate(0, UNKNOWN)))
        .isEqualTo(
            Answer.refused(
                "spec.serviceSpec.services[0].template: service edge/dns can't be upgraded from %2$s to %3$s: ServiceTemplateChain kcm-system/%1$s leads from %2$s to %4$s, %5$s (via %4$s) [service-follows-chain]"
                    .formatted(fleet, OLD, UNKNOWN, NEXT, LAST)));
  }

  @Test
  void takesNoChainOfAnotherNamespaceForAFleet() throws Exception {
    Answer answer =
        kubectl.on(
            K0rdentObjects.fleet("fleet-" + home, service("edge", "dns", OLD, PATH)), "create");

    assertThat(answer)
        .isEqualTo(
            Answer.warned(
                "multiclusterservice.k0rdent.mirantis.com/fleet-" + home + " created",
                "service edge/dns with template %s names ServiceTemplateChain kcm-system/%s, which does not exist [service-chain-exists]"
                    .formatted(OLD, PATH)));
  }

  private String fleetOnItsOwnChain() {
    String name = "fleet-" + home;
    api.put("apiVersion: v1\nkind: Namespace\nmetadata: {name: kcm-system}\n");
    api.create(chain(shape, "kcm-system", name, OLD + " > " + NEXT, NEXT + " > " + LAST, LAST));
    api.create(K0rdentObjects.fleet(name, service("edge", "dns", OLD, name)));
    return name;
  }

  @Test
  void putsTheRefusalIntoTheAuditLog() throws Exception {
    api.create(prodEu(OLD));

    patchTemplate(UNKNOWN, "--as=jane", "--as-group=system:masters");

    assertThat(api.audited("/" + home + "/clusterdeployments/prod-eu"))
        .anySatisfy(
            event ->
                assertThat(event)
                    .contains(
                        "\"validate.pathgate.dev/rules\":\"service-follows-chain\"",
                        "\"validate.pathgate.dev/services\":\"" + home + "/ingress-nginx\"",
                        "\"validate.pathgate.dev/from\":\"" + OLD + "\"",
                        "\"validate.pathgate.dev/to\":\"" + UNKNOWN + "\"",
                        "\"validate.pathgate.dev/chains\":\"" + home + "/" + PATH + "\"",
                        "\"validate.pathgate.dev/chain-resource-versions\":"));
  }
}
