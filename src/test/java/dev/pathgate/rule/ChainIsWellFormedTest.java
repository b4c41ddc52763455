package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.ChainSketch;
import dev.pathgate.rule.Violation.Reason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChainIsWellFormedTest {
  @Test
  void allowsACycleADiamondAndADeadEnd() {
    assertThat(check("a → b, c", "b → d", "c → d", "d → a", "island")).isEmpty();
  }

  @Test
  void allowsAnUpgradeToItself() {
    assertThat(check("a → a")).isEmpty();
  }

  @Test
  void allowsAnEmptyChain() {
    assertThat(check()).isEmpty();
  }

  @Test
  void refusesATargetThatIsNotListed() {
    assertThat(check("ingress-0-9-0 → ingress-9-9-9"))
        .containsExactly(
            ViolationSketch.of(
                Reason.NOT_FOUND,
                "spec.supportedTemplates[0].availableUpgrades[0].name",
                "ServiceTemplateChain tenant42/ingress-chain upgrades ingress-0-9-0 to"
                    + " ingress-9-9-9, which is not in spec.supportedTemplates; list it there too",
                new Violation.Subject(
                    "", "ingress-0-9-0", "ingress-9-9-9", "tenant42/ingress-chain", ""),
                Optional.empty()));
  }

  @Test
  void refusesATemplateThatIsListedTwice() {
    assertThat(check("a", "b", "a"))
        .extracting(Violation::reason, Violation::field, Violation::message)
        .containsExactly(
            tuple(
                Reason.DUPLICATE,
                "spec.supportedTemplates[2].name",
                "ServiceTemplateChain tenant42/ingress-chain lists a twice; keep one entry for"
                    + " each template"));
  }

  @Test
  void refusesEmptyNames() {
    assertThat(check("", "a → "))
        .extracting(Violation::message)
        .containsExactly(
            "ServiceTemplateChain tenant42/ingress-chain has a template without a name",
            "ServiceTemplateChain tenant42/ingress-chain upgrades a to a template without a name");
  }

  @Test
  void reportsEverythingInTheOrderOfTheSpec() {
    assertThat(check("a → x, b, y", "b → z"))
        .extracting(Violation::field)
        .containsExactly(
            "spec.supportedTemplates[0].availableUpgrades[0].name",
            "spec.supportedTemplates[0].availableUpgrades[2].name",
            "spec.supportedTemplates[1].availableUpgrades[0].name");
  }

  private static List<Violation> check(String... entries) {
    ChainEdit edit =
        new ChainEdit(
            new ChainRef("tenant42", "ingress-chain"),
            ChainSketch.entries(entries),
            false,
            Optional.empty(),
            Optional.empty());
    return new ChainIsWellFormed().check(edit, FakeFacts.with());
  }
}
