package dev.pathgate.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.Settings.Mode;
import dev.pathgate.cluster.FakeCluster;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectSketch;
import dev.pathgate.rule.Action;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.PathPolicy.ChainSwitch;
import dev.pathgate.rule.PathPolicy.Steps;
import dev.pathgate.rule.RuleId;
import dev.pathgate.rule.Rulebook;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a verdict makes of the clusters that services run on. */
class JudgeFleetTest {
  private static final K0rdentObject CHAIN =
      ObjectSketch.chain("tenant42/ingress-chain", "a → b", "b → c", "c");
  private static final AdmissionRequest STEP =
      RequestSketch.update(cluster("a", "ingress-chain"), cluster("b", "ingress-chain"));
  private static final String READ = "ServiceSets of ClusterDeployment tenant42/prod-eu";
  private static final String UNSETTLED =
      "service web/ingress moves on before a runs; wait for ServiceSet tenant42/prod-eu"
          + " (Provisioning), or k0rdent skips it [service-is-settled]";

  @Test
  void allowsAStepFromWhatRunsWithoutAskingAnybody() {
    FakeCluster world = new FakeCluster().has(CHAIN).cachesSets(set("Deployed"));

    assertThat(validate(world, STEP)).isEqualTo(Verdict.allowed());
    assertThat(world.asked()).isEmpty();
  }

  @Test
  void warnsOfAStepFromWhatDoesNotRunOnlyAfterItReadTheSets() {
    FakeCluster world =
        new FakeCluster()
            .has(CHAIN)
            .cachesSets(set("Provisioning"))
            .storesSets(set("Provisioning"));

    assertThat(validate(world, STEP).warnings()).containsExactly(UNSETTLED);
    assertThat(world.asked()).containsExactly(READ);
  }

  @Test
  void allowsAStepFromWhatTheCacheHasNotSeenRunYet() {
    FakeCluster world =
        new FakeCluster().has(CHAIN).cachesSets(set("Provisioning")).storesSets(set("Deployed"));

    assertThat(validate(world, STEP)).isEqualTo(Verdict.allowed());
  }

  @Test
  void readsTheSetsWhereTheCacheDoesNotKnowThem() {
    FakeCluster world = new FakeCluster().has(CHAIN).knowsNoSets().storesSets(set("Provisioning"));

    assertThat(validate(world, STEP).warnings()).containsExactly(UNSETTLED);
    assertThat(validate(world.storesSets(), STEP)).isEqualTo(Verdict.allowed());
  }

  @Test
  void saysNothingOfSetsThatCanNotBeRead() {
    FakeCluster world = new FakeCluster().has(CHAIN).cachesSets(set("Provisioning")).failing();

    assertThat(validate(world, STEP)).isEqualTo(Verdict.allowed());
    assertThat(world.asked()).containsExactly(READ);
  }

  @Test
  void refusesAStepFromWhatDoesNotRunWhereThatIsAskedFor() {
    FakeCluster world = new FakeCluster().has(CHAIN).storesSets(set("Provisioning")).knowsNoSets();

    assertThat(denying(world).denials()).extracting(Finding::message).containsExactly(UNSETTLED);
    assertThat(denying(world.failing()).denials())
        .extracting(Finding::message)
        .containsExactly(
            "service web/ingress moves on from a; whether that runs could not be read in time; try"
                + " again [service-is-settled]");
  }

  @Test
  void warnsOfClustersThatAFleetDoesNotReachWithoutAskingAnybody() {
    FakeCluster world =
        new FakeCluster()
            .has(
                ObjectSketch.chain("kcm-system/ingress-chain", "a → b", "b"),
                labelled("t1/eu"),
                labelled("t2/eu"),
                ObjectSketch.chain("t1/ingress-chain", "a → b", "b"),
                ObjectSketch.chain("t2/ingress-chain", "a", "b"),
                ObjectSketch.serviceTemplate("t1/b"),
                ObjectSketch.serviceTemplate("t2/b"));
    AdmissionRequest step = RequestSketch.update(fleet("a"), fleet("b"));

    assertThat(validate(world, step).warnings())
        .containsExactly(
            "service web/ingress does not reach ClusterDeployment t2/eu; their namespaces have"
                + " no path from a in ServiceTemplateChain ingress-chain [service-reaches-clusters]");
    assertThat(world.asked()).isEmpty();
    assertThat(
            validate(world.has(ObjectSketch.chain("t2/ingress-chain", "a → b", "b")), step)
                .warnings())
        .isEmpty();
  }

  @Test
  void saysNothingOfClustersByACacheThatNobodyKeepsUpToDate() {
    FakeCluster world =
        new FakeCluster()
            .has(ObjectSketch.chain("kcm-system/ingress-chain", "a → b", "b"), labelled("t1/eu"));
    AdmissionRequest step = RequestSketch.update(fleet("a"), fleet("b"));

    assertThat(validate(world, step).warnings()).hasSize(1);
    assertThat(validate(world.unwatched(Kind.SERVICE_TEMPLATE), step).warnings()).isEmpty();
  }

  @Test
  void saysNothingOfClustersBeforeTheCacheIsFilled() {
    FakeCluster world =
        new FakeCluster()
            .has(ObjectSketch.chain("kcm-system/ingress-chain", "a → b", "b"), labelled("t1/eu"))
            .unread();

    assertThat(validate(world, RequestSketch.update(fleet("a"), fleet("b"))))
        .isEqualTo(Verdict.allowed());
  }

  private static K0rdentObject cluster(String template, String chain) {
    return ObjectSketch.clusterDeployment(
        "tenant42/prod-eu", new Service("web", "ingress", template, chain));
  }

  private static K0rdentObject fleet(String template) {
    K0rdentObject fleet =
        ObjectSketch.multiClusterService(
            "fleet", new Service("web", "ingress", template, "ingress-chain"));
    return new K0rdentObject(
        fleet.apiVersion(),
        fleet.kind(),
        fleet.metadata(),
        fleet.services(),
        List.of(),
        List.of(),
        new ClusterSelector(Map.of("region", "eu"), List.of()),
        "",
        Optional.empty());
  }

  private static K0rdentObject labelled(String ref) {
    return ObjectSketch.labelled(ObjectSketch.clusterDeployment(ref), Map.of("region", "eu"));
  }

  private static ServiceSet set(String state) {
    return new ServiceSet(
        "tenant42",
        "prod-eu",
        "prod-eu",
        "",
        false,
        false,
        List.of(new ServiceSet.Deployed("web/ingress", "a", "1.0.0")),
        List.of(new ServiceSet.Reported("web/ingress", "a", "1.0.0", state, "")));
  }

  private static Verdict validate(FakeCluster world, AdmissionRequest request) {
    return judge(world, Map.of()).validate(request, () -> 10_000).join();
  }

  private static Verdict denying(FakeCluster world) {
    return judge(world, Map.of(RuleId.SERVICE_IS_SETTLED, Action.DENY))
        .validate(STEP, () -> 10_000)
        .join();
  }

  private static Judge judge(FakeCluster world, Map<RuleId, Action> actions) {
    return new Judge(
        world,
        new Rulebook(actions, new PathPolicy(Steps.ANY, ChainSwitch.TOGETHER), "kcm-system"),
        new Edits("kcm-system"),
        Mode.ENFORCE,
        Set.of());
  }
}
