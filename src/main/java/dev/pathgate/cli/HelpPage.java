package dev.pathgate.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What {@code pathgate --help} prints, as a text that is ready: to make it, the parser of arguments
 * looks at every option of every command, which takes twice as long as all the rest.
 */
final class HelpPage {
  private static final List<String> WORDS = List.of("--help", "-h", "help");

  private HelpPage() {}

  /** Whether these arguments ask for this page and nothing else. */
  static boolean isAskedFor(String... arguments) {
    return arguments.length == 1 && WORDS.contains(arguments[0]);
  }

  /** The page. */
  static String text() {
    try (InputStream page = HelpPage.class.getResourceAsStream("help.txt")) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }
}
