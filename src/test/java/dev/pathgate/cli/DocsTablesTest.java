package dev.pathgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.Settings;
import dev.pathgate.cli.settings.SettingsKeys;
import dev.pathgate.rule.RuleId;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DocsTablesTest {
  @Test
  void namesEverySettingAndNoOther() throws IOException {
    List<String> told = List.copyOf(rows("docs/settings.md", "## All settings").keySet());

    List<String> known =
        Stream.concat(
                SettingsKeys.all().stream().filter(key -> !isRule(key) && !isSelf(key)),
                Stream.of("pathgate.rules.<id>"))
            .toList();
    assertThat(told).containsExactlyInAnyOrderElementsOf(known);
  }

  @Test
  void tellsTheDefaultsThatTheCodeHas() throws IOException {
    Map<String, String> told = rows("docs/settings.md", "## All settings");

    assertThat(defaults("pathgate", Settings.class))
        .allSatisfy((key, value) -> assertThat(told.get(key)).as(key).isEqualTo(value));
  }

  @Test
  void tellsEveryRuleWithItsDefault() throws IOException {
    Map<String, String> told = new LinkedHashMap<>();
    section("docs/rules.md", "## All rules")
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split("\\|"))
        .forEach(cells -> told.put(cells[1].strip(), cells[3].strip()));

    Map<String, String> known = new LinkedHashMap<>();
    for (RuleId rule : RuleId.values()) {
      known.put(
          "`" + rule.id() + "`", "`" + rule.defaultAction().name().toLowerCase(Locale.ROOT) + "`");
    }
    assertThat(told).containsExactlyEntriesOf(known);
  }

  private static boolean isRule(String key) {
    return key.startsWith("pathgate.rules.");
  }

  /** The keys that the chart sets and no one by hand; the chart's README tells them. */
  private static boolean isSelf(String key) {
    return key.startsWith("pathgate.tls.self.");
  }

  private static Map<String, String> defaults(String prefix, Class<?> group) {
    Map<String, String> defaults = new LinkedHashMap<>();
    for (Method method : group.getDeclaredMethods()) {
      String key =
          prefix + "." + method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
      WithDefault given = method.getAnnotation(WithDefault.class);
      if (isSelf(key + ".") || isRule(key + ".")) {
        continue;
      }
      if (given != null) {
        defaults.put(key, "`" + given.value() + "`");
      } else if (Arrays.asList(Settings.class.getDeclaredClasses())
          .contains(method.getReturnType())) {
        defaults.putAll(defaults(key, method.getReturnType()));
      }
    }
    return defaults;
  }

  private static Map<String, String> rows(String page, String heading) throws IOException {
    Map<String, String> rows = new LinkedHashMap<>();
    section(page, heading)
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split("\\|"))
        .forEach(cells -> rows.put(cells[1].strip().replace("`", ""), cells[2].strip()));
    return rows;
  }

  private static Stream<String> section(String page, String heading) throws IOException {
    return Files.readAllLines(Path.of(page)).stream()
        .dropWhile(line -> !line.equals(heading))
        .skip(1)
        .takeWhile(line -> !line.startsWith("## "));
  }
}
