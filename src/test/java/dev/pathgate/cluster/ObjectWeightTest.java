package dev.pathgate.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.k0rdent.K0rdentObject;
import java.io.File;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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

  private static String run(int... shape) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx48m",
                "-cp",
                folderOf(K0rdentObject.class) + File.pathSeparator + folderOf(ManyNames.class),
                ManyNames.class.getName(),
                String.valueOf(shape[0]),
                String.valueOf(shape[1]),
                String.valueOf(shape[2]))
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
