package dev.pathgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TestFoldersTest {
  /** Drawn at random some would be the same, and two servers of a test want one port. */
  @Test
  void givesNoPortTwiceThoughNobodyListensYet() {
    assertThat(Stream.generate(TestFolders::freePort).limit(1_000)).doesNotHaveDuplicates();
  }
}
