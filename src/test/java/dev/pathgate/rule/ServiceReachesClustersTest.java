package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainSketch;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.ClusterSelector.Requirement;
import dev.pathgate.rule.Violation.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceReachesClustersTest {
  private static final Map<String, String> EU = Map.of("region", "eu");
  private static final ClusterSelector IN_EU = new ClusterSelector(EU, List.of());
  private static final ServiceEdit MOVED =
      EditSketch.from("ingress-1", "ingress-chain")
          .ofMultiClusterService("fleet", IN_EU)
          .to("ingress-2", "ingress-chain");
  private static final ServiceEdit ADDED =
      EditSketch.ofNewService()
          .ofMultiClusterService("fleet", IN_EU)
          .to("ingress-2", "ingress-chain");

  @Test
  void allowsWhatIsThereAndLeadsThere() {
    FakeFacts facts =
        FakeFacts.with(chain("t1", "ingress-1 → ingress-2", "ingress-2"))
            .cluster("t1", "prod", EU)
            .templateIn("t1", "ingress-2");

    assertThat(check(MOVED, facts)).isEmpty();
    assertThat(check(ADDED, facts)).isEmpty();
  }

  @Test
  void namesTheClustersWhoseNamespaceLacksTheTemplate() {
    FakeFacts facts =
        FakeFacts.with(chain("t1", "ingress-1 → ingress-2", "ingress-2")).cluster("t1", "prod", EU);

    assertThat(check(MOVED, facts))
        .contains(
            new Violation(
                Reason.NOT_FOUND,
                "spec.serviceSpec.services[0].template",
                () ->
                    "service tenant42/ingress-nginx does not reach ClusterDeployment t1/prod; their"
                        + " namespaces have no ServiceTemplate ingress-2",
                new Violation.Subject(
                    "tenant42/ingress-nginx",
                    "ingress-1",
                    "ingress-2",
                    "tenant42/ingress-chain",
                    "")));
    assertThat(check(ADDED, facts)).isPresent();
  }

  @Test
  void namesTheClustersWhoseNamespaceLacksTheChain() {
    FakeFacts facts = FakeFacts.with().cluster("t1", "prod", EU).templateIn("t1", "ingress-2");

    assertThat(message(MOVED, facts)).endsWith("have no ServiceTemplateChain ingress-chain");
    assertThat(message(ADDED, facts)).endsWith("have no ServiceTemplateChain ingress-chain");
  }

  @Test
  void namesTheClustersWhoseNamespaceLacksTheWay() {
    FakeFacts facts =
        FakeFacts.with(chain("t1", "ingress-1", "ingress-2"))
            .cluster("t1", "prod", EU)
            .templateIn("t1", "ingress-2");

    assertThat(message(MOVED, facts))
        .endsWith("have no path from ingress-1 in ServiceTemplateChain ingress-chain");
    assertThat(check(ADDED, facts)).isEmpty();
  }

  @Test
  void takesAChainThatIsBeingDeletedForMissing() {
    FakeFacts facts =
        FakeFacts.with(TemplateChain.terminating(ChainSketch.ref("t1/ingress-chain"), "7"))
            .cluster("t1", "prod", EU)
            .templateIn("t1", "ingress-2");

    assertThat(message(MOVED, facts)).endsWith("have no ServiceTemplateChain ingress-chain");
  }

  @Test
  void saysNothingOfClustersThatAreNotSelected() {
    FakeFacts facts = FakeFacts.with().cluster("t1", "prod", Map.of("region", "us"));

    assertThat(check(MOVED, facts)).isEmpty();
  }

  @Test
  void saysNothingOfServicesThatStay() {
    FakeFacts facts = FakeFacts.with().cluster("t1", "prod", EU);
    ServiceEdit unchanged =
        EditSketch.from("ingress-2", "ingress-chain")
            .ofMultiClusterService("fleet", IN_EU)
            .to("ingress-2", "ingress-chain");

    assertThat(check(unchanged, facts)).isEmpty();
  }

  @Test
  void namesEachReasonOnce() {
    FakeFacts facts = FakeFacts.with(chain("t0", "ingress-2")).templateIn("t0", "ingress-2");
    for (int i = 0; i < 12; i++) {
      facts.cluster("t" + i / 2, "prod-" + i, EU);
    }

    assertThat(message(MOVED, facts))
        .contains("t0/prod-0, t0/prod-1, t1/prod-2", " more; ")
        .endsWith(
            "; their namespaces have no path from ingress-1 in ServiceTemplateChain ingress-chain,"
                + " ServiceTemplate ingress-2")
        .hasSizeLessThan(256 - " [service-reaches-clusters]".length());
  }

  @Test
  void namesFiveAtMost() {
    FakeFacts facts = FakeFacts.with();
    for (int i = 0; i < 500; i++) {
      facts.cluster("t" + i, "eu", EU);
    }

    assertThat(message(ADDED, facts))
        .isEqualTo(
            "service tenant42/ingress-nginx does not reach ClusterDeployment t0/eu, t1/eu, t2/eu,"
                + " t3/eu, t4/eu and 495 more; their namespaces have no ServiceTemplate ingress-2");
  }

  @Test
  void selectsByAllLabelsAndRequirementsTogether() {
    ClusterSelector.Labels labels =
        ClusterSelector.Labels.of(Map.of("region", "eu", "tier", "prod", "empty", ""));

    assertThat(new ClusterSelector(Map.of("region", "eu", "tier", "prod"), List.of()))
        .matches(selector -> selector.selects(labels));
    assertThat(new ClusterSelector(Map.of("region", "eu", "tier", "test"), List.of()))
        .matches(selector -> !selector.selects(labels));
    assertThat(new ClusterSelector(Map.of("empty", ""), List.of()))
        .matches(selector -> selector.selects(labels));
    assertThat(new ClusterSelector(Map.of("absent", ""), List.of()))
        .matches(selector -> !selector.selects(labels));
    assertThat(
            new ClusterSelector(
                Map.of("region", "eu"), List.of(new Requirement("tier", "In", List.of("test")))))
        .matches(selector -> !selector.selects(labels));
  }

  @Test
  void readsRequirementsAsKubernetesDoes() {
    assertThat(selects("region", "In", "us", "eu")).isTrue();
    assertThat(selects("region", "In", "us")).isFalse();
    assertThat(selects("absent", "In", "")).isFalse();
    assertThat(selects("region", "NotIn", "us")).isTrue();
    assertThat(selects("region", "NotIn", "us", "eu")).isFalse();
    assertThat(selects("absent", "NotIn", "us")).isTrue();
    assertThat(selects("region", "Exists")).isTrue();
    assertThat(selects("absent", "Exists")).isFalse();
    assertThat(selects("absent", "DoesNotExist")).isTrue();
    assertThat(selects("region", "DoesNotExist")).isFalse();
  }

  @Test
  void selectsNothingWhereK0rdentRollsNothingOut() {
    assertThat(ClusterSelector.NONE.selects(ClusterSelector.Labels.of(EU))).isFalse();
    assertThat(selects("region", "In")).isFalse();
    assertThat(selects("absent", "NotIn")).isFalse();
    assertThat(selects("region", "Exists", "eu")).isFalse();
    assertThat(selects("absent", "DoesNotExist", "eu")).isFalse();
    assertThat(selects("region", "in", "eu")).isFalse();
  }

  private static boolean selects(String key, String operator, String... values) {
    return new ClusterSelector(Map.of(), List.of(new Requirement(key, operator, List.of(values))))
        .selects(ClusterSelector.Labels.of(EU));
  }

  private static TemplateChain chain(String namespace, String... entries) {
    return ChainSketch.of(namespace + "/ingress-chain", entries);
  }

  private static Optional<Violation> check(ServiceEdit edit, FakeFacts facts) {
    return new ServiceReachesClusters().check(edit, facts);
  }

  private static String message(ServiceEdit edit, FakeFacts facts) {
    return check(edit, facts).orElseThrow().message();
  }
}
