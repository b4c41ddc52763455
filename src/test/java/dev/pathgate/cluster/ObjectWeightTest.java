package dev.pathgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.testkit.SmallHeap;
import org.junit.jupiter.api.Test;

/** Objects whose names are many, held in a small heap: by megabytes, not by time. */
class ObjectWeightTest {
  /** 20 MB as the API server stores them; as texts, 110 MB. */
  @Test
  void holdsFortyObjectsOfTwentyThousandLabels() throws Exception {
    assertThat(run(40, 20_000, 0)).contains("held 40");
  }

  /** 20 MB as the API server stores them; as texts that are found by tables, 110 MB. */
  @Test
  void holdsThreeHundredObjectsOfAThousandServices() throws Exception {
    assertThat(run(300, 0, 1_000)).contains("held 300");
  }

  private static String run(int count, int labels, int services) throws Exception {
    return SmallHeap.run("48m", ManyNames.class, ObjectIndex.class, count, labels, services);
  }
}
