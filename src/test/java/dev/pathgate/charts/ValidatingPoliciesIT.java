package dev.pathgate.charts;

import static dev.pathgate.charts.Policies.deployment;
import static dev.pathgate.charts.Policies.fleet;
import static dev.pathgate.charts.Policies.line;
import static dev.pathgate.charts.Policies.service;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.RandomEdits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The chart's ValidatingAdmissionPolicies, judging in a real API server with no webhook at all.
 * Tests of the same values follow each other: other policies take the API server a second.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ValidatingPoliciesIT {
  @AfterAll
  static void stop() {
    KubeServer.tidyAll();
  }

  @Order(1)
  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void allowsAPathOfSeveralEdgesWhereAnyIsFreeAndRefusesTheWayBack(String release) {
    Cluster cluster = Cluster.of(release, "path: {steps: any}");
    cluster.chain("c", line("a-0.9.0", "a-0.10.0", "a-0.11.0"));
    String first = cluster.holds(service("s", "a-0.9.0", "c"));
    String last = cluster.holds(service("s", "a-0.11.0", "c"));

    assertThat(cluster.edit(first, service("s", "a-0.11.0", "c")).isAccepted()).isTrue();
    assertThat(cluster.edit(last, service("s", "a-0.9.0", "c")).message())
        .endsWith(
            "service default/s can't be upgraded from a-0.11.0 to a-0.9.0: ServiceTemplateChain "
                + cluster.namespace
                + "/c leads nowhere from a-0.11.0 [service-follows-chain]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void judgesAMultiClusterServiceByTheChainsOfTheSystemNamespace(String release) {
    KubeServer api = KubeServer.of(release);
    Policies policies = Policies.inForce(api, "");
    String chain = KubeServer.fresh("system");
    policies.store(Policies.chain(KubeServer.SYSTEM_NAMESPACE, chain, line("a", "b")));
    policies.awaitChains(KubeServer.SYSTEM_NAMESPACE);
    String path = policies.store(fleet(service("s", "a", chain)));

    assertThat(policies.edit(path, service("s", "b", chain)).isAccepted()).isTrue();
    assertThat(policies.edit(path, service("s", "z", chain)).message())
        .endsWith(
            "service default/s can't be upgraded from a to z: ServiceTemplateChain kcm-system/"
                + chain
                + " leads from a to b [service-follows-chain]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void refusesToLeaveATemplateThatTheChainDoesNotList(String release) {
    Cluster cluster = Cluster.of(release, "");
    cluster.chain("c", line("a", "b"));
    String path = cluster.holds(service("s", "old", "c"));

    assertThat(cluster.edit(path, service("s", "b", "c")).message())
        .contains("/c does not list old [service-follows-chain]");
    assertThat(cluster.edit(path, service("s", "old", "c").put("values", "x: y")).isAccepted())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void refusesAChangedTemplateWithoutAChainAndAllowsANewServiceWithoutOne(String release) {
    Cluster cluster = Cluster.of(release, "");
    String path = cluster.holds(service("s", "a", ""));

    assertThat(cluster.edit(path, service("s", "b", "")).message())
        .endsWith(
            "service default/s can't be upgraded from a to b: it has no templateChain"
                + " [service-follows-chain]");
    assertThat(cluster.edit(path, service("s", "b", "").put("templateChain", "")).isAccepted())
        .isFalse();
    assertThat(cluster.edit(path, service("s", "a", ""), service("t", "b", "")).isAccepted())
        .isTrue();
    assertThat(cluster.edit(path, service("t", "b", "")).isAccepted()).isTrue();
    assertThat(cluster.edit(path).isAccepted()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void tellsServicesByNameAndNamespaceAndNotByPosition(String release) {
    Cluster cluster = Cluster.of(release, "");
    cluster.chain("c", line("a", "b"));
    ObjectNode inDefault = service("s", "b", "c");
    ObjectNode elsewhere = service("s", "a", "c").put("namespace", "elsewhere");
    String path = cluster.holds(inDefault, elsewhere);

    assertThat(
            cluster
                .edit(path, elsewhere, inDefault.deepCopy().put("namespace", "default"))
                .isAccepted())
        .isTrue();
    assertThat(
            cluster
                .edit(path, service("s", "a", "c"), elsewhere.deepCopy().put("template", "b"))
                .message())
        .contains("service default/s can't be upgraded from b to a")
        .doesNotContain("elsewhere");
  }

  /** An object from before the gate may list a service twice: the webhook lets it have either. */
  @ParameterizedTest
  @ValueSource(strings = {"v1.6", "v1.12"})
  void takesAnEmptyNamespaceForDefaultWhereAServiceIsListedInBoth(String release) {
    Cluster cluster = Cluster.of(release, "");
    cluster.chain("c", line("a", "b"));
    ObjectNode inNone = service("s", "a", "c").put("namespace", "");
    String path = cluster.holds(service("s", "b", "c"), inNone);

    assertThat(cluster.edit(path, service("s", "a", "c")).isAccepted()).isTrue();
    assertThat(cluster.edit(path, service("s", "z", "c")).isAccepted()).isFalse();
    assertThat(cluster.edit(path, inNone.deepCopy().put("template", "z")).isAccepted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void leavesAlreadyWrongServicesAloneUntilTheyMove(String release) {
    Cluster cluster = Cluster.of(release, "");
    cluster.chain("c", line("a", "b"));
    String path = cluster.holds(service("s", "lost", "c"), service("t", "a", "c"));

    assertThat(cluster.edit(path, service("s", "lost", "c"), service("t", "b", "c")).isAccepted())
        .isTrue();
    assertThat(cluster.edit(path, service("s", "a", "c"), service("t", "b", "c")).isAccepted())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void judgesByTheChainThatTheNewObjectNames(String release) {
    Cluster cluster = Cluster.of(release, "");
    cluster.chain("up", line("a", "b"));
    cluster.chain("down", line("b", "a"));
    String path = cluster.holds(service("s", "b", "up"));

    assertThat(cluster.edit(path, service("s", "a", "down")).isAccepted()).isTrue();
    assertThat(cluster.edit(path, service("s", "a", "up")).isAccepted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void leavesAMissingChainToTheWebhookAndRefusesAKnownOne(String release) {
    Cluster cluster = Cluster.of(release, "");
    cluster.chain("known", line("a", "b"));
    String path = cluster.holds(service("s", "a", ""));

    assertThat(cluster.edit(path, service("s", "z", "unknown")).isAccepted()).isTrue();
    assertThat(cluster.edit(path, service("s", "z", "known")).isAccepted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void neverHoldsUpAnObjectThatIsBeingDeleted(String release) {
    Cluster cluster = Cluster.of(release, "");
    cluster.chain("c", line("a", "b"));
    String path = cluster.holds(service("s", "b", "c"));
    cluster.api.merge(path, "{\"metadata\": {\"finalizers\": [\"a.b/c\"]}}").accepted();

    assertThat(cluster.edit(path, service("s", "a", "c")).isAccepted()).isFalse();
    cluster.api.send("DELETE", path, null).accepted();
    assertThat(cluster.edit(path, service("s", "a", "c")).isAccepted()).isTrue();
    cluster.api.merge(path, "{\"metadata\": {\"finalizers\": null}}").accepted();
  }

  @ParameterizedTest
  @ValueSource(strings = "v1.0")
  void asksAPathFromEachEntryWhereAnOldObjectListsAServiceTwice(String release) {
    Cluster cluster = Cluster.of(release, "");
    cluster.chain("c", Map.of("a", List.of("c"), "b", List.of("d", "c")));
    String path = cluster.holds(service("s", "a", "c"), service("s", "b", "c"));

    assertThat(cluster.edit(path, service("s", "c", "c")).isAccepted()).isTrue();
    assertThat(cluster.edit(path, service("s", "d", "c")).message())
        .contains("can't be upgraded from a to d")
        .doesNotContain("from b to d");
    assertThat(cluster.edit(path, service("s", "b", "c")).isAccepted()).isTrue();
    assertThat(cluster.edit(path, service("s", "b", "c"), service("s", "a", "c")).isAccepted())
        .isTrue();
  }

  @Order(2)
  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void leavesWaysLongerThanItsHopsToTheWebhook(String release) {
    Cluster cluster =
        Cluster.of(release, "{policies: {enabled: true, hops: 2}, path: {steps: any}}");
    cluster.chain("c", line("a", "b", "c", "d"));
    String path = cluster.holds(service("s", "a", "c"));
    String later = cluster.holds(service("s", "c", "c"));

    assertThat(cluster.edit(path, service("s", "d", "c")).isAccepted()).isTrue();
    assertThat(cluster.edit(path, service("s", "nowhere", "c")).isAccepted()).isTrue();
    assertThat(cluster.edit(later, service("s", "nowhere", "c")).isAccepted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void takesOneStepAtATime(String release) {
    Cluster cluster = Cluster.of(release, "");
    cluster.chain("c", line("a", "b", "c"));
    String path = cluster.holds(service("s", "a", "c"));

    assertThat(cluster.edit(path, service("s", "b", "c")).isAccepted()).isTrue();
    assertThat(cluster.edit(path, service("s", "c", "c")).message())
        .contains("/c leads from a to b [service-follows-chain]");
  }

  @Order(4)
  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void wantsTheChainFirstWhereSwitchesAreSeparate(String release) {
    Cluster cluster = Cluster.of(release, "path: {chainSwitch: separate}");
    cluster.chain("up", line("a", "b"));
    cluster.chain("down", line("b", "a"));
    String path = cluster.holds(service("s", "b", "up"));
    String switched = cluster.holds(service("s", "b", "down"));

    assertThat(cluster.edit(path, service("s", "a", "down")).message())
        .contains("is not its chain yet; name it as templateChain first, in an edit of its own");
    assertThat(cluster.edit(path, service("s", "b", "down")).isAccepted()).isTrue();
    assertThat(cluster.edit(switched, service("s", "a", "down")).isAccepted()).isTrue();
  }

  @Order(5)
  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void onlyWarnsInATrial(String release) {
    Cluster cluster = Cluster.of(release, "mode: warn");
    cluster.chain("c", line("a", "b"));
    String path = cluster.holds(service("s", "b", "c"));

    KubeServer.Answer wrong = cluster.edit(path, service("s", "a", "c"));
    assertThat(wrong.isAccepted()).isTrue();
    assertThat(wrong.warnings()).hasSize(1).first().asString().contains("leads nowhere from b");
    assertThat(cluster.edit(path, service("s", "b", "c").put("values", "")).warnings()).isEmpty();
  }

  @Order(6)
  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void letsOnlyExemptGroupsBreakTheGlass(String release) {
    Cluster cluster = Cluster.of(release, "exempt: {groups: [\"on-call \\\"night\\\"\", sre]}");
    cluster.chain("c", line("a", "b"));
    String path = cluster.holds(service("s", "b", "c"), service("t", "b", ""));
    cluster.letEverybodyEdit();
    String services = Policies.servicesPatch(service("s", "a", "c"), service("t", "a", ""));
    String exempting =
        services.substring(0, services.length() - 1)
            + ", \"metadata\": {\"annotations\": {\"pathgate.dev/exempt\": \"incident 7\"}}}";

    assertThat(cluster.policies.editAs("ann", "sre", path, exempting).isAccepted()).isTrue();
    assertThat(cluster.policies.editAs("ann", "on-call \"night\"", path, exempting).isAccepted())
        .isTrue();
    assertThat(cluster.policies.editAs("ann", "sre", path, services).code()).isEqualTo(403);
    assertThat(cluster.policies.editAs("bob", "devs", path, exempting).code()).isEqualTo(403);

    String armed = exempting.replace(services.substring(1, services.length() - 1) + ", ", "");
    cluster.policies.api().mergeAs("bob", "devs", path, armed).accepted();
    assertThat(cluster.policies.editAs("ann", "sre", path, services).code())
        .as("the reason that somebody else left lifts nothing")
        .isEqualTo(403);
    assertThat(cluster.policies.editAs("ann", "sre", path, exempting).code()).isEqualTo(403);
    assertThat(
            cluster
                .policies
                .editAs("ann", "sre", path, exempting.replace("incident 7", "incident 8"))
                .isAccepted())
        .isTrue();
    for (String blank : List.of("", " ", "\\t\\n")) {
      assertThat(
              cluster
                  .policies
                  .editAs("ann", "sre", path, exempting.replace("incident 7", blank))
                  .code())
          .as("an annotation that gives no reason")
          .isEqualTo(403);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void keepsAChainAsItWasCreated(String release) {
    Cluster cluster = Cluster.of(release, "");
    String full = cluster.chain("full", line("a", "b"));
    String bare =
        cluster.policies.store(
            KubeServer.object(
                "k0rdent.mirantis.com/v1beta1", "ServiceTemplateChain", cluster.namespace, "bare"));

    assertThat(cluster.dryMerge(full, "{\"spec\": null}").message())
        .endsWith(
            "spec stays as created: create another ServiceTemplateChain beside "
                + cluster.namespace
                + "/full and name it as templateChain where it is needed [chain-is-immutable]");
    assertThat(cluster.dryMerge(bare, "{\"spec\": {}}").message())
        .contains("spec stays as created");
    assertThat(cluster.dryMerge(full, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}").isAccepted())
        .isTrue();
    assertThat(cluster.dryMerge(bare, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}").isAccepted())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void keepsTheSpecOfAChainThatIsBeingDeletedAndOpensNoPathByIt(String release) {
    Cluster cluster = Cluster.of(release, "");
    String chain = cluster.chain("c", line("a", "b"));
    String path = cluster.holds(service("s", "a", "c"));
    cluster.api.merge(chain, "{\"metadata\": {\"finalizers\": [\"a.b/c\"]}}").accepted();
    assertThat(cluster.edit(path, service("s", "b", "c")).isAccepted()).isTrue();

    cluster.api.send("DELETE", chain, null).accepted();
    cluster.policies.awaitChains(cluster.namespace);

    assertThat(cluster.dryMerge(chain, "{\"spec\": null}").code()).isEqualTo(403);
    assertThat(cluster.edit(path, service("s", "b", "c")).message())
        .endsWith(
            "from a to b: ServiceTemplateChain "
                + cluster.namespace
                + "/c is on its way out: it is being deleted [service-follows-chain]");
    cluster.api.merge(chain, "{\"metadata\": {\"finalizers\": null}}").accepted();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void keepsATemplateAsItWasCreated(String release) {
    Cluster cluster = Cluster.of(release, "");
    ObjectNode template =
        KubeServer.object(
            "k0rdent.mirantis.com/v1beta1", "ServiceTemplate", cluster.namespace, "nginx");
    template.putObject("spec").putObject("helm").putObject("chartRef").put("kind", "HelmChart");
    ((ObjectNode) template.at("/spec/helm/chartRef")).put("name", "nginx");
    String full = cluster.policies.store(template);
    ObjectNode specless = template.deepCopy();
    specless.remove("spec");
    ((ObjectNode) specless.path("metadata")).put("name", "bare");
    String bare = cluster.policies.store(specless);

    assertThat(cluster.dryMerge(full, "{\"spec\": null}").message())
        .endsWith(
            "spec stays as created: create another ServiceTemplate beside "
                + cluster.namespace
                + "/nginx and let a ServiceTemplateChain lead to it [template-is-immutable]");
    assertThat(cluster.dryMerge(full, "{\"spec\": null}").code()).isEqualTo(403);
    assertThat(cluster.dryMerge(bare, "{\"spec\": " + template.path("spec") + "}").code())
        .isEqualTo(403);
    assertThat(cluster.dryMerge(full, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}").isAccepted())
        .isTrue();
  }

  /** There, the new entry may be the old service under its other name, or another one. */
  @ParameterizedTest
  @ValueSource(strings = "v1.0")
  void leavesEntriesOfAnotherSpellingToTheWebhook(String release) {
    Cluster cluster = Cluster.of(release, "");
    cluster.chain("c", line("a", "b"));
    String path = cluster.holds(service("s", "a", "c"));

    for (String namespace : List.of("s", "default")) {
      assertThat(
              cluster.edit(path, service("s", "z", "c").put("namespace", namespace)).isAccepted())
          .isTrue();
    }
    assertThat(cluster.edit(path, service("s", "z", "c")).isAccepted()).isFalse();
    assertThat(
            cluster
                .edit(
                    path,
                    service("s", "z", "c"),
                    service("s", "a", "c").put("namespace", "default"))
                .isAccepted())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void namesThreeServicesAndFiveTargetsInOneLineAndInTheAuditLog(String release) {
    Cluster cluster = Cluster.of(release, "");
    String odd = "o".repeat(150);
    cluster.chain(
        "c",
        Map.of(
            "a",
            RandomEdits.names("t", 7),
            odd,
            List.of("p".repeat(253)),
            "b",
            List.of("x\ny"),
            "d",
            List.of("spec is immutable"),
            "e",
            List.of("an immutable field")));
    String path =
        cluster.holds(
            service("s1", "a", "c"),
            service("s2", odd, "c"),
            service("s3", "a", "c"),
            service("s4", "a", "c"),
            service("s5", "a", "c"),
            service("s6", "b", "c"),
            service("s7", "d", "c"),
            service("s8", "e", "c"));
    String cut = "o".repeat(48) + "..." + "o".repeat(48);

    KubeServer.Answer answer =
        cluster.edit(
            path,
            service("s1", "z", "c"),
            service("s2", "z", "c"),
            service("s3", "z", "c"),
            service("s4", "z", "c"),
            service("s5", "z", "c"));

    String chain = "ServiceTemplateChain " + cluster.namespace + "/c";
    String first = ": " + chain + " leads from a to t-0, t-1, t-2, t-3, t-4 and 2 more; ";
    assertThat(answer.code()).isEqualTo(403);
    assertThat(answer.message())
        .endsWith(
            "service default/s1 can't be upgraded from a to z"
                + first
                + "service default/s2 can't be upgraded from %s to z: %s leads from %s to %s; "
                    .formatted(cut, chain, cut, "p".repeat(48) + "..." + "p".repeat(48))
                + "service default/s3 can't be upgraded from a to z"
                + first
                + "and 2 more services [service-follows-chain]");
    assertThat(cluster.api.audited("service-follows-chain", "services"))
        .isEqualTo("default/s1,default/s2,default/s3");
    assertThat(cluster.api.audited("service-follows-chain", "rules"))
        .startsWith("service-follows-chain");
    assertThat(cluster.api.audited("service-follows-chain", "from")).isEqualTo("a," + cut + ",a");
    assertThat(cluster.api.audited("service-follows-chain", "to")).isEqualTo("z,z,z");
    assertThat(cluster.api.audited("service-follows-chain", "chains"))
        .startsWith(cluster.namespace + "/c");
    for (String oddlyNamed : List.of("s6", "s7", "s8")) {
      assertThat(cluster.edit(path, service(oddlyNamed, "z", "c")).message())
          .as("a name of two lines, two with words on which Flux deletes")
          .endsWith(
              "denied request: a service can't be upgraded: the ServiceTemplateChain that it names"
                  + " does not lead from its old template to the new one in one step"
                  + " [service-follows-chain]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = "v1.0")
  void judgesEditsInAnOlderVersionAlike(String release) {
    Cluster cluster = Cluster.of(release, "");
    cluster.chain("c", line("a", "b"));
    String path = cluster.holds(service("s", "a", "c")).replace("/v1beta1/", "/v1alpha1/");

    assertThat(cluster.edit(path, service("s", "b", "c")).isAccepted()).isTrue();
    assertThat(cluster.edit(path, service("s", "z", "c")).isAccepted()).isFalse();
  }

  /** As a CRD may be that has no rule of its own and fields that Pathgate does not know. */
  @Test
  void comparesASpecWholeButItsTemplatesAsASet() {
    KubeServer api = KubeServer.ofFreeChains();
    Policies.inForce(api, "");
    ObjectNode chain =
        Policies.chain(
            api.freshNamespace(), "c", Map.of("a", List.of("b", "c"), "b", List.of("c")));
    ObjectNode spec = (ObjectNode) chain.path("spec");
    spec.putObject("unknown").put("field", 1);
    spec.withArray("supportedTemplates").addObject().put("name", "c").put("unknown", true);
    api.create(chain);

    assertThat(after(api, chain, "{\"unknown\": {\"field\": 1}, \"more\": []}")).isTrue();
    assertThat(after(api, chain, "{\"unknown\": {\"field\": 2}}")).isFalse();
    assertThat(after(api, chain, "{\"unknown\": null}")).isFalse();
    assertThat(after(api, chain, "{\"more\": \"new\"}")).isFalse();

    String a = "{\"name\": \"a\", \"availableUpgrades\": [%s]}";
    String toB = "{\"name\": \"b\", \"version\": \"1\"}";
    String toC = "{\"name\": \"c\", \"version\": \"1\"}";
    String b = "{\"name\": \"b\", \"availableUpgrades\": [" + toC + "]}";
    String c = "{\"name\": \"c\", \"unknown\": true}";
    String emptyC = "{\"name\": \"c\", \"unknown\": true, \"availableUpgrades\": []}";
    String otherC = "{\"name\": \"c\", \"unknown\": false}";
    String both = a.formatted(toB + "," + toC);
    assertThat(templates(api, chain, both, b, c)).isTrue();
    assertThat(templates(api, chain, c, b, both)).isTrue();
    assertThat(templates(api, chain, emptyC, b, both)).isTrue();
    assertThat(templates(api, chain, a.formatted(toC + "," + toB), b, c)).isFalse();
    assertThat(templates(api, chain, a.formatted(toB), b, c)).isFalse();
    assertThat(templates(api, chain, both, b, otherC)).isFalse();
    assertThat(templates(api, chain, both, b)).isFalse();
    assertThat(templates(api, chain, both, b, c, "{\"name\": \"d\"}")).isFalse();
    assertThat(templates(api, chain)).isFalse();
  }

  private static boolean templates(KubeServer api, JsonNode chain, String... templates) {
    return after(api, chain, "{\"supportedTemplates\": [" + String.join(",", templates) + "]}");
  }

  private static boolean after(KubeServer api, JsonNode chain, String spec) {
    KubeServer.Answer answer =
        api.merge(KubeServer.path(chain) + "?dryRun=All", "{\"spec\": " + spec + "}");
    assertThat(answer.isAccepted() || answer.message().endsWith("[chain-is-immutable]"))
        .as(answer.message())
        .isTrue();
    return answer.isAccepted();
  }

  /**
   * 22 templates with all later ones are 2,097,151 paths; 60 or more must not stop the API server.
   */
  @Order(1)
  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void walksLargeChainsWithinTheApiServersBudget(String release) {
    Cluster cluster = Cluster.of(release, "path: {steps: any}");
    Map<String, List<String>> clique = new LinkedHashMap<>();
    List<String> members = RandomEdits.names("clique", 120);
    members.forEach(
        member ->
            clique.put(member, members.stream().filter(other -> !other.equals(member)).toList()));
    clique.put("island", List.of());
    cluster.chain("clique", clique);
    cluster.chain("line", line(RandomEdits.names("line", 900).toArray(new String[0])));
    cluster.policies.awaitChains(cluster.namespace);
    String inClique = cluster.holds(service("s", "clique-0", "clique"));
    String onLine = cluster.holds(service("s", "line-895", "line"));
    String lineStart = cluster.holds(service("s", "line-0", "line"));

    assertThat(cluster.edit(inClique, service("s", "clique-119", "clique")).isAccepted()).isTrue();
    assertThat(cluster.edit(inClique, service("s", "island", "clique")).message())
        .contains(
            "leads from clique-0 to clique-1, clique-2, clique-3, clique-4, clique-5 and 114");
    assertThat(cluster.edit(onLine, service("s", "line-899", "line")).isAccepted()).isTrue();
    assertThat(cluster.edit(onLine, service("s", "line-0", "line")).message())
        .contains("leads from line-895 to line-896 [");
    assertThat(cluster.edit(lineStart, service("s", "line-899", "line")).isAccepted()).isTrue();
  }

  @Order(1)
  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void leavesWhatIsTooLargeToComputeToTheWebhook(String release) {
    Cluster cluster = Cluster.of(release, "path: {steps: any}");
    Map<String, List<String>> star =
        new LinkedHashMap<>(Map.of("hub", RandomEdits.names("ray", 3000)));
    RandomEdits.names("ray", 3000).forEach(ray -> star.put(ray, List.of()));
    star.put("island", List.of());
    cluster.chain("star", star);
    cluster.policies.awaitChains(cluster.namespace);
    String path = cluster.holds(service("s", "hub", "star"));
    List<JsonNode> before = new ArrayList<>();
    List<JsonNode> after = new ArrayList<>();
    for (String name : RandomEdits.names("s", 201)) {
      before.add(service(name, "a", ""));
      after.add(service(name, "b", ""));
    }
    String crowd = cluster.holds(before.toArray(new JsonNode[0]));

    assertThat(cluster.edit(path, service("s", "island", "star")).isAccepted()).isTrue();
    assertThat(cluster.edit(crowd, after.toArray(new JsonNode[0])).isAccepted()).isTrue();
  }

  /**
   * Random chains and edits against a plain search: a policy refuses exactly what the rule refuses,
   * as far as a chain exists and its reach closes within the hops.
   */
  @Order(3)
  @ParameterizedTest
  @ValueSource(strings = {"v1.0", "v1.6", "v1.12"})
  void agreesWithAPlainSearchOnRandomEdits(String release) {
    int hops = 3;
    Cluster cluster =
        Cluster.of(release, "{policies: {enabled: true, hops: " + hops + "}, path: {steps: any}}");
    RandomEdits edits = new RandomEdits(4, release.equals("v1.0"));
    List<String> disagreements = new ArrayList<>();
    int refused = 0;
    for (int round = 0; round < 8; round++) {
      Map<String, Map<String, List<String>>> chains = new LinkedHashMap<>();
      for (String name : List.of("x-" + round, "y-" + round)) {
        chains.put(name, edits.chain());
        cluster.chain(name, chains.get(name));
      }
      cluster.policies.awaitChains(cluster.namespace);
      for (int i = 0; i < 50; i++) {
        List<ObjectNode> before = edits.services(chains.keySet());
        List<ObjectNode> after = edits.services(chains.keySet());
        String path = cluster.holds(before.toArray(new JsonNode[0]));

        KubeServer.Answer answer = cluster.edit(path, after.toArray(new JsonNode[0]));
        if (release.equals("v1.0")) {
          before.forEach(ValidatingPoliciesIT::spellOut);
          after.forEach(ValidatingPoliciesIT::spellOut);
        }
        boolean expected = refuses(before, after, chains, hops);
        refused += expected ? 1 : 0;
        if (answer.isAccepted() == expected) {
          disagreements.add(
              chains + "\n " + before + "\n " + after + "\n " + answer.code() + answer.message());
        }
      }
    }

    assertThat(disagreements).isEmpty();
    assertThat(refused).isBetween(100, 350);
  }

  /** For the search, entries of two spellings are two services. */
  private static void spellOut(ObjectNode service) {
    if (!service.has("namespace")) {
      service.put("namespace", "no namespace");
    }
  }

  private static boolean refuses(
      List<ObjectNode> before,
      List<ObjectNode> after,
      Map<String, Map<String, List<String>>> chains,
      int hops) {
    return after.stream()
        .filter(now -> before.stream().noneMatch(old -> sameMove(old, now)))
        .anyMatch(
            now ->
                before.stream()
                    .filter(old -> RandomEdits.identity(old).equals(RandomEdits.identity(now)))
                    .filter(old -> !text(old, "template").equals(text(now, "template")))
                    .anyMatch(
                        old ->
                            text(now, "templateChain").isEmpty()
                                || Optional.ofNullable(chains.get(text(now, "templateChain")))
                                    .filter(
                                        chain ->
                                            isCutOff(
                                                chain,
                                                text(old, "template"),
                                                text(now, "template"),
                                                hops))
                                    .isPresent()));
  }

  private static boolean sameMove(JsonNode one, JsonNode other) {
    return RandomEdits.identity(one).equals(RandomEdits.identity(other))
        && text(one, "template").equals(text(other, "template"))
        && text(one, "templateChain").equals(text(other, "templateChain"));
  }

  /** Whether there is no way, and that shows within the hops. */
  private static boolean isCutOff(
      Map<String, List<String>> chain, String from, String to, int hops) {
    Set<String> seen = new HashSet<>(Set.of(from));
    Set<String> frontier = new HashSet<>(seen);
    for (int hop = 0; hop < hops; hop++) {
      Set<String> next = new HashSet<>();
      frontier.forEach(template -> next.addAll(chain.getOrDefault(template, List.of())));
      if (next.contains(to)) {
        return false;
      }
      next.removeIf(template -> !chain.containsKey(template) || !seen.add(template));
      frontier = next;
    }
    return frontier.isEmpty();
  }

  private static String text(JsonNode service, String field) {
    return service.path(field).asText();
  }

  /** An API server with policies in force, and a namespace of the test's own. */
  private record Cluster(KubeServer api, Policies policies, String namespace) {
    static Cluster of(String release, String values) {
      KubeServer api = KubeServer.of(release);
      return new Cluster(api, Policies.inForce(api, values), api.freshNamespace());
    }

    /** Stores a chain that the policies know. */
    String chain(String name, Map<String, List<String>> upgrades) {
      String path = policies.store(Policies.chain(namespace, name, upgrades));
      policies.awaitChains(namespace);
      return path;
    }

    /** Stores a ClusterDeployment with these services. */
    String holds(JsonNode... services) {
      return policies.store(deployment(namespace, services));
    }

    KubeServer.Answer edit(String path, JsonNode... services) {
      return policies.edit(path, services);
    }

    KubeServer.Answer dryMerge(String path, String patch) {
      return api.merge(path + "?dryRun=All", patch);
    }

    void letEverybodyEdit() {
      ObjectNode role =
          KubeServer.object("rbac.authorization.k8s.io/v1", "ClusterRole", "", "edits-everything");
      ObjectNode rule = role.putArray("rules").addObject();
      rule.putArray("apiGroups").add("k0rdent.mirantis.com");
      rule.putArray("resources").add("*");
      rule.putArray("verbs").add("*");
      api.apply(role);
      ObjectNode binding =
          KubeServer.object(
              "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "", "edits-everything");
      binding
          .putObject("roleRef")
          .put("apiGroup", "rbac.authorization.k8s.io")
          .put("kind", "ClusterRole")
          .put("name", "edits-everything");
      for (String user : List.of("ann", "bob")) {
        binding
            .withArray("subjects")
            .addObject()
            .put("apiGroup", "rbac.authorization.k8s.io")
            .put("kind", "User")
            .put("name", user);
      }
      api.apply(binding);
      // Rights are in force once the API server has seen them itself.
      for (String user : List.of("ann", "bob")) {
        Awaitility.await().until(() -> mayEdit(user));
      }
    }

    private boolean mayEdit(String user) {
      ObjectNode review =
          KubeServer.object("authorization.k8s.io/v1", "SubjectAccessReview", "", "");
      ObjectNode spec = review.putObject("spec").put("user", user);
      spec.putObject("resourceAttributes")
          .put("group", "k0rdent.mirantis.com")
          .put("resource", "clusterdeployments")
          .put("verb", "patch");
      return api.send("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
          .accepted()
          .at("/status/allowed")
          .asBoolean();
    }
  }
}
