package dev.pathgate.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainYamlTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x1f",
        "0o17",
        "017",
        "1_000",
        "1e3",
        "2026-01-31",
        "12:30",
        "<<",
        "No",
        "NULL",
        "~",
        "1.5"
      })
  void quotesWhatSomeReaderTakesForSomethingElse(String value) {
    assertThat(StructuredOutput.yaml(StructuredOutput.object().put("name", value)))
        .isEqualTo("name: \"" + value + "\"\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingress-4-11-3", "1.5.0", "x1f", "none", "0x1g"})
  void leavesTextAsItIs(String value) {
    assertThat(StructuredOutput.yaml(StructuredOutput.object().put("name", value)))
        .isEqualTo("name: " + value + "\n");
  }
}
