package dev.pathgate.k0rdent;

import static dev.pathgate.rule.ServiceIdentity.NAMESPACE_DEFAULTED;
import static dev.pathgate.rule.ServiceIdentity.NAMESPACE_OPTIONAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.ChainSketch;
import dev.pathgate.rule.ChainEdit;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.Owner;
import dev.pathgate.rule.PublishedPaths;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceEdit;
import dev.pathgate.rule.ServiceIdentity;
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
        EDITS.ofServices(
            Optional.empty(), cluster(REDIS, INGRESS), "tenant42", NAMESPACE_DEFAULTED);

    assertThat(edits).containsExactly(edit(0, REDIS, List.of(), 1), edit(1, INGRESS, List.of(), 1));
  }

  @Test
  void tellsAChangedServiceFromThoseLeftAlone() {
    Service upgraded = new Service("cache", "redis", "redis-0-10-0", "redis-chain");

    assertThat(edits(cluster(INGRESS, REDIS), cluster(INGRESS, upgraded)))
        .containsExactly(edit(1, upgraded, List.of(REDIS), 1));
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
        .containsExactly(edit(1, upgraded, List.of(REDIS), 1));
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
        .containsExactly(edit(0, elsewhere, List.of(), 1));
  }

  @Test
  void countsEntriesOfOneIdentity() {
    assertThat(edits(cluster(REDIS), cluster(REDIS, INGRESS, REDIS)))
        .containsExactly(edit(1, INGRESS, List.of(), 1), edit(2, REDIS, List.of(REDIS), 2));
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
        .containsExactly(edit(1, upgraded, List.of(REDIS, other), 2));
  }

  @Test
  void takesAServiceWithoutANamespaceForTheOneInItsOwnBefore14() {
    Service bare = new Service("", "redis", "redis-0-9-0", "redis-chain");
    Service moved = new Service("redis", "redis", "redis-0-11-0", "redis-chain");

    assertThat(edits(NAMESPACE_OPTIONAL, cluster(bare), cluster(moved)))
        .extracting(ServiceEdit::before)
        .containsExactly(List.of(bare));
    assertThat(edits(NAMESPACE_OPTIONAL, cluster(moved), cluster(bare)))
        .extracting(ServiceEdit::before)
        .containsExactly(List.of(moved));
    assertThat(edits(NAMESPACE_DEFAULTED, cluster(bare), cluster(moved)))
        .extracting(ServiceEdit::isNew)
        .containsExactly(true);
  }

  @Test
  void takesAServiceWithoutANamespaceForTheOneInDefaultBefore14() {
    Service bare = new Service("", "redis", "redis-0-9-0", "redis-chain");
    Service moved = new Service("default", "redis", "redis-0-11-0", "redis-chain");

    assertThat(edits(NAMESPACE_OPTIONAL, cluster(bare), cluster(moved)))
        .extracting(ServiceEdit::before)
        .containsExactly(List.of(bare));
    assertThat(edits(NAMESPACE_OPTIONAL, cluster(bare), cluster(spelled(bare, "default"))))
        .isEmpty();
  }

  @Test
  void pairsTheSameSpellingFirstBefore14() {
    Service bare = new Service("", "redis", "redis-0-9-0", "redis-chain");
    Service own = new Service("redis", "redis", "redis-0-10-0", "redis-chain");
    Service other = new Service("default", "redis", "redis-0-11-0", "redis-chain");

    // each was there already
    assertThat(edits(NAMESPACE_OPTIONAL, cluster(bare, own, other), cluster(other, bare, own)))
        .isEmpty();
    // only one runs where the bare one does, so the other is new
    assertThat(edits(NAMESPACE_OPTIONAL, cluster(bare), cluster(bare, other)))
        .extracting(ServiceEdit::isNew, ServiceEdit::isListedMoreOften)
        .containsExactly(tuple(true, false));
    assertThat(edits(NAMESPACE_OPTIONAL, cluster(bare), cluster(other, spelled(bare, "redis"))))
        .extracting(ServiceEdit::after, ServiceEdit::isNew)
        .containsExactly(tuple(other, true));
  }

  @Test
  void countsTheOneInItsOwnNamespaceAsAnotherOfTheSameReleaseBefore14() {
    Service bare = new Service("", "redis", "redis-0-9-0", "redis-chain");
    Service own = new Service("redis", "redis", "redis-0-10-0", "redis-chain");

    assertThat(edits(NAMESPACE_OPTIONAL, cluster(bare), cluster(bare, own)))
        .extracting(ServiceEdit::isListedMoreOften)
        .containsExactly(true);
    assertThat(edits(NAMESPACE_DEFAULTED, cluster(bare), cluster(bare, own)))
        .extracting(ServiceEdit::isListedMoreOften)
        .containsExactly(false);
  }

  @Test
  void asksAServiceThatMayHaveBeenSeveralForAPathFromEach() {
    Service own = new Service("redis", "redis", "redis-0-9-0", "redis-chain");
    Service other = new Service("default", "redis", "redis-0-10-0", "redis-chain");
    Service bare = new Service("", "redis", "redis-0-10-0", "redis-chain");

    assertThat(edits(NAMESPACE_OPTIONAL, cluster(own, other), cluster(bare)))
        .extracting(ServiceEdit::templatesLeft)
        .containsExactly(List.of("redis-0-9-0"));
    // with the other in place it can only have been one, but runs where that one does
    assertThat(edits(NAMESPACE_OPTIONAL, cluster(own, other), cluster(own, bare)))
        .extracting(ServiceEdit::isUnchanged, ServiceEdit::isListedMoreOften)
        .containsExactly(tuple(true, true));
  }

  @Test
  void asksOneOfTwoEntriesInAnotherSpellingForAPathBefore14() {
    Service bare = new Service("", "redis", "redis-0-9-0", "redis-chain");
    Service own = new Service("redis", "redis", "redis-0-11-0", "redis-chain");
    Service other = new Service("default", "redis", "redis-0-11-0", "redis-chain");

    assertThat(edits(NAMESPACE_OPTIONAL, cluster(bare, bare), cluster(own, bare)))
        .extracting(ServiceEdit::templatesLeft, ServiceEdit::isListedMoreOften)
        .containsExactly(tuple(List.of("redis-0-9-0"), false));
    assertThat(edits(NAMESPACE_OPTIONAL, cluster(bare, bare), cluster(other, bare)))
        .extracting(ServiceEdit::isNew)
        .containsExactly(true);
  }

  private static Service spelled(Service service, String namespace) {
    return new Service(namespace, service.name(), service.template(), service.templateChain());
  }

  @Test
  void takesAnotherVersionForAChange() {
    Service versioned = new Service("cache", "redis", "redis-0-9-0", "redis-chain", "0.9.0", false);

    assertThat(edits(cluster(REDIS), cluster(versioned))).hasSize(1);
    assertThat(edits(cluster(versioned), cluster(versioned))).isEmpty();
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
        .containsExactly(edit(0, upgraded, List.of(REDIS), 1, redisPaths));
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
        ClusterSelector.NONE,
        "",
        Optional.of(spec));
  }

  private static List<ServiceEdit> edits(K0rdentObject before, K0rdentObject after) {
    return edits(NAMESPACE_DEFAULTED, before, after);
  }

  private static List<ServiceEdit> edits(
      ServiceIdentity identity, K0rdentObject before, K0rdentObject after) {
    return EDITS.ofServices(Optional.of(before), after, "tenant42", identity);
  }

  private static ServiceEdit edit(
      int index, Service after, List<Service> before, int occurrence, PublishedPaths... published) {
    return new ServiceEdit(
        index,
        after,
        before,
        false,
        occurrence,
        before.size(),
        "tenant42",
        List.of(published),
        new Owner(new ObjectRef("ClusterDeployment", "tenant42", "prod-eu"), ClusterSelector.NONE));
  }

  private static K0rdentObject cluster(Service... services) {
    return ObjectSketch.clusterDeployment("tenant42/prod-eu", services);
  }
}
