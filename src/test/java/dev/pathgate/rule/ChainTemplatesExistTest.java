package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.ChainSketch;
import dev.pathgate.rule.Facts.Basis;
import dev.pathgate.rule.Violation.Need;
import dev.pathgate.rule.Violation.Reason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChainTemplatesExistTest {
  @Test
  void allowsAChainWhoseTemplatesAllExist() {
    assertThat(check(edit("tenant42", false, "a → b", "b"), FakeFacts.with().templates("a", "b")))
        .isEmpty();
  }

  @Test
  void objectsToATemplateThatDoesNotExist() {
    assertThat(check(edit("tenant42", false, "a → b", "b"), FakeFacts.with().templates("a")))
        .containsExactly(
            ViolationSketch.of(
                Reason.NOT_FOUND,
                "spec.supportedTemplates",
                "namespace tenant42 has no ServiceTemplate b, named by ServiceTemplateChain"
                    + " tenant42/ingress-chain",
                new Violation.Subject("", "", "", "tenant42/ingress-chain", ""),
                Optional.empty()));
  }

  @Test
  void namesThreeMissingTemplatesInTheChainsOrderAndCountsTheRest() {
    assertThat(check(edit("tenant42", false, "e", "d", "c", "b", "a", "e"), FakeFacts.with()))
        .extracting(Violation::message)
        .containsExactly(
            "namespace tenant42 has no ServiceTemplate e, d, c and 2 more, named by"
                + " ServiceTemplateChain tenant42/ingress-chain");
  }

  @Test
  void asksNothingOfAManagedChainWhoseTemplatesAreCopiedLater() {
    assertThat(check(edit("tenant42", true, "a"), FakeFacts.with())).isEmpty();
  }

  @Test
  void asksAManagedChainOfTheSystemNamespaceAllTheSame() {
    assertThat(check(edit("kcm-system", true, "a"), FakeFacts.with())).isNotEmpty();
  }

  @Test
  void takesAnEmptyNameForNoTemplate() {
    assertThat(check(edit("tenant42", false, ""), FakeFacts.with())).isEmpty();
  }

  @Test
  void waitsForAReadBeforeItSpeaksOnTheCache() {
    assertThat(
            check(edit("tenant42", false, "a"), FakeFacts.with().on(Basis.CACHED)).get(0).needs())
        .contains(new Need.Templates("tenant42"));
  }

  private static ChainEdit edit(String namespace, boolean managed, String... entries) {
    return new ChainEdit(
        new ChainRef(namespace, "ingress-chain"),
        ChainSketch.entries(entries),
        managed,
        Optional.empty(),
        Optional.empty());
  }

  private static List<Violation> check(ChainEdit edit, Facts facts) {
    return new ChainTemplatesExist("kcm-system").check(edit, facts);
  }
}
