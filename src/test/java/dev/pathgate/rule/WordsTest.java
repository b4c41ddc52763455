package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void namesAllThatFit() {
    assertThat(Words.some(List.of("a", "b"), 2)).isEqualTo("a, b");
  }

  @Test
  void countsWhatDoesNotFit() {
    assertThat(Words.some(List.of("a", "b", "c"), 2)).isEqualTo("a, b and 1 more");
  }
}
