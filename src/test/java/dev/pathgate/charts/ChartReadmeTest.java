package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The chart's README says what {@code values.yaml} says. */
class ChartReadmeTest {
  private static final String BEGIN = "<!-- values: begin -->\n";
  private static final String END = "<!-- values: end -->";
  private static final Pattern VALUE = Pattern.compile("( *)([\\w-]+):(?: (.*))?");

  @Test
  void listsEveryValueWithItsDefaultAndItsComment() throws IOException {
    String readme = Files.readString(Chart.FOLDER.resolve("README.md"));

    String table = table();

    assertThat(readme.substring(readme.indexOf(BEGIN) + BEGIN.length(), readme.indexOf(END)))
        .as("README.md between the markers should be:%n%s", table)
        .isEqualTo(table);
  }

  @Test
  void explainsEveryAlertsRunbookSection() throws IOException {
    String runbook = Files.readString(Path.of("docs/operations.md"));
    Matcher sections =
        Pattern.compile("Runbook section \\\\?\"([^\"\\\\]+)")
            .matcher(
                Chart.render("monitoring: {prometheusRule: {enabled: true}}")
                    .one("PrometheusRule", "pathgate")
                    .toString());

    assertThat(sections.results().map(found -> "\n### " + found.group(1) + "\n").toList())
        .isNotEmpty()
        .allSatisfy(section -> assertThat(runbook).contains(section));
  }

  @Test
  void knowsTheSameValuesInTheSchema() throws IOException {
    JsonNode schema = Chart.YAML.readTree(Chart.FOLDER.resolve("values.schema.json").toFile());
    JsonNode values = Chart.YAML.readTree(Chart.FOLDER.resolve("values.yaml").toFile());

    assertThat(missing(values, schema, "")).isEmpty();
    assertThat(unset(values, schema, "")).containsExactlyInAnyOrder("global", "enabled");
  }

  /** Values that the schema has no property of their own for. */
  private static List<String> missing(JsonNode values, JsonNode schema, String path) {
    List<String> missing = new ArrayList<>();
    JsonNode known = schema.path("properties");
    for (Map.Entry<String, JsonNode> value : values.properties()) {
      String name = path + value.getKey();
      if (!known.has(value.getKey())) {
        missing.add(name);
      } else if (known.path(value.getKey()).has("properties")) {
        assertThat(known.path(value.getKey()).path("additionalProperties").asBoolean(true))
            .as("schema of %s takes unknown keys", name)
            .isFalse();
        missing.addAll(missing(value.getValue(), known.path(value.getKey()), name + "."));
      }
    }
    return missing;
  }

  /** Properties of the schema that values.yaml gives no default. */
  private static List<String> unset(JsonNode values, JsonNode schema, String path) {
    List<String> unset = new ArrayList<>();
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      JsonNode value = values.path(property.getKey());
      if (value.isMissingNode()) {
        unset.add(path + property.getKey());
      } else if (!value.isEmpty()) {
        unset.addAll(unset(value, property.getValue(), path + property.getKey() + "."));
      }
    }
    return new ArrayList<>(new TreeSet<>(unset));
  }

  /** One row for each value that is set in values.yaml; what leads to others has no row. */
  private static String table() throws IOException {
    StringBuilder rows = new StringBuilder("| value | default | |\n| --- | --- | --- |\n");
    Deque<String> parents = new ArrayDeque<>();
    List<String> comment = new ArrayList<>();
    for (String line : Files.readAllLines(Chart.FOLDER.resolve("values.yaml"))) {
      String text = line.strip();
      Matcher value = VALUE.matcher(line);
      if (text.startsWith("# ")) {
        comment.add(text.substring(2));
      } else if (value.matches()) {
        while (parents.size() > value.group(1).length() / 2) {
          parents.removeLast();
        }
        parents.addLast(value.group(2));
        if (value.group(3) != null) {
          assertThat(comment).as("comment of %s", parents).isNotEmpty();
          rows.append(
              "| `%s` | `%s` | %s |\n"
                  .formatted(String.join(".", parents), value.group(3), String.join(" ", comment)));
        }
        comment.clear();
      } else {
        assertThat(text).as("a line of values.yaml").isEmpty();
        comment.clear();
      }
    }
    return rows.toString();
  }
}
