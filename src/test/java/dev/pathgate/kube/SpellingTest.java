package dev.pathgate.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpellingTest {
  @ParameterizedTest
  @CsvSource({
    "mode, mode",
    "mdoe, mode",
    "Mode, mode",
    "mod, mode",
    "roles, roles",
    "rolse, roles"
  })
  void findsTheWordThatWasMeant(String written, String meant) {
    assertThat(nearest(written)).contains(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"moodexx", "m", "something"})
  void findsNothingForWhatIsTooFarFromAnyWord(String written) {
    assertThat(nearest(written)).isEmpty();
  }

  @Test
  void takesTheFirstOfEquallyNearOnes() {
    assertThat(Spelling.nearest("ax", Stream.of("ac", "ab"), 1)).contains("ab");
  }

  private static Optional<String> nearest(String word) {
    return Spelling.nearest(word, Stream.of("mode", "roles", "host"), 2);
  }
}
