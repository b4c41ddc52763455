package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.ChainSketch;
import dev.pathgate.chain.SupportedTemplate;
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

  @Test
  void objectsToUpgradesOfWhichOnlySomeHaveAVersion() {
    assertThat(versions(Optional.of("1.0.0"), Optional.empty()))
        .containsExactly(
            "ServiceTemplateChain tenant42/chain upgrades a to c without a version, to others with"
                + " one: k0rdent takes the chain for invalid; give all or none");
    assertThat(versions(Optional.of("1.0.0"), Optional.of("1.1.0"))).isEmpty();
    assertThat(versions(Optional.empty(), Optional.empty())).isEmpty();
  }

  private static List<String> versions(Optional<String> ofB, Optional<String> ofC) {
    List<SupportedTemplate> templates =
        List.of(
            new SupportedTemplate(
                "a", List.of(new AvailableUpgrade("b", ofB), new AvailableUpgrade("c", ofC))),
            new SupportedTemplate("b", List.of()),
            new SupportedTemplate("c", List.of()));
    return new ChainIsTidy()
            .check(
                new ChainEdit(
                    new ChainRef("tenant42", "chain"),
                    templates,
                    false,
                    Optional.empty(),
                    Optional.empty()),
                FakeFacts.with())
            .stream()
            .map(Violation::message)
            .toList();
  }
}
