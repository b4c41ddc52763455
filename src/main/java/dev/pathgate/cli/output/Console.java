package dev.pathgate.cli.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Help.Ansi;

/**
 * Where a command prints. A reader that goes away (as {@code head} does) is not an error: what is
 * printed after that is lost, quietly.
 */
public final class Console {
  private final PrintStream out;
  private final PrintStream err;
  private final boolean colours;

  /** A console on given streams. */
  public Console(PrintStream out, PrintStream err, boolean colours) {
    this.out = out;
    this.err = err;
    this.colours = colours;
  }

  /** The process's own streams in UTF-8, coloured on a terminal unless {@code NO_COLOR} is set. */
  public static Console ofProcess() {
    return new Console(stream(FileDescriptor.out), stream(FileDescriptor.err), Ansi.AUTO.enabled());
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new java.io.BufferedOutputStream(new FileOutputStream(descriptor), 1 << 16),
        false,
        StandardCharsets.UTF_8);
  }

  /** A result. Lines end in {@code \n} everywhere: same input, same bytes. */
  public void print(String text) {
    out.print(text);
  }

  /** A line of a result. */
  public void println(String line) {
    out.print(line);
    out.print('\n');
  }

  /** Something that is no result. */
  public void note(String line) {
    err.print(line);
    err.print('\n');
    err.flush();
  }

  /** The words in red, on a terminal. */
  public String red(String words) {
    return paint("31", words);
  }

  /** The words in yellow, on a terminal. */
  public String yellow(String words) {
    return paint("33", words);
  }

  /** The words in green, on a terminal. */
  public String green(String words) {
    return paint("32", words);
  }

  /** The words in bold, on a terminal. */
  public String bold(String words) {
    return paint("1", words);
  }

  /** The words in grey, on a terminal. */
  public String faint(String words) {
    return paint("2", words);
  }

  private String paint(String code, String words) {
    return colours ? "\u001b[" + code + "m" + words + "\u001b[0m" : words;
  }

  /** Sends what was printed. */
  public void flush() {
    out.flush();
    err.flush();
  }
}
