package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainSketch;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.Facts.Basis;
import dev.pathgate.rule.Violation.Need;
import dev.pathgate.rule.Violation.Reason;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceFitsChainTest {
  private static final TemplateChain CHAIN =
      ChainSketch.of(
          "tenant42/ingress-chain",
          "ingress-0-9-0 → ingress-0-10-0, ingress-1-0-0",
          "ingress-0-10-0");

  @Test
  void allowsATemplateThatTheChainLists() {
    assertThat(check(EditSketch.ofNewService().to("ingress-0-10-0", "ingress-chain"))).isEmpty();
  }

  @Test
  void refusesATemplateThatTheChainDoesNotList() {
    ServiceEdit edit = EditSketch.ofNewService().to("redis-7-0-0", "ingress-chain");

    assertThat(check(edit))
        .contains(
            ViolationSketch.of(
                Reason.INVALID,
                "spec.serviceSpec.services[0].template",
                "service tenant42/ingress-nginx has template redis-7-0-0, which"
                    + " ServiceTemplateChain tenant42/ingress-chain does not list; it lists"
                    + " ingress-0-9-0, ingress-0-10-0",
                new Violation.Subject(
                    "tenant42/ingress-nginx", "", "redis-7-0-0", "tenant42/ingress-chain", "7"),
                Optional.empty()));
  }

  @Test
  void refusesATemplateThatIsAnUpgradeTargetButNotListed() {
    assertThat(
            check(
                EditSketch.from("ingress-0-9-0", "ingress-chain")
                    .to("ingress-1-0-0", "ingress-chain")))
        .isPresent();
  }

  @Test
  void refusesAChainSwitchToOneThatDoesNotListTheTemplate() {
    assertThat(check(EditSketch.from("redis-7-0-0", "redis").to("redis-7-0-0", "ingress-chain")))
        .isPresent();
  }

  @Test
  void saysOfAnEmptyChainThatItListsNone() {
    ServiceEdit edit = EditSketch.ofNewService().to("redis-7-0-0", "empty");

    assertThat(
            new ServiceFitsChain()
                .check(edit, FakeFacts.with(ChainSketch.of("tenant42/empty")))
                .map(Violation::message))
        .contains(
            "service tenant42/ingress-nginx has template redis-7-0-0, which ServiceTemplateChain"
                + " tenant42/empty does not list; it lists none");
  }

  @Test
  void asksNothingOfAnUnchangedService() {
    assertThat(
            check(
                EditSketch.from("redis-7-0-0", "ingress-chain").to("redis-7-0-0", "ingress-chain")))
        .isEmpty();
  }

  @Test
  void leavesAMissingChainToAnotherRule() {
    assertThat(check(EditSketch.ofNewService().to("redis-7-0-0", "no-such-chain"))).isEmpty();
  }

  @Test
  void waitsForAReadBeforeItRefusesOnTheCache() {
    ServiceEdit edit = EditSketch.ofNewService().to("redis-7-0-0", "ingress-chain");

    assertThat(
            new ServiceFitsChain()
                .check(edit, FakeFacts.with(CHAIN).on(Basis.CACHED))
                .orElseThrow()
                .needs())
        .contains(new Need.Chain(CHAIN.ref()));
  }

  private static Optional<Violation> check(ServiceEdit edit) {
    return new ServiceFitsChain().check(edit, FakeFacts.with(CHAIN));
  }
}
