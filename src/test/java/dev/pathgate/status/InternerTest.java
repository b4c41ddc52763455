package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InternerTest {
  private final Interner<String> interner = new Interner<>();

  @Test
  void givesBackAnEqualValueOfLate() {
    String first = text(100);

    assertThat(interner.shared(first, first.length())).isSameAs(first);
    assertThat(interner.shared(text(100), 100)).isSameAs(first);
    assertThat(interner.shared(text(101), 101)).isNotSameAs(first);
  }

  @Test
  void remembersNoLongValue() {
    String first = text(1_000_000);

    assertThat(interner.shared(first, first.length())).isSameAs(first);
    assertThat(interner.shared(text(1_000_000), 1_000_000)).isNotSameAs(first);
  }

  private static String text(int length) {
    return "x".repeat(length);
  }
}
