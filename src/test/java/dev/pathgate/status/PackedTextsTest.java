package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedTextsTest {
  @Test
  void givesBackWhatItTookInOrder() {
    List<String> texts = List.of("ingress-nginx", "", "größer ☃ 😀", "a\u0000b", "");

    assertThat(PackedTexts.of(texts).texts()).isEqualTo(texts);
    assertThat(PackedTexts.of(List.of()).texts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {127, 128, 16_383, 16_384, 3_000_000})
  void takesTextsOfAnyLength(int length) {
    List<String> texts = List.of("x".repeat(length), "y");

    assertThat(PackedTexts.of(texts).texts()).isEqualTo(texts);
  }

  @Test
  void takesOneByteBesideAShortText() {
    assertThat(PackedTexts.of(List.of("default", "x".repeat(127))).length()).isEqualTo(8 + 128);
  }

  @Test
  void equalsThoseWithTheSameTextsAlone() {
    PackedTexts texts = PackedTexts.of(List.of("ab", "c"));

    assertThat(texts).isEqualTo(PackedTexts.of(List.of("ab", "c")));
    assertThat(texts).hasSameHashCodeAs(PackedTexts.of(List.of("ab", "c")));
    assertThat(texts).isNotEqualTo(PackedTexts.of(List.of("a", "bc")));
  }
}
