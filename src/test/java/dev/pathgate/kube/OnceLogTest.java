package dev.pathgate.kube;

import static org.assertj.core.api.Assertions.assertThat;

import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OnceLogTest {
  private final LogLines log = new LogLines(OnceLogTest.class);
  private final OnceLog once = new OnceLog(Logger.getLogger(OnceLogTest.class));

  @AfterEach
  void stopListening() {
    log.close();
  }

  @Test
  void saysTroubleOnceAndThatItIsOver() {
    once.warn("a", "a is wrong");
    once.warn("a", "a is still wrong");
    once.resolve("a", "a is well");
    once.resolve("a", "a is well");
    once.warn("a", "a is wrong again");

    assertThat(log.lines)
        .containsExactly("WARN a is wrong", "INFO a is well", "WARN a is wrong again");
  }

  @Test
  void forgetsTheEldestAloneWhereThereIsTooMuch() {
    for (int subject = 0; subject < 10_001; subject++) {
      once.warn("subject " + subject, "wrong");
    }
    log.lines.clear();

    once.warn("subject 10000", "wrong");
    once.warn("subject 1", "wrong");
    assertThat(log.lines).isEmpty();

    once.warn("subject 0", "wrong");
    assertThat(log.lines).hasSize(1);
  }
}
