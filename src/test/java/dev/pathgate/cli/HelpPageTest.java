package dev.pathgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.cli.output.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Help.Ansi;

class HelpPageTest {
  @TempDir private Path folder;

  @Test
  void isWhatTheParserOfArgumentsWouldPrint() throws IOException {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    String made =
        Pathgate.commandLine(new Console(nowhere, nowhere, false)).getUsageMessage(Ansi.OFF);
    Path file = Files.writeString(Path.of("target", "help.txt"), made);

    assertThat(HelpPage.text())
        .as("src/main/resources/dev/pathgate/cli/help.txt; %s is what it has to be", file)
        .isEqualTo(made);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "help"})
  void isPrintedWhereItIsAskedFor(String word) {
    assertThat(CommandRun.of(folder, word)).isEqualTo(new CommandRun(0, HelpPage.text(), ""));
  }

  @Test
  void isNotPrintedWhereSomethingElseIsAskedFor() {
    assertThat(CommandRun.of(folder, "help", "check").out()).contains("pathgate check");
    assertThat(CommandRun.of(folder).code()).isEqualTo(2);
  }
}
