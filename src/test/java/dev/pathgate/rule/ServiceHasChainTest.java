package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainSketch;
import dev.pathgate.rule.Violation.Reason;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceHasChainTest {
  @Test
  void allowsANewServiceThatNamesAChain() {
    assertThat(check(EditSketch.ofNewService().to("ingress-0-9-0", "ingress-chain"))).isEmpty();
  }

  @Test
  void objectsToANewServiceThatNamesNone() {
    assertThat(check(EditSketch.ofNewService().to("redis-7-0-0", "")))
        .contains(
            ViolationSketch.of(
                Reason.REQUIRED,
                "spec.serviceSpec.services[0].templateChain",
                "service tenant42/ingress-nginx names no templateChain; without one it can't be"
                    + " upgraded from redis-7-0-0",
                new Violation.Subject("tenant42/ingress-nginx", "", "redis-7-0-0", "", ""),
                Optional.empty()));
  }

  @Test
  void namesTheChainsThatWouldFit() {
    assertThat(check(EditSketch.ofNewService().to("ingress-0-9-0", "")).map(Violation::message))
        .contains(
            "service tenant42/ingress-nginx names no templateChain; without one it can't be"
                + " upgraded from ingress-0-9-0, which is listed by ServiceTemplateChain"
                + " tenant42/ingress-chain");
  }

  @Test
  void asksNothingOfAServiceThatIsThereAlready() {
    assertThat(check(EditSketch.from("redis-7-0-0", "").to("redis-7-2-0", ""))).isEmpty();
  }

  @Test
  void objectsToAnEditThatTakesTheChainAway() {
    assertThat(
            check(EditSketch.from("ingress-0-9-0", "ingress-chain").to("ingress-0-9-0", ""))
                .map(Violation::message))
        .contains(
            "service tenant42/ingress-nginx loses its ServiceTemplateChain tenant42/ingress-chain;"
                + " without one it can't be upgraded from ingress-0-9-0, which is listed by"
                + " ServiceTemplateChain tenant42/ingress-chain");
  }

  private static Optional<Violation> check(ServiceEdit edit) {
    return new ServiceHasChain()
        .check(edit, FakeFacts.with(ChainSketch.of("tenant42/ingress-chain", "ingress-0-9-0")));
  }
}
