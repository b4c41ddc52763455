package dev.pathgate.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.Settings.Mode;
import dev.pathgate.cluster.FakeCluster;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectSketch;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.PathPolicy.ChainSwitch;
import dev.pathgate.rule.PathPolicy.Steps;
import dev.pathgate.rule.Rulebook;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceIdentity;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JudgeTest {
  private static final K0rdentObject CHAIN =
      ObjectSketch.chain("tenant42/ingress-chain", "a → b", "b → c", "c");
  private static final K0rdentObject CHAIN_WITHOUT_EDGES =
      ObjectSketch.chain("tenant42/ingress-chain", "a", "b", "c");
  private static final K0rdentObject TEMPLATE = ObjectSketch.serviceTemplate("tenant42/a");
  private static final K0rdentObject ON_A = cluster("a", "ingress-chain");
  private static final K0rdentObject ON_A_AT_VERSION_B =
      ObjectSketch.clusterDeployment(
          "tenant42/prod-eu", new Service("web", "ingress", "a", "ingress-chain", "b", false));
  private static final K0rdentObject ON_B = cluster("b", "ingress-chain");
  private static final String[] FLUX_DELETES_ON = {"is immutable", "immutable field"};
  private static final String MOVE =
      "service web/ingress can't be upgraded from a to b: ServiceTemplateChain"
          + " tenant42/ingress-chain ";

  @Test
  void allowsAStepThatTheCacheKnowsWithoutAskingAnybody() {
    FakeCluster world = new FakeCluster().has(CHAIN);

    Verdict verdict = validate(world, RequestSketch.update(ON_A, ON_B));

    assertThat(verdict).isEqualTo(Verdict.allowed());
    assertThat(world.asked()).isEmpty();
  }

  @Test
  void deniesAStepOffThePathOnlyAfterItReadTheChain() {
    FakeCluster world = new FakeCluster().has(CHAIN);

    Verdict verdict = validate(world, RequestSketch.update(ON_B, ON_A));

    assertThat(denials(verdict))
        .containsExactly(
            "service web/ingress can't be upgraded from b to a: ServiceTemplateChain"
                + " tenant42/ingress-chain leads from b to c [service-follows-chain]");
    assertThat(world.asked()).containsExactly("chain tenant42/ingress-chain");
  }

  @Test
  void allowsByWhatItReadWhereNobodyWatchesTheChains() {
    FakeCluster world = new FakeCluster().has(CHAIN).unwatched(Kind.SERVICE_TEMPLATE_CHAIN);

    assertThat(validate(world, RequestSketch.update(ON_A, ON_B))).isEqualTo(Verdict.allowed());
    assertThat(world.asked()).containsExactly("chain tenant42/ingress-chain");
  }

  @Test
  void deniesAStepOfAChainThatWasMadeAnewWhileNobodyWatchedIt() {
    FakeCluster world =
        new FakeCluster()
            .caches(CHAIN)
            .stores(CHAIN_WITHOUT_EDGES)
            .unwatched(Kind.SERVICE_TEMPLATE_CHAIN);

    assertThat(denials(validate(world, RequestSketch.update(ON_A, ON_B))))
        .containsExactly(MOVE + "leads nowhere from a [service-follows-chain]");
  }

  @Test
  void deniesAServiceOfAChainThatWasMadeAnewWhileNobodyWatchedIt() {
    FakeCluster world =
        new FakeCluster()
            .caches(CHAIN)
            .stores(ObjectSketch.chain("tenant42/ingress-chain", "x"))
            .unwatched(Kind.SERVICE_TEMPLATE_CHAIN);

    assertThat(denials(validate(world, RequestSketch.create(ON_A)))).hasSize(1);
  }

  @Test
  void judgesByWhatItKnowsWhereNobodyWatchesAndNothingCanBeRead() {
    FakeCluster world =
        new FakeCluster().has(CHAIN).unwatched(Kind.SERVICE_TEMPLATE_CHAIN).failing();

    assertThat(validate(world, RequestSketch.update(ON_A, ON_B))).isEqualTo(Verdict.allowed());
  }

  @Test
  void deniesTheDeletionOfAChainWhoseUserCameWhileNobodyWatched() {
    FakeCluster world =
        new FakeCluster().has(CHAIN).stores(ON_A).unwatched(Kind.CLUSTER_DEPLOYMENT);

    assertThat(denials(validate(world, RequestSketch.delete(CHAIN)))).hasSize(1);
    assertThat(world.asked()).containsExactly("users of tenant42/ingress-chain");
  }

  @Test
  void allowsTheDeletionOfAChainWhoseUserLeftWhileNobodyWatched() {
    FakeCluster world =
        new FakeCluster().has(CHAIN).caches(ON_A).unwatched(Kind.CLUSTER_DEPLOYMENT);

    assertThat(validate(world, RequestSketch.delete(CHAIN))).isEqualTo(Verdict.allowed());
  }

  @Test
  void deniesTheDeletionOfAChainWhoseUserTheCacheHasNotSeenYet() {
    FakeCluster world = new FakeCluster().has(CHAIN).stores(ON_A);

    assertThat(denials(validate(world, RequestSketch.delete(CHAIN)))).hasSize(1);
    assertThat(world.asked()).containsExactly("users of tenant42/ingress-chain");
  }

  @Test
  void deniesTheDeletionOfAChainOfWhoseUsersTheCacheKnowsOnlyOneThatLeft() {
    K0rdentObject left =
        ObjectSketch.clusterDeployment("tenant42/left", service("a", "ingress-chain"));
    FakeCluster world = new FakeCluster().has(CHAIN).caches(left).stores(ON_A);

    assertThat(denials(validate(world, RequestSketch.delete(CHAIN)))).hasSize(1);
  }

  @Test
  void allowsTheDeletionOfAChainThatNobodyUses() {
    FakeCluster world = new FakeCluster().has(CHAIN);

    assertThat(validate(world, RequestSketch.delete(CHAIN))).isEqualTo(Verdict.allowed());
  }

  @Test
  void deniesTheDeletionOfATemplateWhoseUserTheCacheHasNotSeenYet() {
    K0rdentObject template = ObjectSketch.serviceTemplate("tenant42/a");
    FakeCluster world = new FakeCluster().has(template).stores(ON_A);

    assertThat(denials(validate(world, RequestSketch.delete(template)))).hasSize(1);
    assertThat(validate(new FakeCluster().has(template), RequestSketch.delete(template)))
        .isEqualTo(Verdict.allowed());
  }

  @Test
  void deniesTheDeletionOfATemplateWhoseUserCameWhileNobodyWatched() {
    K0rdentObject template = ObjectSketch.serviceTemplate("tenant42/a");
    FakeCluster world =
        new FakeCluster().has(template).stores(ON_A).unwatched(Kind.CLUSTER_DEPLOYMENT);

    assertThat(denials(validate(world, RequestSketch.delete(template)))).hasSize(1);
    assertThat(world.asked()).containsExactly("users of template tenant42/a");
  }

  @Test
  void allowsTheDeletionOfATemplateWhoseUserLeftWhileNobodyWatched() {
    K0rdentObject template = ObjectSketch.serviceTemplate("tenant42/a");
    FakeCluster world =
        new FakeCluster().has(template).caches(ON_A).unwatched(Kind.CLUSTER_DEPLOYMENT);

    assertThat(validate(world, RequestSketch.delete(template))).isEqualTo(Verdict.allowed());
  }

  @Test
  void warnsOfTemplatesThatWentWhileNobodyWatchedThem() {
    FakeCluster world =
        new FakeCluster()
            .caches(
                ObjectSketch.serviceTemplate("tenant42/a"),
                ObjectSketch.serviceTemplate("tenant42/b"),
                ObjectSketch.serviceTemplate("tenant42/c"))
            .unwatched(Kind.SERVICE_TEMPLATE);

    assertThat(validate(world, RequestSketch.create(CHAIN)).warnings()).hasSize(1);
  }

  @Test
  void allowsAStepOfAChainThatTheCacheHasNotSeenYet() {
    FakeCluster world = new FakeCluster().stores(CHAIN);

    assertThat(validate(world, RequestSketch.update(ON_A, ON_B))).isEqualTo(Verdict.allowed());
  }

  @Test
  void deniesAStepOfAChainThatNeitherCacheNorApiServerKnows() {
    FakeCluster world = new FakeCluster();

    assertThat(denials(validate(world, RequestSketch.update(ON_A, ON_B))))
        .containsExactly(
            MOVE
                + "does not exist; apply it first, in a commit of its own [service-follows-chain]");
  }

  @Test
  void allowsAStepThatOnlyTheNewVersionOfAChainHas() {
    FakeCluster world = new FakeCluster().caches(CHAIN_WITHOUT_EDGES).stores(CHAIN);

    assertThat(validate(world, RequestSketch.update(ON_A, ON_B))).isEqualTo(Verdict.allowed());
  }

  @Test
  void deniesByWhatItReadThoughTheCacheNamesAnotherReason() {
    FakeCluster world = new FakeCluster().stores(CHAIN_WITHOUT_EDGES);

    assertThat(denials(validate(world, RequestSketch.update(ON_A, ON_B))))
        .containsExactly(MOVE + "leads nowhere from a [service-follows-chain]");
  }

  @Test
  void warnsNotOfAChainThatTheCacheHasNotSeenYet() {
    FakeCluster world = new FakeCluster().stores(CHAIN);

    assertThat(validate(world, RequestSketch.create(ON_A))).isEqualTo(Verdict.allowed());
  }

  @Test
  void warnsOfAChainThatIsMissing() {
    Verdict verdict = validate(new FakeCluster(), RequestSketch.create(ON_A));

    assertThat(verdict.isAllowed()).isTrue();
    assertThat(verdict.warnings())
        .containsExactly(
            "service web/ingress with template a names ServiceTemplateChain"
                + " tenant42/ingress-chain, which does not exist [service-chain-exists]");
  }

  @Test
  void allowsATemplateThatOnlyTheNewVersionOfAChainLists() {
    FakeCluster world =
        new FakeCluster().caches(ObjectSketch.chain("tenant42/ingress-chain", "x")).stores(CHAIN);

    assertThat(validate(world, RequestSketch.create(ON_A))).isEqualTo(Verdict.allowed());
  }

  @Test
  void deniesATemplateThatTheChainDoesNotList() {
    FakeCluster world = new FakeCluster().has(ObjectSketch.chain("tenant42/ingress-chain", "x"));

    assertThat(denials(validate(world, RequestSketch.create(ON_A))))
        .containsExactly(
            "service web/ingress has template a, which ServiceTemplateChain tenant42/ingress-chain"
                + " does not list; it lists x [service-fits-chain]");
  }

  @Test
  void warnsNotOfTemplatesThatTheCacheHasNotSeenYet() {
    FakeCluster world =
        new FakeCluster()
            .stores(
                ObjectSketch.serviceTemplate("tenant42/a"),
                ObjectSketch.serviceTemplate("tenant42/b"),
                ObjectSketch.serviceTemplate("tenant42/c"));

    assertThat(validate(world, RequestSketch.create(CHAIN))).isEqualTo(Verdict.allowed());
    assertThat(world.asked()).containsExactly("templates tenant42");
  }

  @Test
  void warnsOfTemplatesThatAreMissing() {
    FakeCluster world = new FakeCluster().stores(ObjectSketch.serviceTemplate("tenant42/a"));

    assertThat(validate(world, RequestSketch.create(CHAIN)).warnings())
        .containsExactly(
            "namespace tenant42 has no ServiceTemplate b, c, named by ServiceTemplateChain"
                + " tenant42/ingress-chain [chain-templates-exist]");
  }

  @Test
  void allowsToDeleteAChainWhoseUsersAreGoneAlthoughTheCacheStillHasThem() {
    FakeCluster world = new FakeCluster().has(CHAIN).caches(ON_A);

    assertThat(validate(world, RequestSketch.delete(CHAIN))).isEqualTo(Verdict.allowed());
  }

  @Test
  void deniesToDeleteAChainInUse() {
    FakeCluster world = new FakeCluster().has(CHAIN, ON_A);

    assertThat(denials(validate(world, RequestSketch.delete(CHAIN))))
        .containsExactly(
            "ServiceTemplateChain tenant42/ingress-chain is in use by ClusterDeployment"
                + " tenant42/prod-eu; name another templateChain there first, and remove the chain"
                + " in a later commit than that [chain-is-unused]");
  }

  @Test
  void deniesToDeleteAChainInUseAsPartOfACollection() {
    FakeCluster world = new FakeCluster().has(CHAIN, ON_A);

    assertThat(validate(world, RequestSketch.unnamed(RequestSketch.delete(CHAIN))).isAllowed())
        .isFalse();
  }

  @Test
  void allowsToDeleteAChainWhoseOnlyUserIsBeingDeleted() {
    FakeCluster world = new FakeCluster().has(CHAIN, ObjectSketch.deleting(ON_A));

    assertThat(validate(world, RequestSketch.delete(CHAIN))).isEqualTo(Verdict.allowed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "system:serviceaccount:kube-system:namespace-controller",
        "system:serviceaccount:kube-system:generic-garbage-collector",
        "system:kube-controller-manager"
      })
  void allowsKubernetesOwnCleanUpToDeleteAChainInUse(String cleaner) {
    FakeCluster world = new FakeCluster().has(CHAIN, ON_A);

    assertThat(validate(world, RequestSketch.by(cleaner, List.of(), RequestSketch.delete(CHAIN))))
        .isEqualTo(Verdict.allowed());
  }

  @Test
  void deniesK0rdentsOwnControllerToDeleteAChainInUse() {
    FakeCluster world = new FakeCluster().has(CHAIN, ON_A);
    String k0rdent = "system:serviceaccount:kcm-system:kcm-controller-manager";

    assertThat(
            validate(world, RequestSketch.by(k0rdent, List.of(), RequestSketch.delete(CHAIN)))
                .isAllowed())
        .isFalse();
  }

  @Test
  void takesAChainOnItsWayOutForMissingAndSaysSo() {
    K0rdentObject leaving = ObjectSketch.deleting(CHAIN);
    FakeCluster world = new FakeCluster().has(leaving);

    assertThat(denials(validate(world, RequestSketch.update(ON_A, ON_B))))
        .containsExactly(MOVE + "is on its way out: it is being deleted [service-follows-chain]");
    assertThat(validate(world, RequestSketch.create(ON_A)).warnings())
        .containsExactly(
            "service web/ingress with template a names ServiceTemplateChain"
                + " tenant42/ingress-chain, which is on its way out: it is being deleted"
                + " [service-chain-exists]");
    assertThat(validate(world, RequestSketch.create(cluster("x", "ingress-chain"))).isAllowed())
        .isTrue();
  }

  @Test
  void keepsTheSpecOfAChainOnItsWayOut() {
    K0rdentObject before = ObjectSketch.deleting(withSpec(CHAIN, Map.of("a", 1)));
    K0rdentObject after = ObjectSketch.deleting(withSpec(CHAIN, Map.of("a", 2)));

    assertThat(validate(new FakeCluster(), RequestSketch.update(before, after)).denials())
        .extracting(denial -> denial.rule().id())
        .containsExactly("chain-is-immutable");
    assertThat(validate(new FakeCluster(), RequestSketch.update(before, before)))
        .isEqualTo(Verdict.allowed());
  }

  private static K0rdentObject withSpec(K0rdentObject chain, Object spec) {
    return new K0rdentObject(
        chain.apiVersion(),
        chain.kind(),
        chain.metadata(),
        chain.services(),
        chain.published(),
        chain.templates(),
        ClusterSelector.NONE,
        "",
        Optional.of(spec));
  }

  @Test
  void looksForTheChainsOfAFleetInTheSystemNamespace() {
    Service onA = service("a", "ingress-chain");
    Service onB = service("b", "ingress-chain");
    AdmissionRequest step =
        RequestSketch.update(
            ObjectSketch.multiClusterService("fleet", onA),
            ObjectSketch.multiClusterService("fleet", onB));
    K0rdentObject systemChain = ObjectSketch.chain("kcm-system/ingress-chain", "a → b", "b");

    assertThat(validate(new FakeCluster().has(systemChain), step)).isEqualTo(Verdict.allowed());
    assertThat(denials(validate(new FakeCluster().has(CHAIN), step)))
        .containsExactly(
            "service web/ingress can't be upgraded from a to b: ServiceTemplateChain"
                + " kcm-system/ingress-chain does not exist; apply it first, in a commit of its own"
                + " [service-follows-chain]");
  }

  @Test
  void judgesByTheCacheWhatItCannotRead() {
    assertThat(
            denials(
                validate(
                    new FakeCluster().caches(CHAIN).failing(), RequestSketch.update(ON_B, ON_A))))
        .containsExactly(
            "service web/ingress can't be upgraded from b to a: ServiceTemplateChain"
                + " tenant42/ingress-chain leads from b to c [service-follows-chain]");
  }

  @Test
  void deniesAChangedTemplateWhoseChainIsNeitherKnownNorReadable() {
    assertThat(denials(validate(new FakeCluster().failing(), RequestSketch.update(ON_A, ON_B))))
        .containsExactly(MOVE + "could not be read in time; try again [service-follows-chain]");
  }

  @Test
  void judgesByWhatItReadOfAChainForWhichTheCacheHasNoRoom() {
    FakeCluster world = FakeCluster.withoutRoomForChains().has(CHAIN);

    assertThat(validate(world, RequestSketch.update(ON_A, ON_B))).isEqualTo(Verdict.allowed());
    assertThat(denials(validate(world, RequestSketch.update(ON_B, ON_A))))
        .containsExactly(
            "service web/ingress can't be upgraded from b to a: ServiceTemplateChain"
                + " tenant42/ingress-chain leads from b to c [service-follows-chain]");
    assertThat(world.asked())
        .containsExactly("chain tenant42/ingress-chain", "chain tenant42/ingress-chain");
  }

  @Test
  void deniesAVersionThatOnlyAChainForbidsForWhichTheCacheHasNoRoom() {
    AdmissionRequest edit = RequestSketch.update(ON_A, ON_A_AT_VERSION_B);

    assertThat(denials(validate(FakeCluster.withoutRoomForChains().has(CHAIN, TEMPLATE), edit)))
        .singleElement()
        .asString()
        .endsWith("[service-version-fits]");
    assertThat(
            validate(FakeCluster.withoutRoomForChains().has(CHAIN_WITHOUT_EDGES, TEMPLATE), edit))
        .isEqualTo(Verdict.allowed());
  }

  @Test
  void deniesAChangedTemplateWhoseChainIsKnownByNameAndCannotBeRead() {
    FakeCluster world = FakeCluster.withoutRoomForChains().has(CHAIN).failing();

    assertThat(denials(validate(world, RequestSketch.update(ON_A, ON_B))))
        .containsExactly(MOVE + "could not be read in time; try again [service-follows-chain]");
  }

  @Test
  void allowsWhatTheCacheLearnsWhileTheChainCannotBeRead() {
    FakeCluster world = new FakeCluster().failing();
    world.beforeEachRead(() -> world.caches(CHAIN));

    assertThat(validate(world, RequestSketch.update(ON_A, ON_B))).isEqualTo(Verdict.allowed());
  }

  @Test
  void staysSilentWhereAWarningCannotBeChecked() {
    assertThat(validate(new FakeCluster().failing(), RequestSketch.create(ON_A)))
        .isEqualTo(Verdict.allowed());
  }

  @Test
  void waitsNoLongerThanTheCallerDoes() {
    Verdict verdict =
        judge(new FakeCluster().silent(), Mode.ENFORCE)
            .validate(RequestSketch.update(ON_A, ON_B), () -> 1)
            .join();

    assertThat(verdict.isAllowed()).isFalse();
  }

  @Test
  void readsAChainOnceHoweverManyServicesNameIt() {
    FakeCluster world = new FakeCluster().has(CHAIN);
    Service[] before = new Service[20];
    Service[] after = new Service[20];
    for (int i = 0; i < before.length; i++) {
      before[i] = new Service("web", "ingress-" + i, "b", "ingress-chain");
      after[i] = new Service("web", "ingress-" + i, "a", "ingress-chain");
    }

    Verdict verdict =
        validate(
            world,
            RequestSketch.update(
                ObjectSketch.clusterDeployment("tenant42/prod-eu", before),
                ObjectSketch.clusterDeployment("tenant42/prod-eu", after)));

    assertThat(verdict.denials()).hasSize(20);
    assertThat(world.asked()).containsExactly("chain tenant42/ingress-chain");
  }

  @Test
  void deniesNothingOnACacheThatMovesWhileAnotherChainIsRead() {
    K0rdentObject late = ObjectSketch.chain("tenant42/late-chain", "x → y", "y");
    FakeCluster world = new FakeCluster().has(CHAIN).stores(late);
    world.beforeEachRead(() -> world.forgets(CHAIN));
    AdmissionRequest both =
        RequestSketch.update(
            ObjectSketch.clusterDeployment(
                "tenant42/prod-eu",
                service("a", "ingress-chain"),
                new Service("web", "late", "x", "late-chain")),
            ObjectSketch.clusterDeployment(
                "tenant42/prod-eu",
                service("b", "ingress-chain"),
                new Service("web", "late", "y", "late-chain")));

    assertThat(validate(world, both)).isEqualTo(Verdict.allowed());
  }

  @Test
  void leavesAnUnchangedServiceAloneThoughItsChainIsGone() {
    FakeCluster world = new FakeCluster();

    assertThat(validate(world, RequestSketch.update(ON_A, ON_A))).isEqualTo(Verdict.allowed());
    assertThat(world.asked()).isEmpty();
  }

  @Test
  void neverBlocksAnObjectOnItsWayOut() {
    FakeCluster world = new FakeCluster().has(CHAIN);

    assertThat(validate(world, RequestSketch.update(ON_B, ObjectSketch.deleting(ON_A))))
        .isEqualTo(Verdict.allowed());
    assertThat(validate(world, RequestSketch.update(ON_B, ON_A)).isAllowed()).isFalse();
  }

  @Test
  void allowsToDeleteAClusterDeployment() {
    assertThat(validate(new FakeCluster().has(CHAIN), RequestSketch.delete(ON_A)))
        .isEqualTo(Verdict.allowed());
  }

  @Test
  void saysOfAnUnknownKindThatItIsNotJudged() {
    assertThat(
            validate(
                new FakeCluster(),
                RequestSketch.ofKind("ClusterTemplate", RequestSketch.create(ON_A))))
        .isEqualTo(
            Verdict.allowed(
                "Pathgate does not judge ClusterTemplate.k0rdent.mirantis.com: its webhook is"
                    + " registered too widely"));
    assertThat(validate(new FakeCluster(), RequestSketch.create(TEMPLATE)))
        .isEqualTo(Verdict.allowed());
  }

  @Test
  void asksForAPathWhereANamespaceIsSpelledOutBefore14() {
    K0rdentObject bare =
        ObjectSketch.clusterDeployment(
            "tenant42/prod-eu", new Service("", "ingress", "c", "ingress-chain"));
    FakeCluster old = new FakeCluster().has(CHAIN).telling(ServiceIdentity.NAMESPACE_OPTIONAL);

    for (String namespace : List.of("ingress", "default")) {
      assertThat(validate(old, RequestSketch.update(bare, in(namespace, "a"))).isAllowed())
          .isFalse();
      assertThat(validate(old, RequestSketch.update(bare, in(namespace, "c"))).isAllowed())
          .isTrue();
      assertThat(validate(old, RequestSketch.update(in(namespace, "c"), bare)).isAllowed())
          .isTrue();
    }
    assertThat(validate(old, RequestSketch.update(bare, in("web", "a"))).isAllowed()).isTrue();
  }

  private static K0rdentObject in(String namespace, String template) {
    return ObjectSketch.clusterDeployment(
        "tenant42/prod-eu", new Service(namespace, "ingress", template, "ingress-chain"));
  }

  @Test
  void keepsTheSpecOfATemplate() {
    K0rdentObject before = withSpec(TEMPLATE, "one");
    K0rdentObject after = withSpec(TEMPLATE, "another");

    assertThat(denials(validate(new FakeCluster(), RequestSketch.update(before, after))))
        .containsExactly(
            "spec stays as created: create another ServiceTemplate beside tenant42/a and let a"
                + " ServiceTemplateChain lead to it [template-is-immutable]");
    assertThat(validate(new FakeCluster(), RequestSketch.update(before, before)))
        .isEqualTo(Verdict.allowed());
  }

  @Test
  void deniesToDeleteATemplateInUseAfterItReadOneUser() {
    FakeCluster world = new FakeCluster().has(TEMPLATE, ON_A);

    assertThat(denials(validate(world, RequestSketch.unnamed(RequestSketch.delete(TEMPLATE)))))
        .containsExactly(
            "ServiceTemplate tenant42/a is in use by ClusterDeployment tenant42/prod-eu; move their"
                + " services to another template first, and delete it in a later commit than that"
                + " [template-is-unused]");
    assertThat(world.asked())
        .containsExactly("use of template tenant42/a by ClusterDeployment tenant42/prod-eu");
  }

  @Test
  void allowsToDeleteATemplateWhoseUsersAreGoneOrGoing() {
    FakeCluster stale = new FakeCluster().has(TEMPLATE).caches(ON_A).stores(ON_B);
    FakeCluster going = new FakeCluster().has(TEMPLATE, ObjectSketch.deleting(ON_A));
    FakeCluster used = new FakeCluster().has(TEMPLATE, ON_A);

    assertThat(validate(stale, RequestSketch.delete(TEMPLATE))).isEqualTo(Verdict.allowed());
    assertThat(validate(going, RequestSketch.delete(TEMPLATE))).isEqualTo(Verdict.allowed());
    assertThat(
            validate(
                used,
                RequestSketch.by(
                    "system:serviceaccount:kube-system:namespace-controller",
                    List.of(),
                    RequestSketch.delete(TEMPLATE))))
        .isEqualTo(Verdict.allowed());
  }

  @Test
  void looksForTheTemplatesOfAFleetInTheSystemNamespace() {
    K0rdentObject fleet = ObjectSketch.multiClusterService("fleet", service("a", ""));
    FakeCluster world = new FakeCluster().has(fleet);

    assertThat(
            validate(world, RequestSketch.delete(ObjectSketch.serviceTemplate("kcm-system/a")))
                .isAllowed())
        .isFalse();
    assertThat(validate(world, RequestSketch.delete(TEMPLATE)).isAllowed()).isTrue();
  }

  @Test
  void readsChainAndTemplateBeforeItDeniesAVersion() {
    FakeCluster world = new FakeCluster().has(CHAIN, TEMPLATE);

    assertThat(denials(validate(world, RequestSketch.update(ON_A, ON_A_AT_VERSION_B))))
        .containsExactly(
            "service web/ingress has version b, which ServiceTemplateChain tenant42/ingress-chain"
                + " gives to template b and not to a: k0rdent would deploy b; leave version out or"
                + " set it to a [service-version-fits]");
    assertThat(world.asked())
        .containsExactlyInAnyOrder("chain tenant42/ingress-chain", "template tenant42/a");
  }

  /** The chain that was read first settles one rule and raises the question of the next. */
  @Test
  void readsTheTemplateThatOnlyTheNewVersionOfTheChainAsksFor() {
    AdmissionRequest step =
        RequestSketch.update(
            ON_A,
            ObjectSketch.clusterDeployment(
                "tenant42/prod-eu",
                new Service("web", "ingress", "b", "ingress-chain", "c", false)));
    K0rdentObject ofVersionB = ObjectSketch.serviceTemplate("tenant42/b");
    K0rdentObject ofVersionC =
        new K0rdentObject(
            ofVersionB.apiVersion(),
            ofVersionB.kind(),
            ofVersionB.metadata(),
            List.of(),
            List.of(),
            List.of(),
            ClusterSelector.NONE,
            "c",
            Optional.empty());

    assertThat(validate(staleBeside(ofVersionC), step)).isEqualTo(Verdict.allowed());
    assertThat(denials(validate(staleBeside(ofVersionB), step)))
        .singleElement()
        .asString()
        .endsWith("[service-version-fits]");
  }

  private static FakeCluster staleBeside(K0rdentObject template) {
    return new FakeCluster()
        .caches(ObjectSketch.chain("tenant42/ingress-chain", "a", "b"))
        .stores(CHAIN, template);
  }

  @Test
  void tellsOfAServiceThatTakesThePlaceOfAnotherWithoutAPath() {
    K0rdentObject renamed =
        ObjectSketch.clusterDeployment(
            "tenant42/prod-eu", new Service("web", "ingress-2", "c", "ingress-chain"));
    K0rdentObject elsewhere =
        ObjectSketch.clusterDeployment(
            "tenant42/prod-eu", new Service("other", "dns", "c", "ingress-chain"));
    FakeCluster world = new FakeCluster().has(CHAIN);

    Verdict verdict = validate(world, RequestSketch.update(ON_A, renamed));

    assertThat(verdict.warnings())
        .containsExactly(
            "service web/ingress-2 with template c takes the place of web/ingress with template a:"
                + " no path was asked for");
    assertThat(AuditAnnotations.of(verdict))
        .isEqualTo(Map.of("replaced", "web/ingress:a>web/ingress-2:c"));
    assertThat(validate(world, RequestSketch.update(ON_A, elsewhere))).isEqualTo(Verdict.allowed());
  }

  @Test
  void answersAtOnceWhereNothingIsWaitedFor() {
    FakeCluster world = new FakeCluster().has(CHAIN);

    assertThat(judge(world, Mode.ENFORCE).validate(RequestSketch.update(ON_B, ON_A), () -> 10_000))
        .isCompletedWithValueMatching(verdict -> !verdict.isAllowed());
  }

  @Test
  void takesNoneOfSeveralForTheSuccessorOfOneThatGoes() {
    Service first = new Service("web", "dns", "b", "ingress-chain");
    Service second = new Service("web", "certs", "c", "ingress-chain");
    K0rdentObject two = ObjectSketch.clusterDeployment("tenant42/prod-eu", first, second);

    assertThat(validate(new FakeCluster().has(CHAIN), RequestSketch.update(ON_A, two)))
        .isEqualTo(Verdict.allowed());
  }

  @Test
  void givesNoWarningBesidesToAServiceThatTakesAPlaceAndIsRefused() {
    K0rdentObject renamed =
        ObjectSketch.clusterDeployment(
            "tenant42/prod-eu", new Service("web", "ingress-2", "nowhere", "ingress-chain"));

    Verdict verdict = validate(new FakeCluster().has(CHAIN), RequestSketch.update(ON_A, renamed));

    assertThat(verdict.denials())
        .extracting(finding -> finding.rule().id())
        .containsExactly("service-fits-chain");
    assertThat(verdict.warnings()).isEmpty();
    assertThat(AuditAnnotations.of(verdict)).doesNotContainKey("replaced");
  }

  @ParameterizedTest
  @ValueSource(strings = {"spec Is  immutable", "an immutable\tfield", "is immutable field"})
  void neverSaysTheWordsOnWhichFluxDeletes(String template) {
    FakeCluster world =
        new FakeCluster()
            .has(ObjectSketch.chain("tenant42/ingress-chain", "a → " + template, template, "b"));

    AdmissionRequest step = RequestSketch.update(ON_A, ON_B);
    String answer = new String(ReviewWriter.write(step, validate(world, step)), UTF_8);
    Verdict trial = judge(world, Mode.WARN).validate(step, () -> 10_000).join();

    assertThat(answer).containsPattern("leads .* to .*(?i)immutable");
    assertThat(answer.toLowerCase(Locale.ROOT)).doesNotContain(FLUX_DELETES_ON);
    assertThat(trial.warnings().toString().toLowerCase(Locale.ROOT))
        .doesNotContain(FLUX_DELETES_ON);
  }

  @Test
  void turnsDenialsIntoWarningsInModeWarn() {
    FakeCluster world = new FakeCluster().has(CHAIN);

    Verdict verdict =
        judge(world, Mode.WARN).validate(RequestSketch.update(ON_B, ON_A), () -> 10_000).join();

    assertThat(verdict.isAllowed()).isTrue();
    assertThat(verdict.warnings())
        .containsExactly(
            "would be refused once enforced: service web/ingress can't be upgraded from b to a:"
                + " ServiceTemplateChain tenant42/ingress-chain leads from b to c"
                + " [service-follows-chain]");
    assertThat(verdict.downgraded()).hasSize(1);
  }

  @Test
  void liftsAPathDenialForAMemberOfAnExemptGroup() {
    FakeCluster world = new FakeCluster().has(CHAIN);

    Verdict verdict =
        validate(
            world,
            RequestSketch.by(
                "eve", List.of("on-call"), RequestSketch.update(ON_B, exempt(ON_A, "outage"))));

    assertThat(verdict.isAllowed()).isTrue();
    assertThat(verdict.warnings())
        .singleElement()
        .asString()
        .startsWith("exempted: service web/ingress can't be upgraded from ");
    assertThat(verdict.exempt()).contains("eve: outage");
  }

  @Test
  void liftsNothingByAReasonThatAnEarlierEditGave() {
    FakeCluster world = new FakeCluster().has(CHAIN);
    K0rdentObject armed = exempt(ON_B, "outage");

    Verdict again =
        validate(
            world,
            RequestSketch.by(
                "eve", List.of("on-call"), RequestSketch.update(armed, exempt(ON_A, "outage"))));
    Verdict anew =
        validate(
            world,
            RequestSketch.by(
                "eve", List.of("on-call"), RequestSketch.update(armed, exempt(ON_A, "outage 2"))));

    assertThat(again.isAllowed()).isFalse();
    assertThat(again.warnings())
        .containsExactly(
            "annotation pathgate.dev/exempt of ClusterDeployment tenant42/prod-eu has no effect:"
                + " this edit does not give its reason anew, and one reason lifts one edit");
    assertThat(anew.isAllowed()).isTrue();
    assertThat(anew.exempt()).contains("eve: outage 2");
  }

  @Test
  void tellsAnyoneElseThatTheExemptionHasNoEffect() {
    FakeCluster world = new FakeCluster().has(CHAIN);

    Verdict verdict =
        validate(
            world,
            RequestSketch.by(
                "eve", List.of("devs"), RequestSketch.update(ON_B, exempt(ON_A, "outage"))));

    assertThat(verdict.isAllowed()).isFalse();
    assertThat(verdict.warnings())
        .containsExactly(
            "annotation pathgate.dev/exempt of ClusterDeployment tenant42/prod-eu has no effect:"
                + " user eve is in no group of pathgate.exempt.groups");
    assertThat(verdict.exempt()).isEmpty();
  }

  @Test
  void liftsNoDenialThatIsNotAboutPaths() {
    Service twice = service("a", "ingress-chain");
    K0rdentObject doubled = ObjectSketch.clusterDeployment("tenant42/prod-eu", twice, twice);

    Verdict verdict =
        validate(
            new FakeCluster().has(CHAIN),
            RequestSketch.by(
                "eve", List.of("on-call"), RequestSketch.update(ON_A, exempt(doubled, "outage"))));

    assertThat(verdict.denials())
        .extracting(finding -> finding.rule().id())
        .containsExactly("service-listed-once");
    assertThat(verdict.exempt()).isEmpty();
  }

  @Test
  void givesNoWarningBesidesToAServiceThatIsRefusedAndExempted() {
    Service moved = service("c", "ingress-chain");
    K0rdentObject doubled =
        ObjectSketch.clusterDeployment(
            "tenant42/prod-eu", moved, service("nowhere", "ingress-chain"));

    Verdict verdict =
        validate(
            new FakeCluster().has(CHAIN),
            RequestSketch.by(
                "eve", List.of("on-call"), RequestSketch.update(ON_A, exempt(doubled, "outage"))));

    assertThat(verdict.denials())
        .extracting(finding -> finding.rule().id())
        .containsExactly("service-listed-once");
    assertThat(verdict.warnings()).isEmpty();
  }

  @Test
  void tellsAnyoneElseAtOnceWhenTheyAddTheAnnotation() {
    Verdict verdict =
        validate(
            new FakeCluster().has(CHAIN),
            RequestSketch.by(
                "eve", List.of("devs"), RequestSketch.update(ON_A, exempt(ON_A, "outage"))));

    assertThat(verdict.isAllowed()).isTrue();
    assertThat(verdict.warnings()).hasSize(1);
  }

  @Test
  void saysNothingOfAnAnnotationThatWasThereBefore() {
    K0rdentObject exempt = exempt(ON_A, "outage");

    Verdict verdict =
        validate(
            new FakeCluster().has(CHAIN),
            RequestSketch.by("eve", List.of("devs"), RequestSketch.update(exempt, exempt)));

    assertThat(verdict.warnings()).isEmpty();
  }

  @Test
  void exemptsNobodyWithoutAReason() {
    Verdict verdict =
        validate(
            new FakeCluster().has(CHAIN),
            RequestSketch.by(
                "eve", List.of("on-call"), RequestSketch.update(ON_B, exempt(ON_A, " "))));

    assertThat(verdict.isAllowed()).isFalse();
    assertThat(verdict.warnings())
        .containsExactly(
            "annotation pathgate.dev/exempt of ClusterDeployment tenant42/prod-eu has no effect:"
                + " it gives no reason");
  }

  @Test
  void recordsNoExemptionOfARequestThatIsRefusedAllTheSame() {
    Service moved = new Service("web", "ingress", "nowhere", "ingress-chain");
    Service extra = new Service("web", "extra", "a", "ingress-chain");
    K0rdentObject after = ObjectSketch.clusterDeployment("tenant42/prod-eu", moved, extra, extra);

    Verdict verdict =
        validate(
            new FakeCluster().has(CHAIN),
            RequestSketch.by(
                "eve", List.of("on-call"), RequestSketch.update(ON_A, exempt(after, "outage"))));

    assertThat(verdict.denials())
        .extracting(finding -> finding.rule().id())
        .containsExactly("service-listed-once");
    assertThat(verdict.exempt()).isEmpty();
  }

  @Test
  void asksWhoUsesAChainBeforeTheCacheWasFilled() {
    FakeCluster used = new FakeCluster().stores(CHAIN, ON_A).unread();
    FakeCluster unused = new FakeCluster().stores(CHAIN).unread();

    assertThat(denials(validate(used, RequestSketch.delete(CHAIN))))
        .singleElement()
        .asString()
        .contains("is in use by ClusterDeployment tenant42/prod-eu");
    assertThat(validate(unused, RequestSketch.delete(CHAIN)).isAllowed()).isTrue();
    assertThat(denials(validate(used, RequestSketch.update(ON_B, ON_A))))
        .singleElement()
        .asString()
        .contains("leads from b to c");
  }

  @Test
  void letsNothingGoWhoseUsersTheApiServerDoesNotTell() {
    FakeCluster knowsNoUser = new FakeCluster().caches(CHAIN).failing();
    FakeCluster knowsAUser = new FakeCluster().caches(CHAIN, ON_A).failing();
    String untold =
        "who uses ServiceTemplateChain tenant42/ingress-chain could not be read in time; try again"
            + " [chain-is-unused]";

    assertThat(denials(validate(knowsNoUser, RequestSketch.delete(CHAIN)))).containsExactly(untold);
    assertThat(denials(validate(knowsAUser, RequestSketch.delete(CHAIN))))
        .singleElement()
        .asString()
        .contains("is in use by ClusterDeployment tenant42/prod-eu");
    assertThat(denials(validate(knowsNoUser, RequestSketch.delete(TEMPLATE))))
        .containsExactly(
            "who uses ServiceTemplate tenant42/a could not be read in time; try again"
                + " [template-is-unused]");
    Verdict trial =
        judge(knowsNoUser, Mode.WARN).validate(RequestSketch.delete(CHAIN), () -> 10_000).join();
    assertThat(trial.isAllowed()).as("a trial refuses nothing").isTrue();
    assertThat(trial.warnings()).containsExactly("would be refused once enforced: " + untold);
  }

  @Test
  void countsARefusalUnderTheRuleThatRefuses() {
    Service chainless = new Service("web", "dns", "a", "");
    K0rdentObject moved =
        ObjectSketch.clusterDeployment(
            "tenant42/prod-eu", chainless, service("a", "ingress-chain"));
    FakeCluster world = new FakeCluster().has(CHAIN);

    assertThat(validate(world, RequestSketch.update(ON_B, moved)).rule())
        .isEqualTo("service-follows-chain");
    assertThat(validate(world, RequestSketch.update(ON_A, moved)).rule())
        .isEqualTo("service-has-chain");
  }

  private static K0rdentObject cluster(String template, String chain) {
    return ObjectSketch.clusterDeployment("tenant42/prod-eu", service(template, chain));
  }

  private static Service service(String template, String chain) {
    return new Service("web", "ingress", template, chain);
  }

  private static K0rdentObject exempt(K0rdentObject object, String reason) {
    K0rdentObject.Metadata metadata = object.metadata();
    return object.with(
        new K0rdentObject.Metadata(
            metadata.namespace(),
            metadata.name(),
            metadata.resourceVersion(),
            false,
            false,
            false,
            Optional.of(reason)));
  }

  private static List<String> denials(Verdict verdict) {
    return verdict.denials().stream().map(Finding::message).toList();
  }

  private static Verdict validate(FakeCluster world, AdmissionRequest request) {
    return judge(world, Mode.ENFORCE).validate(request, () -> 10_000).join();
  }

  private static Judge judge(FakeCluster world, Mode mode) {
    return new Judge(
        world,
        new Rulebook(Map.of(), new PathPolicy(Steps.ANY, ChainSwitch.TOGETHER), "kcm-system"),
        new Edits("kcm-system"),
        mode,
        Set.of("on-call"));
  }
}
