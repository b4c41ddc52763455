package dev.pathgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private final Turns turns = new Turns(2);
  private final List<CompletableFuture<String>> running = new CopyOnWriteArrayList<>();

  private CompletableFuture<String> begin() {
    CompletableFuture<String> work = new CompletableFuture<>();
    running.add(work);
    return work;
  }

  @Test
  void letsSoManyRunAndTheOthersWait() {
    List<CompletableFuture<String>> results =
        IntStream.range(0, 4).mapToObj(i -> turns.take(this::begin)).toList();

    assertThat(running).hasSize(2);
    running.get(0).complete("first");
    Awaitility.await().until(() -> running.size() == 3);
    running.get(1).completeExceptionally(new IllegalStateException("no"));
    Awaitility.await().until(() -> running.size() == 4);

    assertThat(results.get(0)).isCompletedWithValue("first");
    assertThat(results.get(1)).isCompletedExceptionally();
    assertThat(results.get(2)).isNotDone();
  }

  @Test
  void outlastsWorkThatEndsAtOnceOrDoesNotBegin() {
    CompletableFuture<String> first = turns.take(this::begin);
    CompletableFuture<String> second = turns.take(this::begin);
    AtomicInteger ended = new AtomicInteger();
    List<CompletableFuture<Integer>> waiting =
        IntStream.range(0, 20_000)
            .mapToObj(
                i ->
                    turns.<Integer>take(
                        () -> {
                          if (ended.incrementAndGet() % 2 == 0) {
                            throw new IllegalStateException("closed");
                          }
                          return CompletableFuture.completedFuture(i);
                        }))
            .toList();

    first.complete("not the work itself, which goes on");
    running.get(0).complete("one");
    running.get(1).complete("two");

    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> waiting.stream().allMatch(CompletableFuture::isDone));
    assertThat(second).isCompletedWithValue("two");
  }
}
