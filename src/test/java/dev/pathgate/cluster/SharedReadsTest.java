package dev.pathgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedReadsTest {
  private final SharedReads<String, String> reads = new SharedReads<>();
  private final List<CompletableFuture<String>> sent = new ArrayList<>();
  private final List<CompletableFuture<String>> answers = new ArrayList<>();

  @Test
  void sendsTheFirstReadAtOnce() {
    ask("chain");

    assertThat(sent).hasSize(1);
    assertThat(answers.get(0)).isNotDone();
    arrive(0, "v1");
    assertThat(answers.get(0)).isCompletedWithValue("v1");
  }

  @Test
  void letsNewcomersWaitForOneReadThatStartsAfterThem() {
    ask("chain");
    ask("chain");
    ask("chain");

    assertThat(sent).hasSize(1);
    arrive(0, "v1");

    assertThat(answers.get(0)).isCompletedWithValue("v1");
    assertThat(answers.get(1)).isNotDone();
    assertThat(sent).hasSize(2);
    arrive(1, "v2");
    assertThat(answers.get(1)).isCompletedWithValue("v2");
    assertThat(answers.get(2)).isCompletedWithValue("v2");
    assertThat(sent).hasSize(2);
  }

  @Test
  void queuesThoseWhoAskDuringTheSecondReadForAThird() {
    ask("chain");
    ask("chain");
    arrive(0, "v1");
    ask("chain");

    arrive(1, "v2");
    assertThat(answers.get(2)).isNotDone();
    arrive(2, "v3");

    assertThat(answers.get(2)).isCompletedWithValue("v3");
  }

  @Test
  void sharesNothingBetweenKeys() {
    ask("chain");
    ask("other");

    assertThat(sent).hasSize(2);
  }

  @Test
  void readsAnewOnceAllIsAnswered() {
    ask("chain");
    arrive(0, "v1");
    ask("chain");
    arrive(1, "v2");

    assertThat(answers.get(1)).isCompletedWithValue("v2");
  }

  @Test
  void passesAFailureOnAndStillSendsTheReadThatWaits() {
    ask("chain");
    ask("chain");

    assertThat(sent.get(0).completeExceptionally(new IllegalStateException("gone"))).isTrue();
    arrive(1, "v2");

    assertThatThrownBy(answers.get(0)::join).hasRootCauseMessage("gone");
    assertThat(answers.get(1)).isCompletedWithValue("v2");
  }

  @Test
  void takesAReadThatCannotBeSentForAFailedOne() {
    CompletableFuture<String> answer =
        reads.read(
            "chain",
            () -> {
              throw new IllegalStateException("closed");
            });

    assertThatThrownBy(answer::join).hasRootCauseMessage("closed");
    ask("chain");
    arrive(0, "v1");
    assertThat(answers.get(0)).isCompletedWithValue("v1");
  }

  @Test
  void neverAnswersWithAnythingOlderThanTheQuestionNorReadsTwiceAtATime() throws Exception {
    SharedReads<String, Integer> counted = new SharedReads<>();
    AtomicInteger truth = new AtomicInteger();
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger mostUnderWay = new AtomicInteger();
    ExecutorService server = Executors.newFixedThreadPool(2);
    ExecutorService clients = Executors.newFixedThreadPool(8);
    Callable<Boolean> client =
        () -> {
          for (int i = 0; i < 500; i++) {
            int written = truth.incrementAndGet();
            int seen =
                counted
                    .read(
                        "chain",
                        () -> {
                          mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                          return CompletableFuture.supplyAsync(
                              () -> {
                                int value = truth.get();
                                underWay.decrementAndGet();
                                return value;
                              },
                              server);
                        })
                    .get(30, TimeUnit.SECONDS);
            if (seen < written) {
              return false;
            }
          }
          return true;
        };

    List<Future<Boolean>> outcomes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      outcomes.add(clients.submit(client));
    }

    try {
      for (Future<Boolean> outcome : outcomes) {
        assertThat(outcome.get(60, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(mostUnderWay).hasValue(1);
    } finally {
      clients.shutdownNow();
      server.shutdownNow();
    }
  }

  private void ask(String key) {
    answers.add(
        reads.read(
            key,
            () -> {
              CompletableFuture<String> request = new CompletableFuture<>();
              sent.add(request);
              return request;
            }));
  }

  private void arrive(int request, String value) {
    assertThat(sent.get(request).complete(value)).isTrue();
  }
}
