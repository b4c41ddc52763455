package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.rule.Violation.Reason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChainIsImmutableTest {
  private static final ChainRef REF = new ChainRef("tenant42", "ingress-chain");

  @Test
  void allowsAnUpdateThatKeepsTheSpec() {
    assertThat(check(Optional.of("one"), Optional.of("one"))).isEmpty();
    assertThat(check(Optional.empty(), Optional.empty())).isEmpty();
  }

  @Test
  void refusesAnotherSpec() {
    assertThat(check(Optional.of("one"), Optional.of("another")))
        .containsExactly(
            ViolationSketch.of(
                Reason.INVALID,
                "spec",
                "spec stays as created: create another ServiceTemplateChain beside"
                    + " tenant42/ingress-chain and name it as templateChain where it is needed",
                new Violation.Subject("", "", "", "tenant42/ingress-chain", ""),
                Optional.empty()));
  }

  @Test
  void refusesToRemoveTheSpecAndToFillAMissingOne() {
    assertThat(check(Optional.of("one"), Optional.empty())).isNotEmpty();
    assertThat(check(Optional.empty(), Optional.of("one"))).isNotEmpty();
  }

  private static List<Violation> check(Optional<Object> before, Optional<Object> after) {
    return new ChainIsImmutable()
        .check(new ChainEdit(REF, List.of(), false, before, after), FakeFacts.with());
  }
}
