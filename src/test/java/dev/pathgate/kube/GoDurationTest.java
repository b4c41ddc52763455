package dev.pathgate.kube;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "5s, 5000",
    "10s, 10000",
    "1.5s, 1500",
    "250ms, 250",
    "1m0.5s, 60500",
    "1h2m3s4ms, 3723004",
    "2000us, 2",
    "2000µs, 2",
    "3000000ns, 3",
    "1m500000000ns, 60500",
    "999999999s, 999999999000",
  })
  void readsWhatGoWrites(String text, long millis) {
    assertThat(GoDuration.millis(text)).contains(millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "5",
        "s",
        "5 s",
        " 5s",
        "5s ",
        "-5s",
        "+5s",
        "5S",
        "5d",
        "5s!",
        "!5s",
        "1e3s",
        ".5s",
        "5.s",
        "0s",
        "0ms",
        "999us",
        "5s5",
        "9999999999s",
        "infinite"
      })
  void takesNothingElseForADuration(String text) {
    assertThat(GoDuration.millis(text)).isEmpty();
  }
}
