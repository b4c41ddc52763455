package dev.pathgate.k0rdent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.ChainSketch;
import dev.pathgate.rule.ChainEdit;
import dev.pathgate.rule.PublishedPaths;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceEdit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EditsTest {
  private static final Service REDIS = new Service("cache", "redis", "redis-0-9-0", "redis-chain");
  private static final Service INGRESS = new Service("", "ingress", "ingress-1", "ingress-chain");
  private static final Edits EDITS = new Edits("kcm-system");

  @Test
  void takesEveryServiceOfANewObjectForNew() {
    List<ServiceEdit> edits =
        EDITS.ofServices(Optional.empty(), cluster(REDIS, INGRESS), "tenant42");

    assertThat(edits)
        .containsExactly(
            new ServiceEdit(0, REDIS, List.of(), 1, "tenant42", List.of()),
            new ServiceEdit(1, INGRESS, List.of(), 1, "tenant42", List.of()));
  }

  @Test
  void tellsAChangedServiceFromThoseLeftAlone() {
    Service upgraded = new Service("cache", "redis", "redis-0-10-0", "redis-chain");

    assertThat(edits(cluster(INGRESS, REDIS), cluster(INGRESS, upgraded)))
        .containsExactly(new ServiceEdit(1, upgraded, List.of(REDIS), 1, "tenant42", List.of()));
  }

  @Test
  void takesAnotherChainForAChange() {
    Service switched = new Service("cache", "redis", "redis-0-9-0", "redis-rollback");

    assertThat(edits(cluster(REDIS), cluster(switched))).hasSize(1);
  }

  @Test
  void takesReorderingForNoEdit() {
    assertThat(edits(cluster(REDIS, INGRESS), cluster(INGRESS, REDIS))).isEmpty();
  }

  @Test
  void tellsServicesByIdentityThoughTheyMove() {
    Service upgraded = new Service("cache", "redis", "redis-0-10-0", "redis-chain");

    assertThat(edits(cluster(REDIS, INGRESS), cluster(INGRESS, upgraded)))
        .containsExactly(new ServiceEdit(1, upgraded, List.of(REDIS), 1, "tenant42", List.of()));
  }

  @Test
  void takesRemovalForNoEdit() {
    assertThat(edits(cluster(REDIS, INGRESS), cluster(INGRESS))).isEmpty();
    assertThat(edits(cluster(REDIS), cluster())).isEmpty();
  }

  @Test
  void takesAnAbsentNamespaceAndDefaultForTheSame() {
    Service spelledOut = new Service("default", "ingress", "ingress-1", "ingress-chain");

    assertThat(edits(cluster(INGRESS), cluster(spelledOut))).isEmpty();
  }

  @Test
  void takesAnotherNamespaceForANewService() {
    Service elsewhere = new Service("web", "ingress", "ingress-1", "ingress-chain");

    assertThat(edits(cluster(INGRESS), cluster(elsewhere)))
        .containsExactly(new ServiceEdit(0, elsewhere, List.of(), 1, "tenant42", List.of()));
  }

  @Test
  void countsEntriesOfOneIdentity() {
    assertThat(edits(cluster(REDIS), cluster(REDIS, INGRESS, REDIS)))
        .containsExactly(
            new ServiceEdit(1, INGRESS, List.of(), 1, "tenant42", List.of()),
            new ServiceEdit(2, REDIS, List.of(REDIS), 2, "tenant42", List.of()));
  }

  @Test
  void leavesADoubleOfTheOldObjectAlone() {
    Service other = new Service("cache", "redis", "redis-0-10-0", "redis-chain");

    assertThat(edits(cluster(REDIS, other), cluster(other, REDIS))).isEmpty();
    assertThat(edits(cluster(REDIS, other, INGRESS), cluster(REDIS, other))).isEmpty();
  }

  @Test
  void givesAChangedDoubleAllOldEntries() {
    Service other = new Service("cache", "redis", "redis-0-10-0", "redis-chain");
    Service upgraded = new Service("cache", "redis", "redis-0-11-0", "redis-chain");

    assertThat(edits(cluster(REDIS, other), cluster(REDIS, upgraded)))
        .containsExactly(
            new ServiceEdit(1, upgraded, List.of(REDIS, other), 2, "tenant42", List.of()));
  }

  @Test
  void givesAChangedServiceWhatTheLiveStatusSaysOfIt() {
    PublishedPaths redisPaths =
        new PublishedPaths("cache/redis", "redis-0-9-0", List.of("redis-0-10-0"));
    PublishedPaths ingressPaths = new PublishedPaths("default/ingress", "ingress-1", List.of());
    Service upgraded = new Service("cache", "redis", "redis-0-10-0", "redis-chain");
    K0rdentObject before =
        ObjectSketch.publishing(cluster(REDIS, INGRESS), ingressPaths, redisPaths);
    // what the edit itself says of the status does not count
    K0rdentObject after =
        ObjectSketch.publishing(
            cluster(upgraded, INGRESS),
            new PublishedPaths("cache/redis", "redis-0-9-0", List.of("anything")));

    assertThat(edits(before, after))
        .containsExactly(
            new ServiceEdit(0, upgraded, List.of(REDIS), 1, "tenant42", List.of(redisPaths)));
  }

  @Test
  void looksForChainsInTheObjectsNamespaceOrTheSystemNamespace() {
    assertThat(EDITS.chainNamespace(Kind.CLUSTER_DEPLOYMENT, "tenant42")).isEqualTo("tenant42");
    assertThat(EDITS.chainNamespace(Kind.MULTI_CLUSTER_SERVICE, "")).isEqualTo("kcm-system");
    assertThat(new Edits("k0rdent").chainNamespace(Kind.MULTI_CLUSTER_SERVICE, ""))
        .isEqualTo("k0rdent");
  }

  @Test
  void givesAChainEditBothSpecs() {
    K0rdentObject before = withSpec(Map.of("a", 1));
    K0rdentObject after = withSpec(Map.of("a", 2));

    assertThat(EDITS.ofChain("tenant42", Optional.of(before), after))
        .isEqualTo(
            new ChainEdit(
                new ChainRef("tenant42", "ingress-chain"),
                ChainSketch.entries("a → b", "b"),
                false,
                Optional.of(Map.of("a", 1)),
                Optional.of(Map.of("a", 2))));
  }

  private static K0rdentObject withSpec(Object spec) {
    K0rdentObject chain = ObjectSketch.chain("tenant42/ingress-chain", "a → b", "b");
    return new K0rdentObject(
        chain.apiVersion(),
        chain.kind(),
        chain.metadata(),
        chain.services(),
        chain.published(),
        chain.templates(),
        Optional.of(spec));
  }

  private static List<ServiceEdit> edits(K0rdentObject before, K0rdentObject after) {
    return EDITS.ofServices(Optional.of(before), after, "tenant42");
  }

  private static K0rdentObject cluster(Service... services) {
    return ObjectSketch.clusterDeployment("tenant42/prod-eu", services);
  }
}
