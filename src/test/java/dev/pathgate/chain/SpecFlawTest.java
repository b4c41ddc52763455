package dev.pathgate.chain;

import static dev.pathgate.chain.SpecFlaw.Kind.EMPTY_NAME;
import static dev.pathgate.chain.SpecFlaw.Kind.LISTED_TWICE;
import static dev.pathgate.chain.SpecFlaw.Kind.TARGET_NOT_LISTED;
import static dev.pathgate.chain.SpecFlaw.Kind.UPGRADES_TO_ITSELF;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpecFlawTest {
  @Test
  void findsNoneInAChainWithACycleADiamondAndADeadEnd() {
    assertThat(flaws("a → b, c", "b → d", "c → d", "d → a", "island")).isEmpty();
  }

  @Test
  void findsATargetThatIsNotListed() {
    assertThat(flaws("a → b, x", "b"))
        .containsExactly(
            new SpecFlaw(
                TARGET_NOT_LISTED,
                "spec.supportedTemplates[0].availableUpgrades[1].name",
                "a",
                "x"));
  }

  @Test
  void takesATargetThatIsListedLaterForListed() {
    assertThat(flaws("a → b", "b")).isEmpty();
  }

  @Test
  void findsEveryFurtherEntryOfATemplate() {
    assertThat(flaws("a", "b", "a", "a"))
        .containsExactly(
            new SpecFlaw(LISTED_TWICE, "spec.supportedTemplates[2].name", "a", "a"),
            new SpecFlaw(LISTED_TWICE, "spec.supportedTemplates[3].name", "a", "a"));
  }

  @Test
  void findsEmptyNamesOfTemplatesAndOfTargets() {
    assertThat(flaws("", "a → "))
        .containsExactly(
            new SpecFlaw(EMPTY_NAME, "spec.supportedTemplates[0].name", "", ""),
            new SpecFlaw(
                EMPTY_NAME, "spec.supportedTemplates[1].availableUpgrades[0].name", "a", ""));
  }

  @Test
  void findsAnUpgradeToItself() {
    assertThat(flaws("a → b, a", "b"))
        .containsExactly(
            new SpecFlaw(
                UPGRADES_TO_ITSELF,
                "spec.supportedTemplates[0].availableUpgrades[1].name",
                "a",
                "a"));
  }

  @Test
  void reportsAllFlawsInTheOrderOfTheSpec() {
    assertThat(flaws("a → x, a", "", "a → y"))
        .extracting(SpecFlaw::field)
        .containsExactly(
            "spec.supportedTemplates[0].availableUpgrades[0].name",
            "spec.supportedTemplates[0].availableUpgrades[1].name",
            "spec.supportedTemplates[1].name",
            "spec.supportedTemplates[2].name",
            "spec.supportedTemplates[2].availableUpgrades[0].name");
  }

  private static List<SpecFlaw> flaws(String... entries) {
    return SpecFlaw.of(ChainSketch.entries(entries));
  }
}
