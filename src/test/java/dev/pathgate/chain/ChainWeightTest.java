package dev.pathgate.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.testkit.SmallHeap;
import org.junit.jupiter.api.Test;

/** Chains of more than a megabyte of JSON each, held in a small heap: by megabytes, not by time. */
class ChainWeightTest {
  /** 84,000 edges each; as one object an edge, 160 MB. */
  @Test
  void holdsSixtyDenseChains() throws Exception {
    assertThat(run(60, false, "40m")).contains("held 60");
  }

  /** 44,000 versions each, and who has them: as sets and maps, 86 MB. */
  @Test
  void holdsSixDenseChainsOfWhichEachEdgeHasItsVersion() throws Exception {
    assertThat(run(6, true, "40m")).contains("held 6");
  }

  private static String run(int count, boolean versioned, String heap) throws Exception {
    return SmallHeap.run(heap, DenseChains.class, TemplateChain.class, count, versioned);
  }
}
