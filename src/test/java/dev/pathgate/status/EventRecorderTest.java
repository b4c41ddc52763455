package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.rule.Service;
import dev.pathgate.status.EventRecorder.Event;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventRecorderTest {
  @Test
  void recordsThatPathsAppeared() {
    assertThat(EventRecorder.eventsFor(before("t", false), now("t", "", true)))
        .containsExactly(new Event("UpgradePathsAvailable", "upgrade paths are available for n/a"));
  }

  @Test
  void recordsThatPathsVanishedAndWhy() {
    assertThat(EventRecorder.eventsFor(before("t", true), now("t", "its chain is gone", false)))
        .containsExactly(
            new Event(
                "UpgradePathsUnavailable",
                "no upgrade paths any more for n/a (its chain is gone)"));
  }

  @Test
  void recordsNothingWhereNothingChanged() {
    assertThat(EventRecorder.eventsFor(before("t", true), now("t", "", true))).isEmpty();
    assertThat(EventRecorder.eventsFor(before("t", false), now("t", "gone", false))).isEmpty();
  }

  @Test
  void recordsNothingOfAnUpgradeToTheEndOfTheChain() {
    assertThat(EventRecorder.eventsFor(before("t", true), now("t-last", "", false))).isEmpty();
  }

  @Test
  void recordsNothingOfANewService() {
    Observed nothing =
        new Observed(
            "u",
            "1",
            1,
            false,
            List.of(),
            Digest.OF_NOTHING,
            Digest.OF_NOTHING,
            false,
            Map.of(),
            List.of(),
            List.of(),
            false,
            Optional.empty(),
            false,
            false);

    assertThat(EventRecorder.eventsFor(nothing, now("t", "", true))).isEmpty();
  }

  private static Observed before(String template, boolean paths) {
    return new Observed(
        "u",
        "1",
        1,
        false,
        List.of(),
        Digest.OF_NOTHING,
        Digest.OF_NOTHING,
        false,
        Map.of(),
        List.of(new Observed.Published("n/a", template, paths)),
        List.of(),
        true,
        Optional.empty(),
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
