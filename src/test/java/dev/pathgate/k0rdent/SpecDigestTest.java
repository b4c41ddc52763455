package dev.pathgate.k0rdent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counts as the same {@code spec} of a chain or template. */
class SpecDigestTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"supportedTemplates": [{"name": "a"}]} | {"supportedTemplates": [{"name": "a"}]}
          {"supportedTemplates": [{"name": "a"}, {"name": "b"}]} | {"supportedTemplates": [{"name": "b"}, {"name": "a"}]}
          {"a": 1, "b": {"c": 2, "d": "x"}} | {"b": {"d": "x", "c": 2}, "a": 1}
          {"supportedTemplates": [{"name": "a", "availableUpgrades": []}]} | {"supportedTemplates": [{"name": "a"}]}
          {"supportedTemplates": [{"name": "a", "availableUpgrades": null}]} | {"supportedTemplates": [{"name": "a"}]}
          {"supportedTemplates": []} | {}
          {"supportedTemplates": null} | {}
          """)
  void takesTheseForTheSame(String one, String other) {
    assertThat(spec(one)).isPresent().isEqualTo(spec(other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"supportedTemplates": [{"name": "a"}]} | {"supportedTemplates": [{"name": "b"}]}
          {"supportedTemplates": [{"name": "a"}, {"name": "a"}]} | {"supportedTemplates": [{"name": "a"}]}
          {"supportedTemplates": [{"name": "a"}, {"name": "a"}, {"name": "b"}]} | {"supportedTemplates": [{"name": "a"}, {"name": "b"}, {"name": "b"}]}
          {"supportedTemplates": [{"name": "a", "availableUpgrades": [{"name": "b"}, {"name": "c"}]}]} | {"supportedTemplates": [{"name": "a", "availableUpgrades": [{"name": "c"}, {"name": "b"}]}]}
          {"supportedTemplates": [{"name": "a", "availableUpgrades": [{"name": "b"}]}]} | {"supportedTemplates": [{"name": "a", "availableUpgrades": [{"name": "b", "version": "0.10.0"}]}]}
          {"policy": {"keep": 1}} | {"policy": {"keep": 2}}
          {"stages": ["a", "b"]} | {"stages": ["b", "a"]}
          {"x": {"supportedTemplates": ["a", "b"]}} | {"x": {"supportedTemplates": ["b", "a"]}}
          {"a": "1"} | {"a": 1}
          {"a": true} | {"a": "true"}
          {"a": {"b": 1}} | {"a": 1, "b": 1}
          {"ab": "c"} | {"a": "bc"}
          {"a": {}} | {}
          {"a": [1, null]} | {"a": [1]}
          {"a": [["x"], ["y"]]} | {"a": [["x", "y"]]}
          """)
  void tellsTheseApart(String one, String other) {
    assertThat(spec(one)).isPresent().isNotEqualTo(spec(other));
  }

  @Test
  void tellsAnEmptySpecFromAMissingOne() {
    assertThat(spec("{}")).isPresent();
    assertThat(spec("null")).isEmpty();
  }

  @Test
  void comparesWhatIsNestedTenThousandLevelsDeep() {
    String deep = "{\"x\": %s1%s}".formatted("[".repeat(10_000), "]".repeat(10_000));

    assertThat(spec(deep)).isPresent().isEqualTo(spec(deep));
    assertThat(spec(deep)).isNotEqualTo(spec(deep.replace('1', '2')));
  }

  private static Optional<Object> spec(String spec) {
    String object = "{\"spec\": %s, \"x\": 1}".formatted(spec);
    try (JsonParser parser = K0rdentJson.FACTORY.createParser(object)) {
      parser.nextToken();
      return ObjectReader.strictKeepingSpec().read(parser, "").spec();
    } catch (IOException unexpected) {
      throw new UncheckedIOException(unexpected);
    }
  }
}
