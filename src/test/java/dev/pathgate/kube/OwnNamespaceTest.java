package dev.pathgate.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnNamespaceTest {
  @TempDir Path folder;

  @Test
  void isTheConfiguredOneInsideAPodToo() throws IOException {
    assertThat(OwnNamespace.of(Optional.of("own"), pod("pods\n"), "system")).isEqualTo("own");
  }

  @Test
  void isThePodsWhereNoneIsConfigured() throws IOException {
    assertThat(OwnNamespace.of(Optional.empty(), pod("pods\n"), "system")).isEqualTo("pods");
  }

  @Test
  void isTheSystemsOutsideAPod() throws IOException {
    assertThat(OwnNamespace.of(Optional.empty(), folder.resolve("none"), "system"))
        .isEqualTo("system");
    assertThat(OwnNamespace.of(Optional.empty(), pod("\n"), "system")).isEqualTo("system");
  }

  private Path pod(String content) throws IOException {
    return Files.writeString(folder.resolve("namespace"), content);
  }
}
