package dev.pathgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.cli.output.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

class HelpPageTest {
  @TempDir private Path folder;

  private static CommandLine commands() {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return Pathgate.commandLine(new Console(nowhere, nowhere, false));
  }

  private static Stream<String> pages() {
    return Stream.concat(Stream.of(HelpPage.OF_ALL), HelpPage.COMMANDS.stream());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void isWhatTheParserOfArgumentsWouldPrint(String page) throws IOException {
    CommandLine all = commands();
    CommandLine of = page.equals(HelpPage.OF_ALL) ? all : all.getSubcommands().get(page);
    String made = of.getUsageMessage(Ansi.OFF);
    Path file =
        Files.writeString(
            Files.createDirectories(Path.of("target", "help")).resolve(page + ".txt"), made);

    assertThat(HelpPage.text(page))
        .as("src/main/resources/dev/pathgate/cli/help; %s is what it has to be", file)
        .isEqualTo(made);
  }

  @Test
  void everyCommandHasOne() {
    assertThat(HelpPage.COMMANDS).containsExactlyElementsOf(commands().getSubcommands().keySet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "help"})
  void isPrintedWhereItIsAskedFor(String word) {
    assertThat(CommandRun.of(folder, word))
        .isEqualTo(new CommandRun(0, HelpPage.text(HelpPage.OF_ALL), ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"check --help", "check -h", "help check"})
  void isPrintedWhereThatOfACommandIsAskedFor(String words) {
    assertThat(CommandRun.of(folder, words.split(" ")))
        .isEqualTo(new CommandRun(0, HelpPage.text("check"), ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"chekc --help", "help chekc", "--help check --wrong", "check help"})
  void isNotPrintedWhereSomethingElseIsAskedFor(String words) {
    assertThat(HelpPage.askedFor(words.split(" "))).isEmpty();
  }

  @Test
  void isNotPrintedWhereNothingIsAskedFor() {
    assertThat(CommandRun.of(folder).code()).isEqualTo(2);
  }
}
