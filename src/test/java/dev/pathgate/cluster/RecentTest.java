package dev.pathgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentTest {
  private final Recent<String> recent = new Recent<>();

  @Test
  void givesBackAnEqualValueOfLate() {
    String first = text(100);

    assertThat(recent.shared(first, first.length())).isSameAs(first);
    assertThat(recent.shared(text(100), 100)).isSameAs(first);
    assertThat(recent.shared(text(101), 101)).isNotSameAs(first);
  }

  @Test
  void remembersNoLongValue() {
    String first = text(1_000_000);

    assertThat(recent.shared(first, first.length())).isSameAs(first);
    assertThat(recent.shared(text(1_000_000), 1_000_000)).isNotSameAs(first);
  }

  private static String text(int length) {
    return "x".repeat(length);
  }
}
