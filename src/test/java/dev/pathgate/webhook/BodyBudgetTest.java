package dev.pathgate.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {
  private static final long FOR_EVER = TimeUnit.DAYS.toNanos(1);

  private final List<String> left = new ArrayList<>();

  @Test
  void takesWhatFitsAndNoMore() {
    BodyBudget budget = new BodyBudget(10, FOR_EVER);
    BodyBudget.Share first = share(budget, "first");

    assertThat(first.grow(6)).isTrue();
    assertThat(share(budget, "second").grow(5)).isFalse();
    assertThat(share(budget, "third").grow(4)).isTrue();
    assertThat(left).isEmpty();
  }

  @Test
  void hasRoomAgainForWhatWasGivenBack() {
    BodyBudget budget = new BodyBudget(10, FOR_EVER);
    BodyBudget.Share first = share(budget, "first");
    first.grow(10);

    first.release();
    first.release();

    assertThat(share(budget, "second").grow(10)).isTrue();
    assertThat(share(budget, "third").grow(1)).isFalse();
  }

  @Test
  void tellsTheOldestToLeaveWhoHaveBeenArrivingForTooLong() {
    BodyBudget budget = new BodyBudget(10, 0);
    BodyBudget.Share oldest = share(budget, "oldest");
    BodyBudget.Share older = share(budget, "older");
    oldest.grow(4);
    older.grow(4);

    assertThat(share(budget, "newcomer").grow(6)).isTrue();

    assertThat(left).containsExactly("oldest");
    assertThat(oldest.grow(1)).as("it has left").isFalse();
    oldest.release();
    assertThat(share(budget, "another").grow(1)).as("nothing is given back twice").isTrue();
    assertThat(left).containsExactly("oldest", "older");
  }

  @Test
  void tellsNobodyToLeaveInVain() {
    BodyBudget budget = new BodyBudget(10, 0);
    BodyBudget.Share judged = share(budget, "judged");
    judged.grow(8);
    judged.arrived();
    BodyBudget.Share slow = share(budget, "slow");
    slow.grow(2);

    assertThat(share(budget, "newcomer").grow(3)).isFalse();
    assertThat(left).isEmpty();
    assertThat(share(budget, "smaller").grow(2)).isTrue();
    assertThat(left).containsExactly("slow");
    assertThat(slow.arrived()).isFalse();
  }

  @Test
  void tellsNobodyToLeaveWhoHasArrived() {
    BodyBudget budget = new BodyBudget(10, 0);
    BodyBudget.Share judged = share(budget, "judged");
    judged.grow(10);
    assertThat(judged.arrived()).isTrue();

    assertThat(share(budget, "newcomer").grow(1)).isFalse();
    assertThat(left).isEmpty();
  }

  private BodyBudget.Share share(BodyBudget budget, String name) {
    return budget.share(() -> left.add(name));
  }
}
