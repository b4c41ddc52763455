package dev.pathgate;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.rule.RuleId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every text that can be printed is explained in {@code docs/troubleshooting.md}, and no other. */
class TroubleshootingTest {
  private static final Path PAGE = Path.of("docs/troubleshooting.md");
  private static final Pattern FIRST_CELL = Pattern.compile("\\| `([^`]+)`.*");

  private static PrintedTexts printed;
  private static List<String> page;

  @BeforeAll
  static void read() throws IOException {
    printed = PrintedTexts.read();
    page = Files.readAllLines(PAGE);
  }

  private static Set<String> explained(String table) {
    int start =
        page.indexOf("<!-- checked against the code by TroubleshootingTest: " + table + " -->");
    assertThat(start).as("table %s", table).isNotNegative();
    return page.subList(start + 1, page.size()).stream()
        .takeWhile(line -> line.startsWith("|"))
        .map(FIRST_CELL::matcher)
        .filter(cell -> cell.matches())
        .map(cell -> cell.group(1))
        .collect(toCollection(TreeSet::new));
  }

  @Test
  void explainsEveryLineOfTheLog() {
    assertThat(explained("log")).containsExactlyInAnyOrderElementsOf(printed.logged());
  }

  @Test
  void explainsWhatStopsAStart() {
    assertThat(explained("start"))
        .containsExactlyInAnyOrderElementsOf(printed.givenTo("SettingsProblem.of"));
  }

  @Test
  void explainsEveryAnswerToWhatIsNoReview() {
    assertThat(explained("answers"))
        .containsExactlyInAnyOrderElementsOf(
            printed.givenTo("BadReview", "TooCostly", "exchange.refuse", "refuse", "answer"));
  }

  @Test
  void explainsEveryFlawOfCertificateAndKey() {
    assertThat(explained("certificates"))
        .containsExactlyInAnyOrderElementsOf(printed.givenTo("Unusable"));
  }

  @Test
  void explainsEveryFlawOfAFile() {
    assertThat(explained("files"))
        .containsExactlyInAnyOrderElementsOf(printed.givenTo("Problem", "Unreadable"));
  }

  @Test
  void explainsWhyACommandDidNothing() {
    assertThat(explained("commands"))
        .containsExactlyInAnyOrderElementsOf(
            printed.givenTo("CommandFailure.usage", "CommandFailure.noCluster"));
  }

  @Test
  void saysWhatToDoAboutEveryRule() throws IOException {
    Set<String> ids =
        Arrays.stream(RuleId.values()).map(RuleId::id).collect(toCollection(TreeSet::new));
    Pattern gitops = Pattern.compile("\"(gitops-[a-z-]+)\"");
    Path order = Path.of("src/main/java/dev/pathgate/cli/check");
    try (var files = Files.list(order)) {
      for (Path file : files.toList()) {
        gitops.matcher(Files.readString(file)).results().forEach(id -> ids.add(id.group(1)));
      }
    }
    assertThat(explained("rules")).containsExactlyInAnyOrderElementsOf(ids);
  }
}
