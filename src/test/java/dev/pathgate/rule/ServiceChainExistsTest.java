package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainSketch;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.Facts.Basis;
import dev.pathgate.rule.Violation.Need;
import dev.pathgate.rule.Violation.Reason;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceChainExistsTest {
  private static final TemplateChain CHAIN =
      ChainSketch.of("tenant42/ingress-chain", "ingress-0-9-0");

  @Test
  void allowsANewServiceWhoseChainExists() {
    ServiceEdit edit = EditSketch.ofNewService().to("ingress-0-9-0", "ingress-chain");

    assertThat(check(edit, FakeFacts.with(CHAIN))).isEmpty();
  }

  @Test
  void objectsToANewServiceWhoseChainIsMissing() {
    ServiceEdit edit = EditSketch.ofNewService().to("ingress-0-9-0", "no-such-chain");

    assertThat(check(edit, FakeFacts.with(CHAIN)))
        .contains(
            ViolationSketch.of(
                Reason.NOT_FOUND,
                "spec.serviceSpec.services[0].templateChain",
                "service tenant42/ingress-nginx with template ingress-0-9-0 names"
                    + " ServiceTemplateChain tenant42/no-such-chain, which does not exist",
                new Violation.Subject(
                    "tenant42/ingress-nginx", "", "ingress-0-9-0", "tenant42/no-such-chain", ""),
                Optional.empty()));
  }

  @Test
  void objectsToAMissingChainThatAServiceNamesInsteadOfItsOld() {
    ServiceEdit edit =
        EditSketch.from("ingress-0-9-0", "ingress-chain").to("ingress-0-9-0", "no-such-chain");

    assertThat(check(edit, FakeFacts.with(CHAIN))).isPresent();
  }

  @Test
  void asksNothingOfAnUnchangedServiceWhoseChainIsGone() {
    ServiceEdit edit = EditSketch.from("ingress-0-9-0", "gone").to("ingress-0-9-0", "gone");

    assertThat(check(edit, FakeFacts.with())).isEmpty();
  }

  @Test
  void asksNothingOfAServiceThatNamesNoChain() {
    assertThat(check(EditSketch.ofNewService().to("ingress-0-9-0", ""), FakeFacts.with()))
        .isEmpty();
  }

  @Test
  void waitsForAReadBeforeItSpeaksOnTheCache() {
    ServiceEdit edit = EditSketch.ofNewService().to("ingress-0-9-0", "ingress-chain");

    assertThat(check(edit, FakeFacts.with().on(Basis.CACHED)).orElseThrow().needs())
        .contains(new Need.Chain(CHAIN.ref()));
  }

  @Test
  void saysOfAChainThatCouldNotBeReadNotThatItIsMissing() {
    ServiceEdit edit = EditSketch.ofNewService().to("ingress-0-9-0", "ingress-chain");

    assertThat(check(edit, FakeFacts.with().on(Basis.UNREADABLE)).map(Violation::message))
        .contains(
            "service tenant42/ingress-nginx with template ingress-0-9-0 names ServiceTemplateChain"
                + " tenant42/ingress-chain, which could not be read in time; try again");
  }

  private static Optional<Violation> check(ServiceEdit edit, Facts facts) {
    return new ServiceChainExists("kcm-system").check(edit, facts);
  }
}
