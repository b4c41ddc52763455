package dev.pathgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectSketch;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.TemplateRef;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ObjectIndexTest {
  private static final ChainRef CHAIN = new ChainRef("tenant42", "ingress-chain");
  private static final ChainRef SYSTEM_CHAIN = new ChainRef("kcm-system", "ingress-chain");
  private static final Service USER = new Service("web", "ingress", "ingress-1", "ingress-chain");
  private static final Service OTHER_USER = new Service("web", "dns", "dns-1", "dns-chain");

  private final ObjectIndex index = new ObjectIndex("kcm-system");

  @Test
  void findsAChainAsItWasPutLast() {
    put(ObjectSketch.chain("tenant42/ingress-chain", "a"));
    put(ObjectSketch.chain("tenant42/ingress-chain", "b"));

    assertThat(index.chains().get(CHAIN).map(TemplateChain::templates).orElseThrow())
        .containsExactly("b");
  }

  @Test
  void forgetsAChain() {
    put(ObjectSketch.defaultChain("tenant42/ingress-chain", "a"));
    index.remove(Kind.SERVICE_TEMPLATE_CHAIN, "tenant42", "ingress-chain");

    assertThat(index.chains().get(CHAIN)).isEmpty();
    assertThat(index.chains().of("tenant42")).isEmpty();
    assertThat(index.chains().defaultsOf("tenant42")).isEmpty();
  }

  @Test
  void forgetsCalmlyWhatItNeverKnew() {
    for (Kind kind : Kind.values()) {
      index.remove(kind, "nowhere", "nothing");
    }

    assertThat(index.chains().of("nowhere")).isEmpty();
  }

  @Test
  void findsAnObjectByEachOfItsThousandsOfServices() {
    put(ObjectSketch.clusterDeployment("tenant42/small", USER));
    put(crowd("tenant42/large", 2_000));
    put(crowd("tenant43/large", 2_000));

    assertThat(index.usersOf(CHAIN))
        .extracting(ObjectRef::toString)
        .containsExactly("ClusterDeployment tenant42/large", "ClusterDeployment tenant42/small");
    assertThat(index.usersOf(new TemplateRef("tenant42", "t1999")))
        .extracting(ObjectRef::name)
        .containsExactly("large");
    assertThat(index.usersOf(new TemplateRef("tenant42", "t2000"))).isEmpty();
    assertThat(templatesInUse(List.of("t0", "t1999", "t2000", "ingress-1")))
        .containsExactly("t0", "t1999", "ingress-1");
  }

  @Test
  void takesNoTemplateForAChainNorNamesOfAnotherNamespace() {
    put(ObjectSketch.clusterDeployment("tenant42/eu", USER));

    assertThat(index.usersOf(new TemplateRef("tenant42", "ingress-chain"))).isEmpty();
    assertThat(index.usersOf(new ChainRef("tenant42", "ingress-1"))).isEmpty();
    assertThat(index.usersOf(new ChainRef("tenant4", "2ingress-chain"))).isEmpty();
    assertThat(index.usersOf(new TemplateRef("tenant43", "ingress-1"))).isEmpty();
  }

  private List<String> templatesInUse(List<String> templates) {
    return index.templatesInUse(CHAIN).stream()
        .flatMap(inUse -> templates.stream().filter(inUse))
        .toList();
  }

  private static K0rdentObject crowd(String place, int services) {
    return ObjectSketch.clusterDeployment(
        place,
        IntStream.range(0, services)
            .mapToObj(i -> new Service("web", "s" + i, "t" + i, "ingress-chain"))
            .toArray(Service[]::new));
  }

  @Test
  void listsTheChainsOfANamespaceByName() {
    put(ObjectSketch.chain("tenant42/b", "a"));
    put(ObjectSketch.chain("tenant42/a", "a"));
    put(ObjectSketch.chain("tenant43/c", "a"));

    assertThat(index.chains().of("tenant42"))
        .extracting(chain -> chain.ref().toString())
        .containsExactly("tenant42/a", "tenant42/b");
  }

  @Test
  void listsDefaultChainsAsLongAsTheyAreAnnotated() {
    put(ObjectSketch.defaultChain("tenant42/a", "x"));
    put(ObjectSketch.defaultChain("tenant42/b", "x"));
    put(ObjectSketch.defaultChain("tenant43/c", "x"));
    put(ObjectSketch.chain("tenant42/b", "x"));

    assertThat(index.chains().defaultsOf("tenant42"))
        .extracting(ChainRef::toString)
        .containsExactly("tenant42/a");
  }

  @Test
  void knowsTemplatesByNamespace() {
    put(ObjectSketch.serviceTemplate("tenant42/ingress-1"));
    put(ObjectSketch.serviceTemplate("tenant42/ingress-2"));
    index.remove(Kind.SERVICE_TEMPLATE, "tenant42", "ingress-2");

    assertThat(index.hasTemplate("tenant42", "ingress-1")).isTrue();
    assertThat(index.hasTemplate("tenant42", "ingress-2")).isFalse();
    assertThat(index.hasTemplate("tenant43", "ingress-1")).isFalse();
    assertThat(index.templatesOf("tenant42")).containsExactly("ingress-1");
    assertThat(index.templatesOf("tenant43")).isEmpty();
  }

  @Test
  void knowsTheUsersOfAChainInItsOwnNamespaceOnly() {
    put(ObjectSketch.clusterDeployment("tenant42/prod-us", USER));
    put(ObjectSketch.clusterDeployment("tenant42/prod-eu", OTHER_USER, USER));
    put(ObjectSketch.clusterDeployment("tenant43/elsewhere", USER));
    put(ObjectSketch.multiClusterService("fleet", USER));

    assertThat(index.usersOf(CHAIN))
        .extracting(Object::toString)
        .containsExactly(
            "ClusterDeployment tenant42/prod-eu", "ClusterDeployment tenant42/prod-us");
    assertThat(index.usersOf(SYSTEM_CHAIN))
        .extracting(Object::toString)
        .containsExactly("MultiClusterService fleet");
  }

  @Test
  void dropsAUserThatNamesAnotherChainNow() {
    put(ObjectSketch.clusterDeployment("tenant42/prod-eu", USER));
    put(ObjectSketch.clusterDeployment("tenant42/prod-eu", OTHER_USER));

    assertThat(index.usersOf(CHAIN)).isEmpty();
    assertThat(index.usersOf(new ChainRef("tenant42", "dns-chain"))).hasSize(1);
  }

  @Test
  void dropsAUserThatIsBeingDeletedOrIsGone() {
    K0rdentObject leaving = ObjectSketch.clusterDeployment("tenant42/leaving", USER);
    put(leaving);
    put(ObjectSketch.clusterDeployment("tenant42/gone", USER));

    put(ObjectSketch.deleting(leaving));
    index.remove(Kind.CLUSTER_DEPLOYMENT, "tenant42", "gone");

    assertThat(index.usersOf(CHAIN)).isEmpty();
  }

  @Test
  void countsNoServiceThatNamesNoChain() {
    put(ObjectSketch.clusterDeployment("tenant42/prod-eu", new Service("", "redis", "r-1", "")));

    assertThat(index.usersOf(new ChainRef("tenant42", ""))).isEmpty();
  }

  @Test
  void findsTheClustersThatAreSelectedAndStay() {
    ClusterSelector inEu = new ClusterSelector(Map.of("region", "eu"), List.of());
    K0rdentObject leaving = labelled("t1/leaving", "eu");
    put(labelled("t2/a", "eu"));
    put(labelled("t1/b", "eu"));
    put(labelled("t1/a", "us"));
    put(labelled("t1/moved", "eu"));
    put(labelled("t1/moved", "us"));
    put(labelled("t1/gone", "eu"));
    put(leaving);

    put(ObjectSketch.deleting(leaving));
    index.remove(Kind.CLUSTER_DEPLOYMENT, "t1", "gone");

    assertThat(index.clustersMatching(inEu))
        .extracting(Object::toString)
        .containsExactly("ClusterDeployment t1/b", "ClusterDeployment t2/a");
  }

  @Test
  void knowsAtWhichTemplatesTheUsersOfAChainStand() {
    put(ObjectSketch.clusterDeployment("tenant42/eu", USER, OTHER_USER));
    put(
        ObjectSketch.clusterDeployment(
            "tenant42/us", new Service("web", "ingress", "ingress-0", "ingress-chain")));
    put(
        ObjectSketch.clusterDeployment(
            "tenant43/us", new Service("web", "ingress", "ingress-9", "ingress-chain")));

    List<String> templates = List.of("ingress-0", "ingress-1", "dns-1", "ingress-9", "");
    assertThat(templatesInUse(templates)).containsExactly("ingress-0", "ingress-1");

    index.remove(Kind.CLUSTER_DEPLOYMENT, "tenant42", "us");

    assertThat(templatesInUse(templates)).containsExactly("ingress-1");
  }

  @Test
  void saysWhereNobodyNamesAChainThatNoTemplateIsInUse() {
    put(ObjectSketch.clusterDeployment("tenant42/eu", OTHER_USER));

    assertThat(index.templatesInUse(CHAIN)).isEmpty();
    assertThat(index.templatesInUse(new ChainRef("tenant42", "dns-chain"))).isPresent();
  }

  @Test
  void selectsAClusterByTheValueOfTheLabelThatIsMeant() {
    put(
        ObjectSketch.labelled(
            ObjectSketch.clusterDeployment("t1/a"), Map.of("region", "eu", "eu", "tier")));

    assertThat(matching(new ClusterSelector(Map.of("region", "eu"), List.of()))).isTrue();
    assertThat(matching(new ClusterSelector(Map.of("eu", "region"), List.of()))).isFalse();
    assertThat(matching(new ClusterSelector(Map.of("region", "tier"), List.of()))).isFalse();
    assertThat(matching(requirement("eu", "Exists"))).isTrue();
    assertThat(matching(requirement("tier", "Exists"))).isFalse();
    assertThat(matching(requirement("tier", "DoesNotExist"))).isTrue();
    assertThat(matching(requirement("region", "DoesNotExist"))).isFalse();
    assertThat(matching(requirement("region", "NotIn", "us"))).isTrue();
    assertThat(matching(requirement("region", "NotIn", "eu"))).isFalse();
  }

  private boolean matching(ClusterSelector selector) {
    return !index.clustersMatching(selector).isEmpty();
  }

  private static ClusterSelector requirement(String key, String operator, String... values) {
    return new ClusterSelector(
        Map.of(), List.of(new ClusterSelector.Requirement(key, operator, List.of(values))));
  }

  private static K0rdentObject labelled(String ref, String region) {
    return ObjectSketch.labelled(
        ObjectSketch.clusterDeployment(ref, USER), Map.of("region", region));
  }

  private void put(K0rdentObject object) {
    index.put(object.knownKind().orElseThrow(), object);
  }
}
