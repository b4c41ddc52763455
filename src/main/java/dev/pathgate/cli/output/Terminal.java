package dev.pathgate.cli.output;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Help.Ansi;

/** What the JDK does not tell of the terminal; asked only where somebody sits before one. */
final class Terminal {
  private static final Pattern SIZE = Pattern.compile("\\d+ (\\d+)\\s*");

  private Terminal() {}

  /** Columns of the terminal that stdout is; 0 if it is none, or does not say. */
  @SuppressWarnings("SystemConsoleNull") // some JDKs have one without a terminal: asked once more
  static int width() {
    boolean isTerminal = Ansi.AUTO.enabled() || System.getenv("NO_COLOR") != null;
    if (System.console() == null || !isTerminal || !isTerminal(1)) {
      return 0;
    }
    return columns(Redirect.INHERIT);
  }

  /** Columns of the terminal that stderr is; 0 if it is none, or does not say. */
  static int stderrWidth() {
    return hasStderr() ? columns(Redirect.from(new File("/dev/tty"))) : 0;
  }

  /**
   * @param terminal stdin may be a pipe
   */
  private static int columns(Redirect terminal) {
    String columns = System.getenv("COLUMNS");
    if (columns != null && columns.matches("[1-9]\\d{0,4}")) {
      return Integer.parseInt(columns);
    }
    try {
      Process stty = new ProcessBuilder("stty", "size").redirectInput(terminal).start();
      String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      Matcher size = SIZE.matcher(said);
      return size.matches() ? Integer.parseInt(size.group(1)) : 0;
    } catch (IOException noStty) {
      return 0;
    }
  }

  /** Whether stderr is a terminal. */
  static boolean hasStderr() {
    return isTerminal(2);
  }

  private static boolean isTerminal(int stream) {
    try {
      Process test =
          new ProcessBuilder("test", "-t", String.valueOf(stream))
              .redirectOutput(Redirect.INHERIT)
              .redirectError(Redirect.INHERIT)
              .start();
      return test.waitFor(1, TimeUnit.SECONDS) && test.exitValue() == 0;
    } catch (IOException noTest) {
      return false;
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
