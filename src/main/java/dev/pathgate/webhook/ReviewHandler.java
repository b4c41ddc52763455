package dev.pathgate.webhook;

import dev.pathgate.admission.AdmissionRequest;
import dev.pathgate.admission.BadReview;
import dev.pathgate.admission.Cost;
import dev.pathgate.admission.Judge;
import dev.pathgate.admission.ReviewReader;
import dev.pathgate.admission.ReviewWriter;
import dev.pathgate.admission.TooCostly;
import dev.pathgate.admission.Verdict;
import dev.pathgate.cluster.WorkBudget;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Turns the body of a request into its answer, within the memory for all of them: before it is
 * decoded, a review reserves what a dense one of its length needs, and then gives back what it did
 * not need. Small and large ones have separate memory, so that large ones, which wait for each
 * other, never hold up small ones.
 */
final class ReviewHandler {
  /** What a dense review needs for each of its bytes: four tokens to 18 bytes. */
  private static final int BYTES_PER_BYTE = 32;

  private static final int MIN_BYTES = 16 * 1024;

  private static final String STARTING = "Pathgate is starting and does not judge yet";

  private static final String BUSY =
      "too many reviews are being judged at the same time; try again";

  private final Vertx vertx;
  private final Connections connections;
  private final WorkBudget small;
  private final WorkBudget large;
  private volatile Judging judging;

  /** Who judges, and who keeps the record. */
  private record Judging(Judge judge, Decisions decisions) {}

  /**
   * @param heap in bytes; half of it may be taken
   */
  ReviewHandler(Vertx vertx, Connections connections, long heap) {
    this.vertx = vertx;
    this.connections = connections;
    this.small = new WorkBudget(heap / 8);
    this.large = new WorkBudget(heap * 3 / 8);
  }

  /** From now on reviews are judged; those that came before were only read. */
  void judgeBy(Judge judge, Decisions decisions) {
    judging = new Judging(judge, decisions);
  }

  /**
   * Judges a body and answers.
   *
   * @param release to be run once the bytes are no longer held
   */
  void take(Exchange exchange, byte[] body, Runnable release) {
    boolean isSmall = body.length <= RequestBody.SMALL;
    WorkBudget budget = isSmall ? small : large;
    Context loop = vertx.getOrCreateContext();
    Work work = new Work(exchange, body, release, budget);
    WorkBudget.Share share =
        budget.take(
            Math.max(MIN_BYTES, (long) body.length * BYTES_PER_BYTE),
            granted -> {
              if (!isSmall) {
                loop.<Void>executeBlocking(
                    () -> {
                      work.begin(granted);
                      return null;
                    },
                    false);
              } else if (Vertx.currentContext() == loop) {
                work.begin(granted);
              } else {
                loop.runOnContext(now -> work.begin(granted));
              }
            });
    if (!work.begun.get()) {
      vertx.setTimer(Math.max(1, exchange.millisLeft()), late -> work.giveUp(share));
    }
  }

  /** One review on its way. */
  private final class Work implements Cost {
    private final Exchange exchange;
    private final Runnable release;
    private final WorkBudget budget;
    private final AtomicBoolean begun = new AtomicBoolean();
    private byte[] body;
    private WorkBudget.Share share;
    private long granted;
    private long charged;
    private boolean othersHoldIt;

    Work(Exchange exchange, byte[] body, Runnable release, WorkBudget budget) {
      this.exchange = exchange;
      this.body = body;
      this.release = release;
      this.budget = budget;
    }

    void giveUp(WorkBudget.Share waiting) {
      if (begun.compareAndSet(false, true)) {
        waiting.release();
        body = null;
        release.run();
        exchange.refuse(BadRequest.NO_MEMORY, BUSY);
      }
    }

    void begin(WorkBudget.Share taken) {
      if (!begun.compareAndSet(false, true)) {
        taken.release();
        return;
      }
      share = taken;
      granted = taken.bytes();
      try {
        decide();
      } catch (BadReview bad) {
        end();
        exchange.refuse(BadRequest.NOT_A_REVIEW, bad.getMessage());
      } catch (TooCostly costly) {
        end();
        exchange.refuse(
            othersHoldIt ? BadRequest.NO_MEMORY : BadRequest.TOO_COSTLY, costly.getMessage());
      } catch (RuntimeException | StackOverflowError failure) {
        fail(failure);
      }
    }

    private void decide() throws BadReview {
      AdmissionRequest review;
      try {
        review = ReviewReader.read(body, this);
      } finally {
        body = null;
        release.run();
      }
      share.shrink(Math.max(MIN_BYTES, charged));
      connections.reviewed(exchange.request());
      Judging by = judging;
      if (by == null) {
        end();
        exchange.answer(503, STARTING);
        return;
      }
      Judge judge = by.judge();
      CompletableFuture<Verdict> verdict =
          exchange.mutates()
              ? judge.mutate(review, exchange::millisLeft)
              : judge.validate(review, exchange::millisLeft);
      respondTo(review, verdict, by.decisions());
    }

    @Override
    public void charge(long bytes) {
      charged += bytes;
      if (charged > granted) {
        long more = Math.max(bytes, granted / 4);
        if (!share.grow(more)) {
          othersHoldIt = budget.couldHold(charged + more);
          throw new TooCostly(
              othersHoldIt ? BUSY : "it lists more than can be judged in the memory there is");
        }
        granted += more;
      }
    }

    /** At once where it is reached already, on this thread; later on the one that reaches it. */
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are answered
    private void respondTo(
        AdmissionRequest review, CompletableFuture<Verdict> verdict, Decisions decisions) {
      verdict.whenComplete(
          (reached, failure) -> {
            if (failure == null) {
              respond(review, reached, decisions);
            } else {
              fail(unwrapped(failure));
            }
          });
    }

    private void respond(AdmissionRequest review, Verdict verdict, Decisions decisions) {
      try {
        byte[] answer = ReviewWriter.write(review, verdict);
        if (!exchange.isRehearsal()) {
          String call = exchange.mutates() ? "mutate" : "validate";
          decisions.record(call, review, verdict, exchange.nanos());
        }
        end();
        exchange.answer(answer);
        if (!exchange.isRehearsal()) {
          decisions.answered(review, verdict);
        }
      } catch (RuntimeException | Error failure) {
        fail(failure);
      }
    }

    private static Throwable unwrapped(Throwable failure) {
      Throwable cause = failure;
      while (cause instanceof CompletionException && cause.getCause() != null) {
        cause = cause.getCause();
      }
      return cause;
    }

    private void fail(Throwable failure) {
      end();
      exchange.fail(failure);
    }

    private void end() {
      share.release();
    }
  }
}
