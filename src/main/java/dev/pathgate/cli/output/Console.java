package dev.pathgate.cli.output;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/**
 * Where a command prints. A reader that goes away (as {@code head} does) is not an error: what is
 * printed after that is lost, quietly. A full disk is one.
 */
public final class Console {
  private static final String ESCAPE = "\u001b[";

  /** Control characters that are neither tabs nor ends of lines, and our own colours among them. */
  private static final Pattern STEERING =
      Pattern.compile(
          "\u001b\\[(\\d{1,2})m|[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f]");

  private final PrintStream out;
  private final PrintStream err;
  private final BooleanSupplier colours;
  private final IntSupplier width;
  private final IntSupplier noteWidth;
  private final Progress progress;
  private Optional<ResultStream> results = Optional.empty();

  /** A console on given streams, which are no terminal. */
  public Console(PrintStream out, PrintStream err, boolean colours) {
    this(out, err, () -> colours, () -> 0, () -> 0, Progress.none());
  }

  /**
   * A console on given streams.
   *
   * @param colours asked whenever something is painted
   * @param width columns that texts for people are broken at; 0: they are not
   * @param noteWidth the same of what is no result
   */
  Console(
      PrintStream out,
      PrintStream err,
      BooleanSupplier colours,
      IntSupplier width,
      IntSupplier noteWidth,
      Progress progress) {
    this.out = out;
    this.err = err;
    this.colours = colours;
    this.width = width;
    this.noteWidth = noteWidth;
    this.progress = progress;
  }

  /** The process's own streams in UTF-8, coloured on a terminal unless {@code NO_COLOR} is set. */
  public static Console ofProcess() {
    ResultStream results =
        new ResultStream(new FileOutputStream(FileDescriptor.out), Path.of("/proc/self/fd/1"));
    PrintStream err = stream(new FileOutputStream(FileDescriptor.err));
    Console console =
        new Console(
            stream(results),
            err,
            () -> Ansi.AUTO.enabled(), // a server never asks: picocli is slow to load
            once(Terminal::width),
            once(Terminal::stderrWidth),
            Progress.on(err, Terminal::hasStderr));
    console.results = Optional.of(results);
    return console;
  }

  /** The same, asked no more than once: a terminal is asked by running programs. */
  private static IntSupplier once(IntSupplier asked) {
    return new IntSupplier() {
      private int columns = -1;

      @Override
      public synchronized int getAsInt() {
        if (columns < 0) {
          columns = asked.getAsInt();
        }
        return columns;
      }
    };
  }

  private static PrintStream stream(OutputStream bytes) {
    return new PrintStream(new BufferedOutputStream(bytes, 1 << 16), false, StandardCharsets.UTF_8);
  }

  /** A result. Lines end in {@code \n} everywhere: same input, same bytes. */
  public void print(String text) {
    progress.over();
    out.print(shown(text));
  }

  /** Something that is no result, on a terminal broken where its line would be too long. */
  public void note(String line) {
    int room = noteWidth.getAsInt();
    String lines =
        Arrays.stream(shown(line).split("\n", -1))
            .map(one -> broken(room, 0, one))
            .collect(Collectors.joining("\n"));
    progress.pause(
        () -> {
          err.print(lines);
          err.print('\n');
          err.flush();
        });
  }

  /** What the command is at from now on, for whoever waits before a terminal. */
  public void doing(String what) {
    progress.doing(what);
  }

  /**
   * The text from column {@code indent} on, on a terminal broken between words where its line would
   * be too long; the lines that follow are indented likewise.
   */
  public String wrapped(int indent, String text) {
    return broken(width.getAsInt() - indent, indent, text);
  }

  private static String broken(int room, int indent, String text) {
    if (room < 20 || text.codePointCount(0, text.length()) <= room) {
      return text;
    }
    StringBuilder lines = new StringBuilder();
    int column = 0;
    for (String word : text.split(" ", -1)) {
      int length = word.codePointCount(0, word.length());
      if (column > 0 && column + 1 + length > room) {
        lines.append('\n').append(" ".repeat(indent));
        column = 0;
      } else if (column > 0) {
        lines.append(' ');
        column++;
      }
      lines.append(word);
      column += length;
    }
    return lines.toString();
  }

  /** Where the command line's own library prints results, such as help. */
  public PrintWriter results() {
    return new PrintWriter(out, false, StandardCharsets.UTF_8);
  }

  /** Why results were lost, if they were, a reader that went away aside. */
  public Optional<String> loss() {
    return results.flatMap(ResultStream::failure);
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
    return colours.getAsBoolean() ? ESCAPE + code + "m" + words + ESCAPE + "0m" : words;
  }

  /** Without what steers a terminal, but for our own colours: texts quote what anybody wrote. */
  private String shown(String text) {
    Matcher steering = STEERING.matcher(text);
    return steering.find()
        ? steering.replaceAll(
            found -> found.group(1) != null && colours.getAsBoolean() ? found.group() : "\ufffd")
        : text;
  }

  /** Sends what was printed. */
  public void flush() {
    progress.over();
    out.flush();
    err.flush();
  }
}
