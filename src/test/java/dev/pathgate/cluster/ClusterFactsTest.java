package dev.pathgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.ObjectSketch;
import dev.pathgate.rule.Facts.Basis;
import dev.pathgate.rule.Facts.Fact;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.Violation.Need;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClusterFactsTest {
  private static final ChainRef REF = new ChainRef("tenant42", "ingress-chain");
  private static final K0rdentObject OLD_CHAIN = ObjectSketch.chain("tenant42/ingress-chain", "a");
  private static final K0rdentObject NEW_CHAIN =
      ObjectSketch.chain("tenant42/ingress-chain", "a", "b");
  private static final Service USER = new Service("web", "ingress", "a", "ingress-chain");

  @Test
  void answersFromTheCacheAndReadsNothing() {
    FakeCluster cluster = new FakeCluster().caches(OLD_CHAIN).stores(NEW_CHAIN);

    Fact<Optional<TemplateChain>> chain = ClusterFacts.cached(cluster).chain(REF);

    assertThat(chain.basis()).isEqualTo(Basis.CACHED);
    assertThat(templates(chain)).containsExactly("a");
    assertThat(cluster.asked()).isEmpty();
  }

  @Test
  void answersWithWhatWasReadThoughTheCacheSaysOtherwise() {
    FakeCluster cluster = new FakeCluster().caches(OLD_CHAIN).stores(NEW_CHAIN);

    Fact<Optional<TemplateChain>> chain = read(cluster, new Need.Chain(REF)).chain(REF);

    assertThat(chain.basis()).isEqualTo(Basis.READ);
    assertThat(templates(chain)).containsExactly("a", "b");
    assertThat(cluster.asked()).containsExactly("chain tenant42/ingress-chain");
  }

  @Test
  void readsThatAChainIsGone() {
    FakeCluster cluster = new FakeCluster().caches(OLD_CHAIN);

    Fact<Optional<TemplateChain>> chain = read(cluster, new Need.Chain(REF)).chain(REF);

    assertThat(chain).isEqualTo(new Fact<>(Optional.empty(), Basis.READ));
  }

  @Test
  void saysThatWhatFailedToBeReadIsOfTheCache() {
    FakeCluster cluster = new FakeCluster().caches(OLD_CHAIN).failing();

    Fact<Optional<TemplateChain>> chain = read(cluster, new Need.Chain(REF)).chain(REF);

    assertThat(chain.basis()).isEqualTo(Basis.UNREADABLE);
    assertThat(templates(chain)).containsExactly("a");
  }

  @Test
  void doesNotTrustACacheThatKnowsAChainByNameAlone() {
    FakeCluster cluster = FakeCluster.withoutRoomForChains().has(OLD_CHAIN);
    ClusterFacts cached = ClusterFacts.cached(cluster);

    assertThat(cached.chain(REF)).isEqualTo(new Fact<>(Optional.empty(), Basis.CACHED));
    assertThat(cached.chain(missing(1)).value()).isEmpty();

    assertThat(cached.untrusted()).containsExactly(new Need.Chain(REF));
    assertThat(cached.mayExist(REF)).isTrue();
    assertThat(cached.mayExist(missing(1))).isFalse();
    assertThat(templates(read(cluster, new Need.Chain(REF)).chain(REF))).containsExactly("a");
  }

  @Test
  void trustsACacheThatHoldsTheChain() {
    ClusterFacts cached = ClusterFacts.cached(new FakeCluster().has(OLD_CHAIN));

    assertThat(templates(cached.chain(REF))).containsExactly("a");

    assertThat(cached.untrusted()).isEmpty();
  }

  @Test
  void countsAChainAsUnreadForWhichAnotherRequestLeavesNoRoom() {
    WorkBudget room = new WorkBudget(NEW_CHAIN.asChain().weight());
    FakeCluster cluster = new FakeCluster().stores(NEW_CHAIN).roomForReads(room);
    ClusterFacts first = ClusterFacts.cached(cluster);
    Set<Need> needs = Set.of(new Need.Chain(REF));

    assertThat(first.read(needs, 10_000).join().chain(REF).basis()).isEqualTo(Basis.READ);
    assertThat(read(cluster, new Need.Chain(REF)).chain(REF).isUnreadable()).isTrue();

    first.close();
    assertThat(read(cluster, new Need.Chain(REF)).chain(REF).basis()).isEqualTo(Basis.READ);
  }

  @Test
  void needsNoRoomForAChainThatIsCachedAsItIs() {
    FakeCluster cluster =
        new FakeCluster().has(OLD_CHAIN).sharing().roomForReads(new WorkBudget(0));

    assertThat(read(cluster, new Need.Chain(REF)).chain(REF).basis()).isEqualTo(Basis.READ);
  }

  @Test
  void stopsWaitingForAnApiServerThatDoesNotAnswer() {
    FakeCluster cluster = new FakeCluster().caches(OLD_CHAIN).silent();

    ClusterFacts facts = ClusterFacts.cached(cluster).read(Set.of(new Need.Chain(REF)), 1).join();

    assertThat(facts.chain(REF).basis()).isEqualTo(Basis.UNREADABLE);
  }

  @Test
  void readsAllNeedsAtOnce() {
    FakeCluster cluster = new FakeCluster().silent();
    Need first = new Need.Chain(REF);
    Need second = new Need.Templates("tenant42");

    ClusterFacts.cached(cluster).read(Set.of(first, second), 1).join();

    assertThat(cluster.asked())
        .containsExactlyInAnyOrder("chain tenant42/ingress-chain", "templates tenant42");
  }

  /** An edit may name a thousand chains; each read would be a request. */
  @Test
  void listsTheChainsOfANamespaceWhereManyAreNeeded() {
    FakeCluster cluster = new FakeCluster().caches(OLD_CHAIN).stores(NEW_CHAIN);

    ClusterFacts facts = read(cluster, chains(16));

    assertThat(cluster.asked()).containsExactly("chains tenant42");
    assertThat(facts.chain(REF).basis()).isEqualTo(Basis.READ);
    assertThat(templates(facts.chain(REF))).containsExactly("a", "b");
    assertThat(facts.chain(missing(1))).isEqualTo(new Fact<>(Optional.empty(), Basis.READ));
  }

  @Test
  void readsEachChainWhereFewAreNeeded() {
    FakeCluster cluster = new FakeCluster().stores(NEW_CHAIN);

    ClusterFacts facts = read(cluster, chains(15));

    assertThat(cluster.asked()).hasSize(15).doesNotContain("chains tenant42");
    assertThat(facts.chain(REF).basis()).isEqualTo(Basis.READ);
  }

  @Test
  void readsEachChainWhereTheNamespaceHasFarMore() {
    FakeCluster cluster = new FakeCluster().has(NEW_CHAIN);
    for (int i = 0; i < 64; i++) {
      cluster.has(ObjectSketch.chain("tenant42/other-" + i, "x"));
    }

    ClusterFacts facts = read(cluster, chains(16));

    assertThat(cluster.asked()).hasSize(16).doesNotContain("chains tenant42");
    assertThat(templates(facts.chain(REF))).containsExactly("a", "b");
  }

  @Test
  void triesEachChainWhereTheyCantBeListed() {
    FakeCluster cluster = new FakeCluster().stores(NEW_CHAIN).failing();

    ClusterFacts facts = read(cluster, chains(16));

    assertThat(cluster.asked()).hasSize(17);
    assertThat(facts.chain(REF).basis()).isEqualTo(Basis.UNREADABLE);
  }

  private static ChainRef missing(int i) {
    return new ChainRef("tenant42", "missing-" + i);
  }

  /** The chain and others that there are not, so many in all. */
  private static Need[] chains(int count) {
    return Stream.concat(Stream.of(REF), IntStream.range(1, count).mapToObj(i -> missing(i)))
        .map(Need.Chain::new)
        .toArray(Need[]::new);
  }

  @Test
  void keepsAChainThatItReadNotAsItWasSeenFirst() {
    K0rdentObject other = ObjectSketch.chain("tenant42/other-chain", "x");
    FakeCluster cluster = new FakeCluster().has(OLD_CHAIN, other);
    ClusterFacts cached = ClusterFacts.cached(cluster);
    assertThat(templates(cached.chain(REF))).containsExactly("a");

    cluster.forgets(OLD_CHAIN);
    ClusterFacts facts = cached.read(Set.of(new Need.Chain(other.asChain().ref())), 10_000).join();

    assertThat(templates(facts.chain(REF))).containsExactly("a");
  }

  @Test
  void tellsMissingTemplatesInTheOrderOfTheQuestion() {
    FakeCluster cluster =
        new FakeCluster()
            .caches(ObjectSketch.serviceTemplate("tenant42/b"))
            .stores(
                ObjectSketch.serviceTemplate("tenant42/b"),
                ObjectSketch.serviceTemplate("tenant42/c"));

    assertThat(ClusterFacts.cached(cluster).missingTemplates("tenant42", List.of("c", "b", "a")))
        .isEqualTo(new Fact<>(List.of("c", "a"), Basis.CACHED));
    assertThat(
            read(cluster, new Need.Templates("tenant42"))
                .missingTemplates("tenant42", List.of("c", "b", "a")))
        .isEqualTo(new Fact<>(List.of("a"), Basis.READ));
  }

  @Test
  void readsUsersUntilOneStillNamesTheChain() {
    K0rdentObject changed = ObjectSketch.clusterDeployment("tenant42/a", USER);
    K0rdentObject stays = ObjectSketch.clusterDeployment("tenant42/b", USER);
    K0rdentObject unread = ObjectSketch.clusterDeployment("tenant42/c", USER);
    FakeCluster cluster = new FakeCluster().caches(changed).has(stays).caches(unread);

    Fact<List<ObjectRef>> users = read(cluster, new Need.Users(REF)).usersOf(REF);

    assertThat(users.basis()).isEqualTo(Basis.READ);
    assertThat(users.value())
        .extracting(ObjectRef::toString)
        .containsExactly("ClusterDeployment tenant42/b", "ClusterDeployment tenant42/c");
    assertThat(cluster.asked())
        .containsExactly(
            "use of tenant42/ingress-chain by ClusterDeployment tenant42/a",
            "use of tenant42/ingress-chain by ClusterDeployment tenant42/b");
  }

  @Test
  void findsNoUserIfNoneNamesTheChainAnyMore() {
    FakeCluster cluster =
        new FakeCluster()
            .caches(
                ObjectSketch.clusterDeployment("tenant42/a", USER),
                ObjectSketch.clusterDeployment("tenant42/b", USER));

    assertThat(read(cluster, new Need.Users(REF)).usersOf(REF))
        .isEqualTo(new Fact<>(List.of(), Basis.READ));
  }

  @Test
  void takesTheCachesUsersWhereTheyCannotBeRead() {
    FakeCluster cluster =
        new FakeCluster().caches(ObjectSketch.clusterDeployment("tenant42/a", USER)).failing();

    Fact<List<ObjectRef>> users = read(cluster, new Need.Users(REF)).usersOf(REF);

    assertThat(users.basis()).isEqualTo(Basis.UNREADABLE);
    assertThat(users.value()).hasSize(1);
  }

  @Test
  void readsNoFurtherUserOnceTheTimeIsUp() {
    FakeCluster cluster =
        new FakeCluster().caches(ObjectSketch.clusterDeployment("tenant42/a", USER));

    ClusterFacts facts = ClusterFacts.cached(cluster).read(Set.of(new Need.Users(REF)), -1).join();

    assertThat(facts.usersOf(REF).basis()).isEqualTo(Basis.UNREADABLE);
    assertThat(cluster.asked()).isEmpty();
  }

  @Test
  void findsTheChainsThatListAllOfTheTemplates() {
    FakeCluster cluster =
        new FakeCluster()
            .caches(
                ObjectSketch.chain("tenant42/z", "a", "b"),
                ObjectSketch.chain("tenant42/y", "a → b"),
                ObjectSketch.chain("tenant43/x", "a", "b"));

    assertThat(ClusterFacts.cached(cluster).chainsListing("tenant42", Set.of("a", "b")))
        .extracting(chain -> chain.ref().toString())
        .containsExactly("tenant42/z");
  }

  private static ClusterFacts read(Cluster cluster, Need... needs) {
    return ClusterFacts.cached(cluster).read(Set.of(needs), 10_000).join();
  }

  private static List<String> templates(Fact<Optional<TemplateChain>> chain) {
    return chain.value().orElseThrow().templates();
  }
}
