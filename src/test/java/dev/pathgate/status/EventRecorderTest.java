package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.rule.Service;
import dev.pathgate.status.EventRecorder.Event;
import dev.pathgate.status.Observed.Stored;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventRecorderTest {
  @Test
  void recordsThatPathsAppeared() {
    assertThat(
            EventRecorder.eventsFor(before(Stored.SAME_TEMPLATE_WITHOUT_PATHS), now("t", "", true)))
        .containsExactly(new Event("UpgradePathsAvailable", "upgrade paths are available for n/a"));
  }

  @Test
  void recordsThatPathsVanishedAndWhy() {
    assertThat(
            EventRecorder.eventsFor(
                before(Stored.SAME_TEMPLATE_WITH_PATHS), now("t", "its chain is gone", false)))
        .containsExactly(
            new Event(
                "UpgradePathsUnavailable",
                "no upgrade paths any more for n/a (its chain is gone)"));
  }

  @Test
  void recordsNothingWhereNothingChanged() {
    assertThat(EventRecorder.eventsFor(before(Stored.SAME_TEMPLATE_WITH_PATHS), now("t", "", true)))
        .isEmpty();
    assertThat(
            EventRecorder.eventsFor(
                before(Stored.SAME_TEMPLATE_WITHOUT_PATHS), now("t", "gone", false)))
        .isEmpty();
  }

  @Test
  void recordsNothingOfAnUpgradeToTheEndOfTheChain() {
    assertThat(
            EventRecorder.eventsFor(
                before(Stored.OTHER_TEMPLATE_WITH_PATHS), now("t-last", "", false)))
        .isEmpty();
  }

  @Test
  void recordsNothingOfANewService() {
    Observed nothing = before(Stored.NOTHING);

    assertThat(EventRecorder.eventsFor(nothing, now("t", "", true))).isEmpty();
  }

  /** A note has room for some 1,000 characters, of which one name is not to take all. */
  @Test
  void cutsTheNameOfATemplateThatNoObjectCanHave() {
    Observed before = before(Stored.SAME_TEMPLATE_WITH_PATHS);

    assertThat(EventRecorder.eventsFor(before, now("t".repeat(2_000), "", false)))
        .containsExactly(
            new Event(
                "UpgradePathsUnavailable",
                "no upgrade paths any more for n/a (its chain leads nowhere from %1$s…%1$s)"
                    .formatted("t".repeat(126))));
    assertThat(EventRecorder.eventsFor(before, now("t".repeat(253), "", false)))
        .containsExactly(
            new Event(
                "UpgradePathsUnavailable",
                "no upgrade paths any more for n/a (its chain leads nowhere from "
                    + "t".repeat(253)
                    + ")"));
  }

  private static Observed before(Stored stored) {
    return new Observed(
        "u",
        "1",
        1,
        false,
        PackedServices.NONE,
        Digest.OF_NOTHING,
        Observed.Comparison.EXACT,
        false,
        List.of(stored),
        Optional.empty(),
        Optional.empty(),
        false,
        false,
        false,
        false);
  }

  private static UpgradePaths now(String template, String unresolvedReason, boolean paths) {
    return new UpgradePaths(
        List.of(
            new UpgradePaths.Entry(
                new Service("n", "a", template, "c"),
                Optional.of(unresolvedReason).filter(why -> !why.isEmpty()),
                paths ? List.of(List.of(AvailableUpgrade.to("x"))) : List.of(),
                0,
                Optional.empty())),
        0);
  }
}
