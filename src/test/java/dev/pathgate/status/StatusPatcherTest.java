package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathgate.kube.LogLines;
import dev.pathgate.rule.ObjectRef;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusPatcherTest {
  private static final ObjectRef ODD = new ObjectRef("ClusterDeployment", "team", "odd");
  private static final ObjectRef NEXT = new ObjectRef("ClusterDeployment", "team", "next");

  private final AtomicLong nanos = new AtomicLong();
  private final WorkQueue<ObjectRef> queue = new WorkQueue<>(8, nanos::get);
  private final Timer timer = new SimpleMeterRegistry().timer("reconcile");
  private final List<ObjectRef> worked = new ArrayList<>();
  private final LogLines log = new LogLines(StatusPatcher.class);

  @AfterEach
  void stopListening() {
    log.close();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {IllegalStateException.class, StackOverflowError.class, NoClassDefFoundError.class})
  void aWorkerOutlivesAnObjectThatFailsAndTriesItAgain(Class<? extends Throwable> failure)
      throws Exception {
    Throwable thrown = failure.getDeclaredConstructor(String.class).newInstance("odd");
    queue.add(ODD);
    queue.add(NEXT);

    StatusPatcher.work(queue, object -> work(object, thrown), timer);

    assertThat(worked).containsExactly(ODD, NEXT);
    assertThat(log.lines)
        .singleElement()
        .asString()
        .startsWith("ERROR ClusterDeployment team/odd could not be reconciled");
    assertThat(timer.count()).isEqualTo(2);
    assertThat(queue.poll()).as("it waits").isEmpty();
    nanos.addAndGet(Duration.ofMinutes(6).toNanos());
    assertThat(queue.poll()).contains(ODD);
  }

  @Test
  void aWorkerThatIsInterruptedEnds() {
    queue.add(ODD);
    queue.add(NEXT);

    assertThatThrownBy(
            () -> StatusPatcher.work(queue, o -> work(o, new InterruptedException()), timer))
        .isInstanceOf(InterruptedException.class);

    assertThat(worked).containsExactly(ODD);
    assertThat(log.lines).isEmpty();
  }

  /** Does what work does, but for one object; the queue is closed after the other. */
  private Reconciler.Next work(ObjectRef object, Throwable thrown) throws InterruptedException {
    worked.add(object);
    if (object.equals(ODD)) {
      throwAny(thrown);
    }
    queue.close();
    return new Reconciler.Next.Done();
  }

  @SuppressWarnings("unchecked") // a lambda may throw none but what the compiler knows of
  private static <T extends Throwable> void throwAny(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void refusesAFolderOfManifestsAndSaysWhy() {
    assertThat(StatusPatcher.problem(TestCluster.settings("chains", "/manifests")))
        .contains(
            "pathgate.chains=/manifests can't be used with the role status-patcher: it writes to"
                + " the objects of a cluster, and a folder of manifests has none; set"
                + " pathgate.chains=kubernetes or leave the role out of pathgate.roles");
  }

  @Test
  void takesAClusterAndMindsNoFolderInAnotherRole() {
    assertThat(StatusPatcher.problem(TestCluster.settings())).isEmpty();
    assertThat(
            StatusPatcher.problem(TestCluster.settings("chains", "/manifests", "roles", "webhook")))
        .isEmpty();
  }
}
