package dev.pathgate.chain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx" + heap,
                "-cp",
                folderOf(TemplateChain.class) + File.pathSeparator + folderOf(DenseChains.class),
                DenseChains.class.getName(),
                String.valueOf(count),
                String.valueOf(versioned))
            .redirectErrorStream(true)
            .start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  private static Path folderOf(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
