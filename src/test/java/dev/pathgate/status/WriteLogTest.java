package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.rule.ObjectRef;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WriteLogTest {
  private static final ObjectRef OBJECT = new ObjectRef("ClusterDeployment", "team", "d");
  private static final Digest ONE = content("one", "2026-01-01T00:00:00Z");
  private static final Digest TWO = content("two", "2026-01-01T00:00:00Z");

  private final AtomicLong nanos = new AtomicLong();
  private final WriteLog written = new WriteLog(nanos::get);

  private static Digest content(String message, String time) {
    return WriteLog.content(
        (ObjectNode)
            TestCluster.yaml(
                "{conditions: [{message: %s, lastTransitionTime: '%s'}]}".formatted(message, time)),
        Digest.OF_NOTHING,
        1);
  }

  @Test
  void writesNewContentAtOnce() {
    written.add(OBJECT, ONE, "1", "2");

    assertThat(written.wait(OBJECT, TWO)).isEmpty();
  }

  @Test
  void waitsLongerEachTimeTheSameContentIsUndone() {
    Duration last = Duration.ZERO;
    for (int i = 0; i < 15; i++) {
      written.add(OBJECT, ONE, "1", "2");
      written.add(OBJECT, TWO, "2", "3");
      Duration wait = written.wait(OBJECT, ONE).orElseThrow();
      assertThat(wait).isGreaterThanOrEqualTo(last);
      nanos.addAndGet(wait.toNanos());
      assertThat(written.wait(OBJECT, ONE)).isEmpty();
      last = wait;
    }
    assertThat(last).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void takesTheSameContentForTheSameWhateverItsTime() {
    assertThat(content("one", "2027-01-01T00:00:00Z")).isEqualTo(ONE).isNotEqualTo(TWO);
  }

  @Test
  void startsAfreshWhenTheBasisChanges() {
    written.add(OBJECT, ONE, "1", "2");

    written.discard(OBJECT);

    assertThat(written.wait(OBJECT, ONE)).isEmpty();
  }

  @Test
  void knowsThatItsOwnWriteWasNotSeenYet() {
    written.add(OBJECT, ONE, "1", "2");

    assertThat(written.isUnseen(OBJECT, ONE, "1")).isTrue();
    assertThat(written.isUnseen(OBJECT, ONE, "2")).isFalse();
    assertThat(written.isUnseen(OBJECT, TWO, "1")).isFalse();
  }
}
