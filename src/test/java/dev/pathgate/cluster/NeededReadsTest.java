package dev.pathgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.rule.Violation.Need;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NeededReadsTest {
  private static final int MANY = NeededReads.AT_MOST + 500;

  private final List<Need> needs =
      IntStream.range(0, MANY)
          .<Need>mapToObj(i -> new Need.Chain(new ChainRef("tenant42", "chain-" + i)))
          .toList();

  private final List<CompletableFuture<Object>> open = new ArrayList<>();
  private final Map<Need, Object> found = new ConcurrentHashMap<>();

  private CompletableFuture<Void> start(long millis) {
    return NeededReads.start(
        needs,
        need -> {
          CompletableFuture<Object> reading = new CompletableFuture<>();
          open.add(reading);
          return reading;
        },
        found,
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void hasFewUnderWayAndReadsTheFirstThousand() {
    CompletableFuture<Void> end = start(60_000);

    for (int read = 0; read < NeededReads.AT_MOST; read++) {
      assertThat(open.size() - read).isBetween(1, NeededReads.AT_A_TIME);
      open.get(read).complete("chain");
    }

    assertThat(end).isCompleted();
    assertThat(open).hasSize(NeededReads.AT_MOST);
    assertThat(found.keySet())
        .containsExactlyInAnyOrderElementsOf(needs.subList(0, NeededReads.AT_MOST));
  }

  @Test
  void beginsNothingOnceTheTimeIsOver() throws InterruptedException {
    CompletableFuture<Void> end = start(50);
    Thread.sleep(60);

    for (int read = 0; read < open.size(); read++) {
      assertThat(end).isNotDone();
      open.get(read).complete("chain");
    }

    assertThat(end).isCompleted();
    assertThat(found).hasSize(NeededReads.AT_A_TIME);
  }

  @Test
  void leavesOutWhatFails() {
    CompletableFuture<Void> end =
        NeededReads.start(
            needs,
            need -> {
              if (need == needs.get(0)) {
                throw new IllegalStateException("closed");
              }
              return need == needs.get(1)
                  ? CompletableFuture.failedFuture(new IllegalStateException("refused"))
                  : CompletableFuture.completedFuture("chain");
            },
            found,
            System.nanoTime() + TimeUnit.MINUTES.toNanos(1));

    assertThat(end).isCompleted();
    assertThat(found)
        .hasSize(NeededReads.AT_MOST - 2)
        .doesNotContainKeys(needs.get(0), needs.get(1));
  }
}
