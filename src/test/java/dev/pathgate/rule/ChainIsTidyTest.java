package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.ChainSketch;
import dev.pathgate.rule.Violation.Reason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChainIsTidyTest {
  @Test
  void allowsUpgradesToOthers() {
    assertThat(check("a → b", "b → a")).isEmpty();
  }

  @Test
  void objectsToAnUpgradeToItself() {
    assertThat(check("a → b, a", "b → a"))
        .containsExactly(
            ViolationSketch.of(
                Reason.INVALID,
                "spec.supportedTemplates[0].availableUpgrades[1].name",
                "ServiceTemplateChain tenant42/ingress-chain upgrades a to itself, which does"
                    + " nothing; another template may be meant",
                new Violation.Subject("", "a", "a", "tenant42/ingress-chain", ""),
                Optional.empty()));
  }

  @Test
  void leavesWhatIsNotWellFormedToAnotherRule() {
    assertThat(check("a → x", "a", "")).isEmpty();
  }

  private static List<Violation> check(String... entries) {
    ChainEdit edit =
        new ChainEdit(
            new ChainRef("tenant42", "ingress-chain"),
            ChainSketch.entries(entries),
            false,
            Optional.empty(),
            Optional.empty());
    return new ChainIsTidy().check(edit, FakeFacts.with());
  }
}
