package dev.pathgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsedCrdsTest {
  @TempDir private Path releases;

  @Test
  void namesTheReleasesThatLieThereAndWereNotInstalled() throws IOException {
    Path used = Files.createDirectory(releases.resolve("a-" + UUID.randomUUID()));
    Path unused = Files.createDirectory(releases.resolve("b-" + UUID.randomUUID()));

    UsedCrds.note(used);

    assertThat(UsedCrds.missing(releases)).containsExactly(unused.getFileName().toString());
  }

  @Test
  void missesNothingWhereNoReleasesLie() {
    assertThat(UsedCrds.missing(releases.resolve("none"))).isEmpty();
  }
}
