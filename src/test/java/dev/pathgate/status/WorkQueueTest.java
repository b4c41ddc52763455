package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
  private static final Duration CEILING = Duration.ofSeconds(30);

  private final AtomicLong nanos = new AtomicLong();
  private final WorkQueue<String> queue = new WorkQueue<>(4, nanos::get);

  @Test
  void givesAKeyOnceHoweverOftenItIsAdded() {
    queue.add("a");
    queue.add("a");

    assertThat(queue.poll()).contains("a");
    assertThat(queue.poll()).isEmpty();
  }

  @Test
  void givesAKeyAgainThatWasAddedDuringItsWorkButNotBeforeItsEnd() {
    queue.add("a");
    queue.poll();

    queue.add("a");

    assertThat(queue.poll()).isEmpty();
    queue.done("a");
    assertThat(queue.poll()).contains("a");
  }

  @Test
  void doublesTheWaitOfAKeyThatFailsUpToTheCeiling() {
    Duration last = Duration.ZERO;
    queue.add("a");
    for (int i = 0; i < 12; i++) {
      assertThat(queue.poll()).contains("a");
      queue.backoff("a", CEILING);
      Duration wait = waitFor("a");
      assertThat(wait)
          .isGreaterThanOrEqualTo(
              last.multipliedBy(3).dividedBy(2).compareTo(CEILING) < 0 ? last : CEILING);
      assertThat(wait).isLessThanOrEqualTo(CEILING.plus(CEILING.dividedBy(10)).plusMillis(100));
      last = wait;
    }
    assertThat(last).isGreaterThanOrEqualTo(CEILING);
  }

  /** Lets time pass until the key is due, and puts it back as it was. */
  private Duration waitFor(String key) {
    long start = nanos.get();
    while (queue.size() > 0) {
      nanos.addAndGet(Duration.ofMillis(100).toNanos());
      if (queue.poll().isPresent()) {
        queue.addAfter(key, Duration.ZERO);
        break;
      }
    }
    return Duration.ofNanos(nanos.get() - start);
  }

  @Test
  void takesNoNoticeOfNewsWhileAKeyWaitsUnlessItsBasisChanged() {
    queue.add("a");
    queue.poll();
    queue.backoff("a", CEILING);

    queue.add("a");
    assertThat(queue.poll()).isEmpty();

    queue.addNow("a");
    assertThat(queue.poll()).contains("a");
  }

  @Test
  void keepsWorkersFreeOfRetries() {
    for (int i = 0; i < 10; i++) {
      queue.add("poison-" + i);
      queue.poll();
      queue.backoff("poison-" + i, CEILING);
    }
    nanos.addAndGet(CEILING.multipliedBy(2).toNanos());
    queue.add("fresh");

    assertThat(queue.poll()).hasValueSatisfying(key -> assertThat(key).startsWith("poison"));
    assertThat(queue.poll()).hasValueSatisfying(key -> assertThat(key).startsWith("poison"));
    assertThat(queue.poll()).contains("fresh");
    assertThat(queue.poll()).isEmpty();
    assertThat(queue.size()).isEqualTo(8);
  }

  @Test
  void forgetsFailuresOnceAKeySucceeds() {
    queue.add("a");
    queue.poll();
    queue.backoff("a", CEILING);
    nanos.addAndGet(Duration.ofMillis(300).toNanos());
    queue.poll();
    queue.done("a");

    queue.add("a");
    queue.poll();
    queue.backoff("a", CEILING);
    nanos.addAndGet(Duration.ofMillis(300).toNanos());

    assertThat(queue.poll()).contains("a");
  }

  @Test
  void givesAKeyAtOnceWhoseBasisChangedDuringAWorkThatWantsToWait() {
    queue.add("a");
    queue.poll();
    queue.addNow("a");

    queue.addAfter("a", Duration.ofMinutes(10));

    assertThat(queue.poll()).contains("a");
    queue.addNow("a");
    queue.backoff("a", CEILING);
    assertThat(queue.poll()).contains("a");
  }

  @Test
  void letsAKeyWaitThatWasOnlyAddedDuringAWorkThatWantsToWait() {
    queue.add("a");
    queue.poll();
    queue.add("a");

    queue.addAfter("a", Duration.ofMinutes(10));

    assertThat(queue.poll()).isEmpty();
    nanos.addAndGet(Duration.ofMinutes(10).toNanos());
    assertThat(queue.poll()).contains("a");
  }

  @Test
  void countsAKeyWhoseBasisChangedAsARetryNoMore() {
    for (String key : List.of("slow-1", "slow-2", "a")) {
      queue.add(key);
      queue.poll();
      queue.addAfter(key, key.equals("a") ? CEILING : Duration.ofSeconds(1));
    }
    nanos.addAndGet(CEILING.toNanos());
    assertThat(queue.poll()).contains("slow-1");
    assertThat(queue.poll()).contains("slow-2");
    assertThat(queue.poll()).isEmpty();

    queue.addNow("a");

    assertThat(queue.poll()).contains("a");
  }
}
