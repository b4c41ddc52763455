package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Any sequence of calls does what a plain model of the queue, a state per key, says. */
class WorkQueueModelTest {
  private static final int SEQUENCES = 3000;
  private static final int CALLS = 80;
  private static final List<String> KEYS = List.of("a", "b", "c", "d", "e");
  private static final int WORKERS = 4;
  private static final Duration STEP = Duration.ofSeconds(10);

  /** Retries wait less than a step, so that each is due after the next one. */
  private static final Duration CEILING = Duration.ofSeconds(1);

  private enum Want {
    NOTHING,
    WORK,
    WORK_NOW
  }

  /** What the model knows of a key. */
  private static final class State {
    boolean ready;
    boolean asRetry;
    long dueAt = -1;
    boolean working;
    boolean workingAsRetry;
    Want meanwhile = Want.NOTHING;

    boolean counts() {
      return ready || dueAt >= 0 || meanwhile != Want.NOTHING;
    }

    void makeReady(boolean retry) {
      ready = true;
      asRetry = retry;
      dueAt = -1;
    }
  }

  private final AtomicLong nanos = new AtomicLong();
  private final Map<String, State> model = new HashMap<>();
  private final List<String> calls = new ArrayList<>();
  private WorkQueue<String> queue;

  @Test
  void doesWhatTheModelSays() {
    for (int seed = 0; seed < SEQUENCES; seed++) {
      Random random = new Random(seed);
      queue = new WorkQueue<>(WORKERS, nanos::get);
      model.clear();
      calls.clear();
      KEYS.forEach(key -> model.put(key, new State()));
      for (int i = 0; i < CALLS; i++) {
        call(random);
        assertThat(queue.size())
            .as("size after %s", calls)
            .isEqualTo((int) model.values().stream().filter(State::counts).count());
      }
    }
  }

  private void call(Random random) {
    String key = KEYS.get(random.nextInt(KEYS.size()));
    State state = model.get(key);
    switch (random.nextInt(state.working ? 8 : 5)) {
      case 0 -> add(key, state);
      case 1 -> addNow(key, state);
      case 2, 3 -> poll();
      case 4 -> advance();
      case 5 -> {
        calls.add("done " + key);
        queue.done(key);
        boolean again = state.meanwhile != Want.NOTHING;
        end(state);
        if (again) {
          state.makeReady(false);
        }
      }
      case 6 -> {
        calls.add("backoff " + key);
        queue.backoff(key, CEILING);
        waits(state, CEILING);
      }
      default -> {
        Duration delay = STEP.multipliedBy(1 + random.nextInt(3));
        calls.add("addAfter " + key + " " + delay);
        queue.addAfter(key, delay);
        waits(state, delay);
      }
    }
  }

  private void add(String key, State state) {
    calls.add("add " + key);
    queue.add(key);
    if (state.working) {
      state.meanwhile = state.meanwhile == Want.NOTHING ? Want.WORK : state.meanwhile;
    } else if (!state.ready && state.dueAt < 0) {
      state.makeReady(false);
    }
  }

  private void addNow(String key, State state) {
    calls.add("addNow " + key);
    queue.addNow(key);
    if (state.working) {
      state.meanwhile = Want.WORK_NOW;
    } else {
      state.makeReady(false);
    }
  }

  private void advance() {
    calls.add("advance");
    nanos.addAndGet(STEP.toNanos());
    model.values().stream()
        .filter(state -> state.dueAt >= 0 && state.dueAt <= nanos.get())
        .forEach(state -> state.makeReady(true));
  }

  private void poll() {
    calls.add("poll");
    Optional<String> polled = queue.poll();
    boolean hasFresh = model.values().stream().anyMatch(state -> state.ready && !state.asRetry);
    boolean hasRetry = model.values().stream().anyMatch(state -> state.ready && state.asRetry);
    long retrying = model.values().stream().filter(state -> state.workingAsRetry).count();
    boolean mayRetry = hasRetry && retrying < WORKERS / 2;
    assertThat(polled.isPresent()).as("poll after %s", calls).isEqualTo(hasFresh || mayRetry);
    polled.ifPresent(
        key -> {
          State state = model.get(key);
          assertThat(state.ready && !state.working).as("%s after %s", key, calls).isTrue();
          assertThat(!state.asRetry || mayRetry).as("%s after %s", key, calls).isTrue();
          state.ready = false;
          state.working = true;
          state.workingAsRetry = state.asRetry;
        });
  }

  private void waits(State state, Duration delay) {
    boolean now = state.meanwhile == Want.WORK_NOW;
    end(state);
    if (now) {
      state.makeReady(false);
    } else {
      state.dueAt = nanos.get() + delay.toNanos();
    }
  }

  private static void end(State state) {
    state.working = false;
    state.workingAsRetry = false;
    state.meanwhile = Want.NOTHING;
  }
}
