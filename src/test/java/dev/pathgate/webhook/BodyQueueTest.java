package dev.pathgate.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who waits, who is told to try, and who gives way. */
class BodyQueueTest {
  private final List<String> told = new ArrayList<>();
  private final BodyQueue queue = new BodyQueue(3);

  private final class Body implements BodyQueue.Waiter {
    private final String connection;
    private final String name;

    Body(String connection, String name) {
      this.connection = connection;
      this.name = name;
    }

    @Override
    public Object connection() {
      return connection;
    }

    @Override
    public void retry() {
      told.add("try " + name);
    }

    @Override
    public void giveUp() {
      told.add("leave " + name);
    }
  }

  private Body add(String connection, String name) {
    Body body = new Body(connection, name);
    told.add((queue.add(body) ? "waits " : "refused ") + name);
    return body;
  }

  @Test
  void tellsTheFirstUntilItIsGone() {
    Body first = add("a", "1");
    add("b", "2");

    queue.wake();
    queue.wake();
    queue.remove(first);

    assertThat(told).containsExactly("waits 1", "waits 2", "try 1", "try 1", "try 2");
  }

  @Test
  void tellsNobodyWhereNobodyWaits() {
    queue.remove(add("a", "1"));
    queue.wake();

    assertThat(told).containsExactly("waits 1");
    assertThat(queue.isBusy()).isFalse();
  }

  @Test
  void letsTheConnectionThatHasMostWaitingGiveWay() {
    add("greedy", "1");
    add("greedy", "2");
    add("greedy", "3");
    add("other", "4");

    assertThat(told).containsExactly("waits 1", "waits 2", "waits 3", "leave 3", "waits 4");
  }

  @Test
  void refusesOneMoreOfTheConnectionThatHasMostWaiting() {
    add("greedy", "1");
    add("greedy", "2");
    add("other", "3");
    add("greedy", "4");

    assertThat(told).containsExactly("waits 1", "waits 2", "waits 3", "refused 4");
  }
}
