package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.rule.Service;
import dev.pathgate.status.Announcements.News;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
  @Test
  void tellsThatPathsAppeared() {
    assertThat(Announcements.news(before("t", false), now("t", "", true)))
        .containsExactly(new News("UpgradePathsAvailable", "upgrade paths are available for n/a"));
  }

  @Test
  void tellsThatPathsVanishedAndWhy() {
    assertThat(Announcements.news(before("t", true), now("t", "its chain is gone", false)))
        .containsExactly(
            new News(
                "UpgradePathsUnavailable",
                "no upgrade paths any more for n/a (its chain is gone)"));
  }

  @Test
  void tellsNothingWhereNothingChanged() {
    assertThat(Announcements.news(before("t", true), now("t", "", true))).isEmpty();
    assertThat(Announcements.news(before("t", false), now("t", "gone", false))).isEmpty();
  }

  @Test
  void tellsNothingOfAnUpgradeToTheEndOfTheChain() {
    assertThat(Announcements.news(before("t", true), now("t-last", "", false))).isEmpty();
  }

  @Test
  void tellsNothingOfANewService() {
    Observed nothing =
        new Observed(
            "u",
            "1",
            1,
            false,
            List.of(),
            Digest.OF_NOTHING,
            Digest.OF_NOTHING,
            List.of(),
            List.of(),
            false,
            Optional.empty(),
            false,
            false);

    assertThat(Announcements.news(nothing, now("t", "", true))).isEmpty();
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
        List.of(new Observed.Published("n/a", template, paths)),
        List.of(),
        true,
        Optional.empty(),
        false,
        false);
  }

  private static Offer now(String template, String obstacle, boolean paths) {
    return new Offer(
        List.of(
            new Offer.Entry(
                new Service("n", "a", template, "c"),
                Optional.of(obstacle).filter(why -> !why.isEmpty()),
                paths ? List.of(List.of(AvailableUpgrade.to("x"))) : List.of(),
                0)),
        0);
  }
}
