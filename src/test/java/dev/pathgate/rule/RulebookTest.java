package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainSketch;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.Facts.Basis;
import dev.pathgate.rule.PathPolicy.ChainSwitch;
import dev.pathgate.rule.PathPolicy.Steps;
import dev.pathgate.rule.Violation.Need;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RulebookTest {
  private static final TemplateChain CHAIN =
      ChainSketch.of("tenant42/ingress-chain", "a → b", "b", "c");

  @Test
  void saysNothingOfAStepAlongTheChain() {
    ServiceEdit step = EditSketch.from("a", "ingress-chain").to("b", "ingress-chain");

    assertThat(reported(Map.of(), FakeFacts.with(CHAIN), step)).isEmpty();
  }

  @Test
  void letsOnlyTheFirstViolatedRuleOfAServiceSpeak() {
    // off the path and not listed either
    ServiceEdit edit = EditSketch.from("a", "ingress-chain").to("x", "ingress-chain");

    assertThat(reported(Map.of(), FakeFacts.with(CHAIN), edit))
        .containsExactly("service-follows-chain DENY");
  }

  @Test
  void letsTheNextRuleSpeakWhereTheFirstIsOff() {
    ServiceEdit edit = EditSketch.from("a", "ingress-chain").to("x", "ingress-chain");

    assertThat(
            reported(Map.of(RuleId.SERVICE_FOLLOWS_CHAIN, Action.OFF), FakeFacts.with(CHAIN), edit))
        .containsExactly("service-fits-chain DENY");
  }

  @Test
  void putsADenialBeforeTheWarningOfAnEarlierRule() {
    ServiceEdit edit = EditSketch.from("a", "ingress-chain").to("x", "ingress-chain");

    assertThat(
            reported(
                Map.of(RuleId.SERVICE_FOLLOWS_CHAIN, Action.WARN), FakeFacts.with(CHAIN), edit))
        .containsExactly("service-fits-chain DENY");
  }

  @Test
  void givesADeniedServiceNoWarningBesides() {
    // the missing chain is a warning of its own, and a denial since the template changes
    ServiceEdit edit = EditSketch.from("a", "ingress-chain").to("b", "no-such-chain");

    assertThat(reported(Map.of(), FakeFacts.with(CHAIN), edit))
        .containsExactly("service-follows-chain DENY");
  }

  @Test
  void warnsOfAMissingChainWhereNothingIsDenied() {
    ServiceEdit edit = EditSketch.ofNewService().to("a", "no-such-chain");

    assertThat(reported(Map.of(), FakeFacts.with(CHAIN), edit))
        .containsExactly("service-chain-exists WARN");
  }

  @Test
  void warnsOfANewServiceWithoutAChain() {
    assertThat(reported(Map.of(), FakeFacts.with(CHAIN), EditSketch.ofNewService().to("a", "")))
        .containsExactly("service-has-chain WARN");
  }

  @Test
  void deniesWhereASettingMakesAWarningADenial() {
    assertThat(
            reported(
                Map.of(RuleId.SERVICE_HAS_CHAIN, Action.DENY),
                FakeFacts.with(CHAIN),
                EditSketch.ofNewService().to("a", "")))
        .containsExactly("service-has-chain DENY");
  }

  @Test
  void asksForPublishedPathsOnlyIfToldTo() {
    ServiceEdit step = EditSketch.from("a", "ingress-chain").to("b", "ingress-chain");

    assertThat(
            reported(
                Map.of(RuleId.SERVICE_PATH_PUBLISHED, Action.DENY), FakeFacts.with(CHAIN), step))
        .containsExactly("service-path-published DENY");
  }

  @Test
  void reportsAllServicesAtFaultInListOrder() {
    ServiceEdit first = EditSketch.ofNewService("dns").to("a", "");
    ServiceEdit second = EditSketch.from("a", "ingress-chain").to("c", "ingress-chain");
    ServiceEdit third = EditSketch.ofNewService("redis").to("x", "ingress-chain");

    assertThat(reported(Map.of(), FakeFacts.with(CHAIN), first, second, third))
        .containsExactly(
            "service-has-chain WARN", "service-follows-chain DENY", "service-fits-chain DENY");
  }

  @Test
  void givesADeniedServiceNoWarningOfAnotherEntryOfIt() {
    ServiceEdit first = EditSketch.ofNewService().to("a", "");
    ServiceEdit again = EditSketch.ofNewService().occurrence(2).to("a", "");

    assertThat(reported(Map.of(), FakeFacts.with(CHAIN), first, again))
        .containsExactly("service-listed-once DENY");
  }

  @Test
  void putsTheRulesIdBehindTheMessage() {
    ServiceEdit edit = EditSketch.from("b", "ingress-chain").to("a", "ingress-chain");

    assertThat(rulebook(Map.of()).ofServices(List.of(edit), FakeFacts.with(CHAIN)).reported())
        .extracting(Finding::message)
        .containsExactly(
            "service tenant42/ingress-nginx can't be upgraded from b to a: ServiceTemplateChain"
                + " tenant42/ingress-chain leads nowhere from b [service-follows-chain]");
  }

  @Test
  void reportsWhatMustBeReadBeforeADenialOnTheCache() {
    ServiceEdit edit = EditSketch.from("b", "ingress-chain").to("a", "ingress-chain");

    Findings findings =
        rulebook(Map.of()).ofServices(List.of(edit), FakeFacts.with(CHAIN).on(Basis.CACHED));

    assertThat(findings.needs()).containsExactly(new Need.Chain(CHAIN.ref()));
  }

  @Test
  void reportsWhatMustBeReadBeforeAWarningOnTheCacheAndKeepsItToItself() {
    ServiceEdit edit = EditSketch.ofNewService().to("a", "no-such-chain");

    Findings findings =
        rulebook(Map.of()).ofServices(List.of(edit), FakeFacts.with(CHAIN).on(Basis.CACHED));

    assertThat(findings.reported()).isEmpty();
    assertThat(findings.needs())
        .containsExactly(new Need.Chain(ChainSketch.ref("tenant42/no-such-chain")));
  }

  @Test
  void needsNothingForAnAllowOnTheCache() {
    ServiceEdit step = EditSketch.from("a", "ingress-chain").to("b", "ingress-chain");

    assertThat(rulebook(Map.of()).ofServices(List.of(step), FakeFacts.with(CHAIN).on(Basis.CACHED)))
        .isEqualTo(Findings.none());
  }

  @Test
  void staysSilentWithAWarningThatCouldNotBeChecked() {
    ServiceEdit edit = EditSketch.ofNewService().to("a", "no-such-chain");

    assertThat(reported(Map.of(), FakeFacts.with(CHAIN).on(Basis.UNREADABLE), edit)).isEmpty();
  }

  @Test
  void staysSilentWithAPathWarningThatCouldNotBeChecked() {
    ServiceEdit edit = EditSketch.from("b", "ingress-chain").to("a", "ingress-chain");

    assertThat(
            reported(
                Map.of(RuleId.SERVICE_FOLLOWS_CHAIN, Action.WARN),
                FakeFacts.with(CHAIN).on(Basis.UNREADABLE),
                edit))
        .isEmpty();
  }

  @Test
  void judgesByTheCacheWhatADenyRuleCouldNotRead() {
    ServiceEdit off = EditSketch.from("b", "ingress-chain").to("a", "ingress-chain");
    ServiceEdit along = EditSketch.from("a", "ingress-chain").to("b", "ingress-chain");

    assertThat(reported(Map.of(), FakeFacts.with(CHAIN).on(Basis.UNREADABLE), off, along))
        .containsExactly("service-follows-chain DENY");
  }

  @Test
  void deniesAChangedTemplateWhoseChainIsNeitherKnownNorReadable() {
    ServiceEdit edit = EditSketch.from("a", "ingress-chain").to("b", "ingress-chain");

    assertThat(reported(Map.of(), FakeFacts.with().on(Basis.UNREADABLE), edit))
        .containsExactly("service-follows-chain DENY");
  }

  @Test
  void reportsEverythingThatIsWrongWithANewChain() {
    ChainEdit edit = chain("a → a, x", "b");

    Findings findings = rulebook(Map.of()).ofNewChain(edit, FakeFacts.with().templates("a"));

    assertThat(findings.reported())
        .extracting(finding -> finding.rule().id() + " " + finding.action())
        .containsExactly(
            "chain-is-well-formed DENY", "chain-is-tidy WARN", "chain-templates-exist WARN");
    assertThat(findings.denials()).hasSize(1);
    assertThat(findings.warnings()).hasSize(2);
  }

  @Test
  void asksOfAChangedChainOnlyWhetherItsSpecStays() {
    ChainEdit edit =
        new ChainEdit(
            CHAIN.ref(),
            ChainSketch.entries("a → a, x"),
            false,
            Optional.of(Map.of()),
            Optional.of(Map.of()));

    assertThat(rulebook(Map.of()).ofChangedChain(edit, FakeFacts.with()).reported()).isEmpty();
  }

  @Test
  void asksOfADeletedChainOnlyWhetherItIsUnused() {
    FakeFacts used = FakeFacts.with().user("MultiClusterService", "", "fleet");

    assertThat(rulebook(Map.of()).ofDeletedChain(chain("a → x"), used).reported())
        .extracting(finding -> finding.rule().id())
        .containsExactly("chain-is-unused");
  }

  @Test
  void asksNoRuleThatIsOff() {
    FakeFacts used = FakeFacts.with().user("MultiClusterService", "", "fleet");

    assertThat(
            rulebook(Map.of(RuleId.CHAIN_IS_UNUSED, Action.OFF)).ofDeletedChain(chain("a"), used))
        .isEqualTo(Findings.none());
  }

  private static ChainEdit chain(String... entries) {
    return new ChainEdit(
        CHAIN.ref(), ChainSketch.entries(entries), false, Optional.empty(), Optional.empty());
  }

  private static List<String> reported(
      Map<RuleId, Action> actions, Facts facts, ServiceEdit... edits) {
    return rulebook(actions).ofServices(List.of(edits), facts).reported().stream()
        .map(finding -> finding.rule().id() + " " + finding.action())
        .toList();
  }

  private static Rulebook rulebook(Map<RuleId, Action> actions) {
    return new Rulebook(actions, new PathPolicy(Steps.ANY, ChainSwitch.TOGETHER), "kcm-system");
  }
}
