package dev.pathgate.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What {@code pathgate --help} and {@code pathgate COMMAND --help} print, as texts that are ready:
 * to make one, the parser of arguments looks at every option of every command, which takes twice as
 * long as all the rest.
 */
final class HelpPage {
  /** The page of all commands. */
  static final String OF_ALL = "pathgate";

  /** The commands that have a page. */
  static final List<String> COMMANDS =
      List.of(
          "check",
          "paths",
          "plan",
          "extend",
          "audit",
          "doctor",
          "serve",
          "demo",
          "completion",
          "version",
          "help");

  private static final List<String> WORDS = List.of("--help", "-h");

  private HelpPage() {}

  /** The page that these arguments ask for and nothing else; empty if they ask for more. */
  static Optional<String> askedFor(String... arguments) {
    String first = arguments.length == 0 ? "" : arguments[0];
    if (arguments.length == 1 && (WORDS.contains(first) || first.equals("help"))) {
      return Optional.of(OF_ALL);
    }
    if (arguments.length != 2) {
      return Optional.empty();
    }
    if (first.equals("help")) {
      return Optional.of(arguments[1]).filter(COMMANDS::contains);
    }
    return Optional.of(first)
        .filter(COMMANDS::contains)
        .filter(any -> WORDS.contains(arguments[1]));
  }

  /** The page of all commands, or of one of them. */
  static String text(String page) {
    try (InputStream text = HelpPage.class.getResourceAsStream("help/" + page + ".txt")) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }
}
