package dev.pathgate.charts;

import dev.pathgate.testkit.KubeServer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/**
 * Edits of several clients, none of which is stored, and what was wrong about their answers. They
 * are some fifty a second: clients without a pause would take the CPU from all beside them.
 */
final class Traffic implements AutoCloseable {
  private static final int CLIENTS = 3;
  private static final long PAUSE_MILLIS = 40;

  private final AtomicInteger answered = new AtomicInteger();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final List<Thread> clients;
  private volatile boolean ended;

  /**
   * An edit.
   *
   * @param isLegal whether Pathgate's rules allow it
   */
  record Edit(String path, String patch, boolean isLegal) {
    KubeServer.Answer send(KubeServer api) {
      return api.merge(path + "?dryRun=All", patch);
    }

    /** Whether this is what a rule of Pathgate says of it. */
    boolean isJudgedRight(KubeServer.Answer answer) {
      return isLegal
          ? answer.isAccepted()
          : !answer.isAccepted() && answer.message().contains("[service-follows-chain]");
    }
  }

  /** Starts at once. */
  Traffic(KubeServer api, List<Edit> edits, BiPredicate<Edit, KubeServer.Answer> isRight) {
    clients =
        IntStream.range(0, CLIENTS)
            .mapToObj(first -> new Thread(() -> run(api, edits, isRight, first), "traffic"))
            .toList();
    clients.forEach(Thread::start);
  }

  private void run(
      KubeServer api, List<Edit> edits, BiPredicate<Edit, KubeServer.Answer> isRight, int first) {
    for (int i = first; !ended; i++) {
      Edit edit = edits.get(i % edits.size());
      try {
        KubeServer.Answer answer = edit.send(api);
        if (!isRight.test(edit, answer)) {
          wrong.add(edit + " was answered " + answer.code() + " " + answer.message());
        }
      } catch (IllegalStateException failed) {
        wrong.add(edit + " was not answered: " + failed.getCause());
      }
      answered.incrementAndGet();
      try {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      } catch (InterruptedException interrupted) {
        return;
      }
    }
  }

  int answered() {
    return answered.get();
  }

  /** Ends it, and says what was wrong. */
  List<String> end() {
    close();
    return List.copyOf(wrong);
  }

  @Override
  public void close() {
    ended = true;
    for (Thread client : clients) {
      try {
        client.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
