package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainSketch;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.Facts.Basis;
import dev.pathgate.rule.PathPolicy.ChainSwitch;
import dev.pathgate.rule.PathPolicy.Steps;
import dev.pathgate.rule.Violation.Reason;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceFollowsChainTest {
  private static final TemplateChain CHAIN =
      ChainSketch.of(
          "tenant42/ingress-chain",
          "ingress-0-9-0 → ingress-0-10-0",
          "ingress-0-10-0 → ingress-0-11-0",
          "ingress-0-11-0",
          "ingress-9-9-9");
  private static final TemplateChain ROLLBACK =
      ChainSketch.of(
          "tenant42/ingress-rollback", "ingress-0-9-0", "ingress-0-10-0 → ingress-0-9-0");
  private static final PathPolicy LENIENT = new PathPolicy(Steps.ANY, ChainSwitch.TOGETHER);
  private static final PathPolicy SINGLE = new PathPolicy(Steps.SINGLE, ChainSwitch.TOGETHER);
  private static final PathPolicy SEPARATE = new PathPolicy(Steps.ANY, ChainSwitch.SEPARATE);

  @Test
  void allowsTheNextStep() {
    assertThat(refusal(move("ingress-0-9-0", "ingress-0-10-0"), CHAIN)).isEmpty();
  }

  @Test
  void allowsAWayOfSeveralSteps() {
    assertThat(refusal(move("ingress-0-9-0", "ingress-0-11-0"), CHAIN)).isEmpty();
  }

  @Test
  void namesAsManyWaysAsThereIsRoomForAndWhatHelpsInAnyCase() {
    String addon = "cert-manager-with-approver-policy-addon-1-%02d-0";
    String[] lines = new String[13];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = addon.formatted(i) + (i < 12 ? " → " + addon.formatted(i + 1) : "");
    }
    ServiceEdit back = move(addon.formatted(1), addon.formatted(0));
    TemplateChain rollback =
        ChainSketch.of(
            "tenant42/rollback",
            addon.formatted(0),
            addon.formatted(1) + " → " + addon.formatted(0));

    String message =
        refusal(back, ChainSketch.of("tenant42/ingress-chain", lines), rollback).orElseThrow();

    assertThat(message)
        .hasSizeLessThan(1_500)
        .containsPattern("leads from .*, .* \\(via .*\\) and \\d more; ")
        .endsWith("ServiceTemplateChain tenant42/rollback leads there: name it as templateChain");
  }

  @Test
  void refusesAMoveOffThePathAndNamesTheWaysThatAreOpen() {
    ServiceEdit edit = move("ingress-0-9-0", "ingress-9-9-9");

    Optional<Violation> violation = check(LENIENT, edit, FakeFacts.with(CHAIN));

    assertThat(violation)
        .contains(
            ViolationSketch.of(
                Reason.INVALID,
                "spec.serviceSpec.services[0].template",
                "service tenant42/ingress-nginx can't be upgraded from ingress-0-9-0 to"
                    + " ingress-9-9-9: ServiceTemplateChain tenant42/ingress-chain leads from"
                    + " ingress-0-9-0 to ingress-0-10-0, ingress-0-11-0 (via ingress-0-10-0)",
                new Violation.Subject(
                    "tenant42/ingress-nginx",
                    "ingress-0-9-0",
                    "ingress-9-9-9",
                    "tenant42/ingress-chain",
                    "7"),
                Optional.empty()));
  }

  @Test
  void refusesARollbackOfWhichTheChainKnowsNothing() {
    assertThat(refusal(move("ingress-0-11-0", "ingress-0-10-0"), CHAIN))
        .contains(
            "service tenant42/ingress-nginx can't be upgraded from ingress-0-11-0 to"
                + " ingress-0-10-0: ServiceTemplateChain tenant42/ingress-chain leads nowhere from"
                + " ingress-0-11-0");
  }

  @Test
  void allowsARollbackInAChainThatHoldsIt() {
    ServiceEdit edit =
        EditSketch.from("ingress-0-10-0", "ingress-chain").to("ingress-0-9-0", "ingress-rollback");

    assertThat(refusal(edit, CHAIN, ROLLBACK)).isEmpty();
  }

  @Test
  void hintsAtTheChainThatHoldsTheRollback() {
    assertThat(refusal(move("ingress-0-10-0", "ingress-0-9-0"), CHAIN, ROLLBACK))
        .contains(
            "service tenant42/ingress-nginx can't be upgraded from ingress-0-10-0 to"
                + " ingress-0-9-0: ServiceTemplateChain tenant42/ingress-chain leads from"
                + " ingress-0-10-0 to ingress-0-11-0; ServiceTemplateChain"
                + " tenant42/ingress-rollback leads there: name it as templateChain");
  }

  @Test
  void hintsAtNoChainOfAnotherNamespace() {
    TemplateChain elsewhere =
        ChainSketch.of("tenant43/rollback", "ingress-0-10-0 → ingress-0-9-0", "ingress-0-9-0");

    assertThat(refusal(move("ingress-0-10-0", "ingress-0-9-0"), CHAIN, elsewhere).orElseThrow())
        .endsWith("leads from ingress-0-10-0 to ingress-0-11-0");
  }

  @Test
  void hintsAtNoChainThatListsBothButLeadsTheOtherWay() {
    TemplateChain upwards =
        ChainSketch.of("tenant42/upwards", "ingress-0-9-0 → ingress-0-10-0", "ingress-0-10-0");

    assertThat(refusal(move("ingress-0-10-0", "ingress-0-9-0"), CHAIN, upwards).orElseThrow())
        .endsWith("leads from ingress-0-10-0 to ingress-0-11-0");
  }

  @Test
  void refusesAChangeWithoutAChainAndSaysThatNoneListsTheTemplate() {
    ServiceEdit edit = EditSketch.from("ingress-8-8-8", "").to("ingress-0-10-0", "");

    assertThat(refusal(edit, CHAIN))
        .contains(
            "service tenant42/ingress-nginx can't be upgraded from ingress-8-8-8 to"
                + " ingress-0-10-0: it has no templateChain; no ServiceTemplateChain of namespace"
                + " tenant42 lists ingress-8-8-8");
  }

  @Test
  void refusesAChangeWithoutAChainAndNamesTheChainsThatListTheTemplate() {
    ServiceEdit edit = EditSketch.from("ingress-0-9-0", "").to("ingress-0-10-0", "");

    assertThat(refusal(edit, CHAIN, ROLLBACK))
        .contains(
            "service tenant42/ingress-nginx can't be upgraded from ingress-0-9-0 to"
                + " ingress-0-10-0: it has no templateChain; ingress-0-9-0 is listed by"
                + " ServiceTemplateChains ingress-chain, ingress-rollback of namespace tenant42");
  }

  @Test
  void refusesToDropTheChainWhileTheTemplateChanges() {
    ServiceEdit edit = EditSketch.from("ingress-0-9-0", "ingress-chain").to("ingress-0-10-0", "");

    assertThat(refusal(edit, CHAIN))
        .contains(
            "service tenant42/ingress-nginx can't be upgraded from ingress-0-9-0 to"
                + " ingress-0-10-0: this edit takes its ServiceTemplateChain"
                + " tenant42/ingress-chain away; keep it as templateChain");
  }

  @Test
  void allowsToDropTheChainWhileTheTemplateStays() {
    assertThat(refusal(EditSketch.from("ingress-0-9-0", "ingress-chain").to("ingress-0-9-0", "")))
        .isEmpty();
  }

  @Test
  void refusesAChainThatDoesNotExist() {
    assertThat(refusal(move("ingress-0-9-0", "ingress-0-10-0")))
        .contains(
            "service tenant42/ingress-nginx can't be upgraded from ingress-0-9-0 to"
                + " ingress-0-10-0: ServiceTemplateChain tenant42/ingress-chain does not exist;"
                + " apply it first, in a commit of its own");
  }

  @Test
  void saysThatTheSystemNamespaceHasAChainThatIsMissing() {
    TemplateChain source = ChainSketch.of("kcm-system/ingress-chain", "ingress-0-9-0");

    assertThat(refusal(move("ingress-0-9-0", "ingress-0-10-0"), source).orElseThrow())
        .endsWith(
            ": ServiceTemplateChain tenant42/ingress-chain does not exist; ServiceTemplateChain"
                + " kcm-system/ingress-chain does: k0rdent copies it to namespace tenant42 by"
                + " AccessManagement");
  }

  @Test
  void namesChainsThatLeadOnBeforeDeadEnds() {
    ServiceEdit edit = EditSketch.from("a", "").to("b", "");

    assertThat(
            refusal(
                    edit,
                    ChainSketch.of("tenant42/dead-1", "a"),
                    ChainSketch.of("tenant42/dead-2", "a → a"),
                    ChainSketch.of("tenant42/dead-3", "a"),
                    ChainSketch.of("tenant42/up", "a → b", "b"))
                .orElseThrow())
        .endsWith(
            "a is listed by ServiceTemplateChains up, dead-1, dead-2 and 1 more of namespace"
                + " tenant42");
  }

  @Test
  void refusesAChainThatIsNotKnownAndCouldNotBeRead() {
    ServiceEdit edit = move("ingress-0-9-0", "ingress-0-10-0");

    Optional<Violation> violation = check(LENIENT, edit, FakeFacts.with().on(Basis.UNREADABLE));

    assertThat(violation.map(Violation::message))
        .contains(
            "service tenant42/ingress-nginx can't be upgraded from ingress-0-9-0 to"
                + " ingress-0-10-0: ServiceTemplateChain tenant42/ingress-chain could not be read"
                + " in time; try again");
  }

  @Test
  void allowsByTheCacheWhatCouldNotBeRead() {
    ServiceEdit edit = move("ingress-0-9-0", "ingress-0-10-0");

    assertThat(check(LENIENT, edit, FakeFacts.with(CHAIN).on(Basis.UNREADABLE))).isEmpty();
  }

  @Test
  void refusesByTheCacheWhatCouldNotBeRead() {
    ServiceEdit edit = move("ingress-0-9-0", "ingress-9-9-9");

    assertThat(
            check(LENIENT, edit, FakeFacts.with(CHAIN).on(Basis.UNREADABLE))
                .map(Violation::message)
                .orElseThrow())
        .endsWith(
            "leads from ingress-0-9-0 to ingress-0-10-0, ingress-0-11-0 (via ingress-0-10-0)");
  }

  @Test
  void refusesAChainThatDoesNotListTheOldTemplate() {
    assertThat(refusal(move("ingress-8-8-8", "ingress-0-10-0"), CHAIN))
        .contains(
            "service tenant42/ingress-nginx can't be upgraded from ingress-8-8-8 to"
                + " ingress-0-10-0: ServiceTemplateChain tenant42/ingress-chain does not list"
                + " ingress-8-8-8");
  }

  @Test
  void hintsAtAChainThatListsTheOldTemplateAndLeadsOn() {
    TemplateChain entry =
        ChainSketch.of("tenant42/entry", "ingress-8-8-8 → ingress-0-10-0", "ingress-0-10-0");

    assertThat(refusal(move("ingress-8-8-8", "ingress-0-10-0"), CHAIN, entry).orElseThrow())
        .endsWith(
            "does not list ingress-8-8-8; ServiceTemplateChain tenant42/entry leads there: name it"
                + " as templateChain");
  }

  @Test
  void asksNothingOfAnUnchangedService() {
    assertThat(refusal(move("ingress-9-9-9", "ingress-9-9-9"))).isEmpty();
  }

  @Test
  void asksNothingOfANewService() {
    assertThat(refusal(EditSketch.ofNewService().to("ingress-0-9-0", "ingress-chain"))).isEmpty();
  }

  @Test
  void allowsAChainSwitchAndAStepOfTheNewChainTogether() {
    ServiceEdit edit =
        EditSketch.from("ingress-0-9-0", "other").to("ingress-0-10-0", "ingress-chain");

    assertThat(check(LENIENT, edit, FakeFacts.with(CHAIN))).isEmpty();
  }

  @Test
  void refusesAChainSwitchAndAStepTogetherWhereTheyMustBeSeparate() {
    ServiceEdit edit =
        EditSketch.from("ingress-0-9-0", "other").to("ingress-0-10-0", "ingress-chain");

    assertThat(check(SEPARATE, edit, FakeFacts.with(CHAIN)).map(Violation::message))
        .contains(
            "service tenant42/ingress-nginx can't be upgraded from ingress-0-9-0 to"
                + " ingress-0-10-0: ServiceTemplateChain tenant42/ingress-chain is not its chain"
                + " yet; name it as templateChain first, in an edit of its own");
  }

  @Test
  void allowsAStepOfTheChainOnTheLiveObjectWhereTheyMustBeSeparate() {
    ServiceEdit edit = move("ingress-0-9-0", "ingress-0-10-0");

    assertThat(check(SEPARATE, edit, FakeFacts.with(CHAIN))).isEmpty();
  }

  @Test
  void allowsAChainSwitchAloneWhereTheyMustBeSeparate() {
    ServiceEdit edit =
        EditSketch.from("ingress-0-9-0", "other").to("ingress-0-9-0", "ingress-chain");

    assertThat(check(SEPARATE, edit, FakeFacts.with(CHAIN))).isEmpty();
  }

  @Test
  void hintsAtAnEditOfItsOwnWhereTheyMustBeSeparate() {
    ServiceEdit edit = move("ingress-0-10-0", "ingress-0-9-0");

    assertThat(
            check(SEPARATE, edit, FakeFacts.with(CHAIN, ROLLBACK))
                .map(Violation::message)
                .orElseThrow())
        .endsWith(
            "; ServiceTemplateChain tenant42/ingress-rollback leads there: name it as templateChain"
                + " first, in an edit of its own");
  }

  @Test
  void allowsADirectEdgeWhereStepsAreSingle() {
    ServiceEdit edit = move("ingress-0-9-0", "ingress-0-10-0");

    assertThat(check(SINGLE, edit, FakeFacts.with(CHAIN))).isEmpty();
  }

  @Test
  void refusesASkippedStepWhereStepsAreSingleAndSpellsOutTheWay() {
    ServiceEdit edit = move("ingress-0-9-0", "ingress-0-11-0");

    assertThat(check(SINGLE, edit, FakeFacts.with(CHAIN)).map(Violation::message))
        .contains(
            "service tenant42/ingress-nginx can't be upgraded from ingress-0-9-0 to"
                + " ingress-0-11-0: ServiceTemplateChain tenant42/ingress-chain leads there step by"
                + " step, one edit each: ingress-0-10-0, then ingress-0-11-0; k0rdent would"
                + " deploy ingress-0-11-0 at once");
  }

  @Test
  void hintsAtTheChainThatLeadsThereStepByStep() {
    ServiceEdit back = move("ingress-0-11-0", "ingress-0-9-0");
    TemplateChain slow =
        ChainSketch.of(
            "tenant42/slow",
            "ingress-0-9-0",
            "ingress-0-10-0 → ingress-0-9-0",
            "ingress-0-11-0 → ingress-0-10-0");
    TemplateChain quick =
        ChainSketch.of("tenant42/quick", "ingress-0-9-0", "ingress-0-11-0 → ingress-0-9-0");

    assertThat(check(SINGLE, back, FakeFacts.with(CHAIN, slow)).map(Violation::message).get())
        .endsWith(
            "leads nowhere from ingress-0-11-0; ServiceTemplateChain tenant42/slow leads there step"
                + " by step, one edit each: ingress-0-10-0, then ingress-0-9-0: name it as"
                + " templateChain");
    assertThat(
            check(SINGLE, back, FakeFacts.with(CHAIN, slow, quick)).map(Violation::message).get())
        .endsWith("; ServiceTemplateChain tenant42/quick leads there: name it as templateChain");
  }

  @Test
  void namesTheWholeWayWhereStepsAreSingle() {
    ServiceEdit edit = move("ingress-0-9-0", "ingress-9-9-9");

    assertThat(check(SINGLE, edit, FakeFacts.with(CHAIN)).map(Violation::message).orElseThrow())
        .endsWith(
            "leads from ingress-0-9-0 to ingress-0-10-0, ingress-0-11-0 (via ingress-0-10-0)");
  }

  @Test
  void needsAPathFromEachOldEntryOfAServiceThatIsListedTwice() {
    EditSketch twice =
        EditSketch.from("ingress-0-9-0", "ingress-chain").andFrom("ingress-9-9-9", "ingress-chain");

    assertThat(refusal(twice.to("ingress-0-10-0", "ingress-chain"), CHAIN))
        .contains(
            "service tenant42/ingress-nginx can't be upgraded from ingress-9-9-9 to"
                + " ingress-0-10-0: ServiceTemplateChain tenant42/ingress-chain leads nowhere from"
                + " ingress-9-9-9");
  }

  @Test
  void allowsWhatBothOldEntriesOfAServiceLeadTo() {
    EditSketch twice =
        EditSketch.from("ingress-0-9-0", "ingress-chain")
            .andFrom("ingress-0-10-0", "ingress-chain");

    assertThat(refusal(twice.to("ingress-0-11-0", "ingress-chain"), CHAIN)).isEmpty();
  }

  @Test
  void namesTheReadThatARefusalOnTheCacheWaitsFor() {
    ServiceEdit edit = move("ingress-0-9-0", "ingress-9-9-9");

    assertThat(check(LENIENT, edit, FakeFacts.with(CHAIN).on(Basis.CACHED)).orElseThrow().needs())
        .contains(new Violation.Need.Chain(CHAIN.ref()));
  }

  @Test
  void waitsForNoReadWhereTheServiceNamesNoChain() {
    ServiceEdit edit = EditSketch.from("ingress-0-9-0", "").to("ingress-0-10-0", "");

    assertThat(check(LENIENT, edit, FakeFacts.with(CHAIN).on(Basis.CACHED)).orElseThrow().needs())
        .isEmpty();
  }

  @Test
  void namesTenOfManyWaysAndCountsTheRest() {
    ServiceEdit edit = EditSketch.from("t-0", "line").to("t-unknown", "line");

    String refusal = refusal(edit, ChainSketch.line("tenant42/line", "t", 10_000)).orElseThrow();

    assertThat(refusal)
        .contains("leads from t-0 to t-1, t-2 (via t-1), t-3 (via t-1, t-2), ")
        .endsWith("t-10 (via t-1, t-2, t-3, t-4, t-5, t-6, t-7, t-8, t-9) and 9989 more");
  }

  private static ServiceEdit move(String from, String to) {
    return EditSketch.from(from, "ingress-chain").to(to, "ingress-chain");
  }

  private static Optional<String> refusal(ServiceEdit edit, TemplateChain... chains) {
    return check(LENIENT, edit, FakeFacts.with(chains)).map(Violation::message);
  }

  private static Optional<Violation> check(PathPolicy policy, ServiceEdit edit, Facts facts) {
    return new ServiceFollowsChain(policy, "kcm-system").check(edit, facts);
  }
}
