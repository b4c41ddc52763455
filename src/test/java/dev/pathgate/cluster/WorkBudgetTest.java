package dev.pathgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkBudgetTest {
  private final WorkBudget budget = new WorkBudget(100);
  private final List<String> granted = new ArrayList<>();

  private WorkBudget.Share take(String name, long bytes) {
    return budget.take(bytes, share -> granted.add(name));
  }

  @Test
  void grantsAtOnceWhatThereIsRoomFor() {
    take("a", 60);
    take("b", 40);

    assertThat(granted).containsExactly("a", "b");
  }

  @Test
  void letsTheOneWaitThatFindsNoRoom() {
    WorkBudget.Share first = take("a", 60);
    take("b", 41);
    assertThat(granted).containsExactly("a");

    first.release();

    assertThat(granted).containsExactly("a", "b");
  }

  @Test
  void letsNobodyOvertakeOneThatWaits() {
    WorkBudget.Share first = take("a", 60);
    take("b", 80);
    take("c", 10);
    assertThat(granted).containsExactly("a");

    first.release();

    assertThat(granted).containsExactly("a", "b", "c");
  }

  @Test
  void forgetsOneThatNoLongerWaits() {
    WorkBudget.Share first = take("a", 60);
    WorkBudget.Share second = take("b", 80);
    take("c", 80);

    second.release();
    first.release();

    assertThat(granted).containsExactly("a", "c");
  }

  @Test
  void grantsTheWholeToOneThatNeedsMoreThanThereIs() {
    take("a", 1_000);

    assertThat(granted).containsExactly("a");
    assertThat(budget.couldHold(1_000)).isFalse();
    assertThat(budget.couldHold(100)).isTrue();
  }

  @Test
  void growsIntoWhatIsFreeAndNoFurther() {
    WorkBudget.Share share = take("a", 60);

    assertThat(share.grow(40)).isTrue();
    assertThat(share.grow(1)).isFalse();
  }

  @Test
  void givesWhatWasNotNeededToTheNext() {
    WorkBudget.Share share = take("a", 100);
    take("b", 80);

    share.shrink(20);

    assertThat(granted).containsExactly("a", "b");
  }

  @Test
  void givesBackOnlyOnce() {
    WorkBudget.Share share = take("a", 60);
    share.release();
    share.release();
    take("b", 100);
    take("c", 1);

    assertThat(granted).containsExactly("a", "b");
  }
}
