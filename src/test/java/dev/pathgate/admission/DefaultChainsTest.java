package dev.pathgate.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.Settings;
import dev.pathgate.cluster.FakeCluster;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectSketch;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.Rulebook;
import dev.pathgate.rule.Service;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DefaultChainsTest {
  private static final K0rdentObject DEFAULT =
      ObjectSketch.defaultChain("tenant42/ingress-chain", "a → b", "b");
  private static final Service CHAINLESS = new Service("web", "ingress", "a", "");
  private static final Service CHAINED = new Service("web", "dns", "a", "dns-chain");

  @Test
  void givesANewServiceTheDefaultChainThatListsItsTemplate() {
    Verdict verdict = mutate(new FakeCluster().has(DEFAULT), create(CHAINED, CHAINLESS));

    assertThat(verdict.patch()).containsExactly(new Verdict.AddedChain(1, "ingress-chain"));
    assertThat(verdict.warnings()).isEmpty();
  }

  @Test
  void givesNothingWhereNoDefaultChainListsTheTemplate() {
    FakeCluster world =
        new FakeCluster().has(ObjectSketch.defaultChain("tenant42/ingress-chain", "x → a"));

    assertThat(mutate(world, create(CHAINLESS))).isEqualTo(Verdict.allowed());
  }

  @Test
  void givesADefaultChainForWhichTheCacheHasNoRoom() {
    FakeCluster world = FakeCluster.withoutRoomForChains();

    assertThat(mutate(world.has(DEFAULT), create(CHAINLESS)).patch()).hasSize(1);
    assertThat(
            mutate(
                FakeCluster.withoutRoomForChains()
                    .has(ObjectSketch.defaultChain("tenant42/ingress-chain", "x → a")),
                create(CHAINLESS)))
        .isEqualTo(Verdict.allowed());
  }

  @Test
  void givesNothingOfAChainThatIsNoDefault() {
    FakeCluster world = new FakeCluster().has(ObjectSketch.chain("tenant42/ingress-chain", "a"));

    assertThat(mutate(world, create(CHAINLESS))).isEqualTo(Verdict.allowed());
  }

  @Test
  void givesNothingOfAnotherNamespace() {
    FakeCluster world =
        new FakeCluster().has(ObjectSketch.defaultChain("kcm-system/ingress-chain", "a"));

    assertThat(mutate(world, create(CHAINLESS))).isEqualTo(Verdict.allowed());
  }

  @Test
  void givesAFleetTheDefaultChainOfTheSystemNamespace() {
    FakeCluster world =
        new FakeCluster().has(ObjectSketch.defaultChain("kcm-system/ingress-chain", "a"));
    AdmissionRequest fleet =
        RequestSketch.create(ObjectSketch.multiClusterService("fleet", CHAINLESS));

    assertThat(mutate(world, fleet).patch())
        .containsExactly(new Verdict.AddedChain(0, "ingress-chain"));
  }

  @Test
  void warnsAndGivesNothingWhereSeveralDefaultChainsFit() {
    FakeCluster world =
        new FakeCluster().has(DEFAULT, ObjectSketch.defaultChain("tenant42/another", "a"));

    assertThat(mutate(world, create(CHAINLESS)))
        .isEqualTo(
            Verdict.allowed(
                "service web/ingress gets no default templateChain: more than one lists a:"
                    + " tenant42/another, tenant42/ingress-chain"));
  }

  @Test
  void givesTheOnlyOneOfSeveralDefaultChainsThatFits() {
    FakeCluster world =
        new FakeCluster().has(DEFAULT, ObjectSketch.defaultChain("tenant42/another", "x"));

    assertThat(mutate(world, create(CHAINLESS)).patch())
        .containsExactly(new Verdict.AddedChain(0, "ingress-chain"));
  }

  @Test
  void givesNothingOfAChainThatIsNoDefaultAnyMore() {
    FakeCluster world =
        new FakeCluster()
            .caches(DEFAULT)
            .stores(ObjectSketch.chain("tenant42/ingress-chain", "a → b", "b"));

    assertThat(mutate(world, create(CHAINLESS))).isEqualTo(Verdict.allowed());
  }

  @Test
  void givesNothingThatCannotBeRead() {
    assertThat(mutate(new FakeCluster().caches(DEFAULT).failing(), create(CHAINLESS)))
        .isEqualTo(Verdict.allowed());
  }

  /** What tells that a second chain fits may be what could not be read. */
  @Test
  void givesNothingWhereOneOfSeveralThatMayFitCannotBeRead() {
    AtomicInteger reads = new AtomicInteger();
    FakeCluster world =
        new FakeCluster().has(DEFAULT, ObjectSketch.defaultChain("tenant42/other", "x"));
    AdmissionRequest both = create(CHAINLESS, new Service("web", "dns", "x", ""));
    assertThat(mutate(world, both).patch()).hasSize(2);

    world.beforeEachRead(
        () -> {
          if (reads.incrementAndGet() == 2) {
            world.failing();
          }
        });

    assertThat(mutate(world, both)).isEqualTo(Verdict.allowed());
    assertThat(reads).hasValue(2);
  }

  /** Each read is a request, and a namespace may have a thousand default chains. */
  @Test
  void listsTheChainsWhereManyMayFit() {
    FakeCluster world = new FakeCluster();
    Service[] services = new Service[50];
    for (int i = 0; i < services.length; i++) {
      world.has(ObjectSketch.defaultChain("tenant42/chain-" + i, "t" + i));
      services[i] = new Service("web", "s" + i, "t" + i, "");
    }

    assertThat(mutate(world, create(services)).patch()).hasSize(50);
    assertThat(world.asked()).containsExactly("chains tenant42");
  }

  @Test
  void givesOnlyNewServicesOfAnUpdateAChain() {
    Service added = new Service("web", "redis", "b", "");
    AdmissionRequest update = RequestSketch.update(cluster(CHAINLESS), cluster(CHAINLESS, added));

    assertThat(mutate(new FakeCluster().has(DEFAULT), update).patch())
        .containsExactly(new Verdict.AddedChain(1, "ingress-chain"));
  }

  @Test
  void givesNothingToAServiceThatChangesOrLosesItsChain() {
    Service changed = new Service("web", "ingress", "b", "");
    Service unchained = new Service("web", "dns", "a", "");
    AdmissionRequest update =
        RequestSketch.update(cluster(CHAINLESS, CHAINED), cluster(changed, unchained));

    assertThat(mutate(new FakeCluster().has(DEFAULT), update)).isEqualTo(Verdict.allowed());
  }

  @Test
  void givesNothingTwice() {
    Service given = new Service("web", "ingress", "a", "ingress-chain");
    FakeCluster world = new FakeCluster().has(DEFAULT);

    assertThat(mutate(world, create(given))).isEqualTo(Verdict.allowed());
    assertThat(world.asked()).isEmpty();
  }

  @Test
  void givesNothingOnDeletionNorToAnObjectOnItsWayOut() {
    FakeCluster world = new FakeCluster().has(DEFAULT);

    assertThat(mutate(world, RequestSketch.delete(cluster(CHAINLESS))))
        .isEqualTo(Verdict.allowed());
    assertThat(
            mutate(
                world,
                RequestSketch.update(
                    ObjectSketch.deleting(cluster()), ObjectSketch.deleting(cluster(CHAINLESS)))))
        .isEqualTo(Verdict.allowed());
  }

  @Test
  void leavesChainsAsTheyAre() {
    assertThat(mutate(new FakeCluster(), RequestSketch.create(DEFAULT)))
        .isEqualTo(Verdict.allowed());
  }

  @Test
  void saysOfAnotherKindThatItIsNotJudged() {
    AdmissionRequest other = RequestSketch.ofKind("ClusterTemplate", create(CHAINLESS));

    assertThat(mutate(new FakeCluster(), other).warnings())
        .containsExactly(
            "Pathgate does not judge ClusterTemplate.k0rdent.mirantis.com: its webhook is"
                + " registered too widely");
  }

  @Test
  void putsADefaultChainBackThatAnUpdateLeavesOut() {
    Service before = new Service("web", "ingress", "a", "ingress-chain");
    Service after = new Service("web", "ingress", "not-listed", "");
    AdmissionRequest update = RequestSketch.update(cluster(before), cluster(after));

    Verdict verdict = mutate(new FakeCluster().has(DEFAULT), update);

    assertThat(verdict.patch()).containsExactly(new Verdict.AddedChain(0, "ingress-chain"));
    assertThat(verdict.warnings())
        .containsExactly(
            "service web/ingress keeps its default templateChain ingress-chain, which this edit"
                + " leaves out; to take it away, set templateChain: \"\"");
  }

  @Test
  void putsADefaultChainBackThatNoCacheKnowsWhileNobodyWatches() {
    Service before = new Service("web", "ingress", "a", "ingress-chain");
    Service after = new Service("web", "ingress", "a", "");
    AdmissionRequest update = RequestSketch.update(cluster(before), cluster(after));
    FakeCluster blind = new FakeCluster().stores(DEFAULT).unwatched(Kind.SERVICE_TEMPLATE_CHAIN);

    assertThat(mutate(blind, update).patch())
        .containsExactly(new Verdict.AddedChain(0, "ingress-chain"));
    assertThat(mutate(new FakeCluster().unwatched(Kind.SERVICE_TEMPLATE_CHAIN), update).patch())
        .isEmpty();
  }

  @Test
  void putsNoChainBackThatIsTakenAwayOnPurpose() {
    Service before = new Service("web", "ingress", "a", "ingress-chain");
    Service after = new Service("web", "ingress", "a", "", "", false);
    AdmissionRequest update = RequestSketch.update(cluster(before), cluster(after));

    assertThat(mutate(new FakeCluster().has(DEFAULT), update)).isEqualTo(Verdict.allowed());
  }

  @Test
  void putsNoChainBackThatIsNoDefaultOrOnItsWayOut() {
    Service before = new Service("web", "ingress", "a", "ingress-chain");
    AdmissionRequest update =
        RequestSketch.update(cluster(before), cluster(new Service("web", "ingress", "a", "")));
    K0rdentObject plain = ObjectSketch.chain("tenant42/ingress-chain", "a");

    assertThat(mutate(new FakeCluster().has(plain), update)).isEqualTo(Verdict.allowed());
    assertThat(mutate(new FakeCluster().caches(DEFAULT).stores(plain), update).patch()).isEmpty();
    assertThat(mutate(new FakeCluster().has(ObjectSketch.deleting(DEFAULT)), update))
        .isEqualTo(Verdict.allowed());
    assertThat(
            mutate(new FakeCluster().caches(DEFAULT).stores(ObjectSketch.deleting(DEFAULT)), update)
                .patch())
        .isEmpty();
  }

  private static AdmissionRequest create(Service... services) {
    return RequestSketch.create(cluster(services));
  }

  private static K0rdentObject cluster(Service... services) {
    return ObjectSketch.clusterDeployment("tenant42/prod-eu", services);
  }

  private static Verdict mutate(FakeCluster world, AdmissionRequest request) {
    return new Judge(
            world,
            new Rulebook(
                Map.of(),
                new PathPolicy(PathPolicy.Steps.ANY, PathPolicy.ChainSwitch.TOGETHER),
                "kcm-system"),
            new Edits("kcm-system"),
            Settings.Mode.ENFORCE,
            Set.of())
        .mutate(request, () -> 10_000)
        .join();
  }
}
