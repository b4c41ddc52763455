package dev.pathgate.rule;

import static dev.pathgate.chain.ChainSketch.versioned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.ChainSketch;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.Violation.Reason;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  @Test
  void objectsToAnUpgradeThatK0rdentDeploysOnADetour() {
    assertThat(check(versioned("a → b, c", "b → d, a", "c → d", "d")))
        .containsExactly(
            new Violation(
                Reason.INVALID,
                "spec.supportedTemplates[1].availableUpgrades[0].name",
                () ->
                    "ServiceTemplateChain tenant42/ingress-chain has upgrades that k0rdent (from 1.10"
                        + " on) deploys in steps which it does not have: b to d as c then d",
                new Violation.Subject("", "b", "d", "tenant42/ingress-chain", "")));
  }

  @Test
  void namesSeveralDetoursInOneWarning() {
    assertThat(check(versioned("a → c, d", "b → d", "c → b", "d")))
        .extracting(Violation::message)
        .containsExactly(
            "ServiceTemplateChain tenant42/ingress-chain has upgrades that k0rdent (from 1.10 on)"
                + " deploys in steps which it does not have: a to c as b then c, a to d as b then"
                + " d");
  }

  @Test
  void allowsUpgradesThatK0rdentDeploysAlongTheChain() {
    assertThat(check(versioned("a → b, c, d", "b → c, d", "c → d", "d"))).isEmpty();
  }

  @Test
  void objectsToUpgradesThatTheirVersionDoesNotTellApart() {
    AvailableUpgrade plain = new AvailableUpgrade("b", Optional.of("2.0.0"));
    AvailableUpgrade hardened = new AvailableUpgrade("b-hardened", Optional.of("2.0.0"));

    assertThat(
            check(
                List.of(
                    new SupportedTemplate("a", List.of(plain, hardened)),
                    new SupportedTemplate("b", List.of()),
                    new SupportedTemplate("b-hardened", List.of()))))
        .containsExactly(
            new Violation(
                Reason.INVALID,
                "spec.supportedTemplates[0].availableUpgrades[1].version",
                () ->
                    "ServiceTemplateChain tenant42/ingress-chain gives upgrades the same version, by"
                        + " which k0rdent (from 1.10 on) takes either: a to b-hardened or b",
                new Violation.Subject("", "a", "b-hardened", "tenant42/ingress-chain", "")));
  }

  @Test
  void saysNothingOfDetoursWithoutVersions() {
    assertThat(check("a → b, c", "b → d, a", "c → d", "d")).isEmpty();
  }

  private static final TemplateChain OLD =
      ChainSketch.of("tenant42/old", "a → b", "b → c", "c", "x → c");

  @Test
  void namesWhatUsersOfTheChainThatItSucceedsWouldLose() {
    FakeFacts facts = FakeFacts.with(OLD).inUse("a");

    assertThat(succeeding("old", facts, "a → b", "b", "c"))
        .containsExactly(
            new Violation(
                Reason.INVALID,
                "metadata.annotations[pathgate.dev/succeeds]",
                () ->
                    "ServiceTemplateChain tenant42/ingress-chain replaces old but no longer offers a to"
                        + " c, where services stand",
                new Violation.Subject("", "", "", "tenant42/ingress-chain", "")));
    assertThat(succeeding("old", facts, "a → b", "b → c", "c")).isEmpty();
  }

  @Test
  void looksAtAllTemplatesWhereNoServiceStands() {
    FakeFacts facts = FakeFacts.with(OLD);

    assertThat(succeeding("old", facts, "a → b", "b → c", "c"))
        .extracting(Violation::message)
        .containsExactly(
            "ServiceTemplateChain tenant42/ingress-chain replaces old but no longer offers x");
    assertThat(succeeding("old", facts, "a → b", "b → c", "c", "x → a")).isEmpty();
  }

  @Test
  void namesFiveLossesAtMost() {
    TemplateChain line = ChainSketch.line("tenant42/old", "t", 10);

    assertThat(succeeding("old", FakeFacts.with(line).inUse("t-0"), "t-0"))
        .extracting(Violation::message)
        .containsExactly(
            "ServiceTemplateChain tenant42/ingress-chain replaces old but no longer offers t-0 to"
                + " t-1, t-0 to t-2, t-0 to t-3, t-0 to t-4, t-0 to t-5 and 4 more, where services"
                + " stand");
  }

  @Test
  void saysNothingOfAChainThatItCanNotSucceed() {
    assertThat(succeeding("other", FakeFacts.with(OLD), "a")).isEmpty();
    assertThat(succeeding("", FakeFacts.with(OLD), "a")).isEmpty();
  }

  @Test
  void waitsForAReadBeforeItNamesLosses() {
    assertThat(succeeding("old", FakeFacts.with(OLD).on(Facts.Basis.CACHED), "a"))
        .extracting(Violation::needs)
        .containsExactly(Set.of(new Violation.Need.Chain(OLD.ref())));
  }

  private static List<Violation> succeeding(String old, FakeFacts facts, String... entries) {
    return check(ChainSketch.entries(entries), Optional.of(old), facts);
  }

  private static List<Violation> check(String... entries) {
    return check(ChainSketch.entries(entries));
  }

  private static List<Violation> check(List<SupportedTemplate> entries) {
    return check(entries, Optional.empty(), FakeFacts.with());
  }

  private static List<Violation> check(
      List<SupportedTemplate> entries, Optional<String> succeeds, FakeFacts facts) {
    ChainEdit edit =
        new ChainEdit(
            new ChainRef("tenant42", "ingress-chain"),
            entries,
            false,
            Optional.empty(),
            Optional.empty(),
            succeeds);
    return new ChainIsTidy().check(edit, facts);
  }

  @Test
  void objectsToUpgradesOfWhichOnlySomeHaveAVersion() {
    assertThat(versions(Optional.of("1.0.0"), Optional.empty()))
        .containsExactly(
            "ServiceTemplateChain tenant42/chain upgrades a to c without a version, to others with"
                + " one: k0rdent calls the chain invalid; give all or none");
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
