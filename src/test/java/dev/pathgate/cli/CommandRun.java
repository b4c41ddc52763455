package dev.pathgate.cli;

import dev.pathgate.cli.output.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A command as a shell runs it, without the process: its exit code and what it printed.
 *
 * @param out stdout, the given folder left out of file names
 * @param err stderr, likewise
 */
public record CommandRun(int code, String out, String err) {
  /** Runs it. */
  public static CommandRun of(Path folder, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (PrintStream stdout = new PrintStream(out, false, StandardCharsets.UTF_8);
        PrintStream stderr = new PrintStream(err, false, StandardCharsets.UTF_8)) {
      Console console = new Console(stdout, stderr, false);
      int code = Pathgate.execute(console, arguments);
      stdout.flush();
      stderr.flush();
      return new CommandRun(code, relative(folder, out), relative(folder, err));
    }
  }

  private static String relative(Path folder, ByteArrayOutputStream printed) {
    // Reports for a pipeline name files as they lie below the working directory.
    Path below = Path.of("").toAbsolutePath().relativize(folder.toAbsolutePath());
    return printed
        .toString(StandardCharsets.UTF_8)
        .replace(folder + "/", "")
        .replace(below + "/", "");
  }

  /** Writes a file of the folder, the folders above it included. */
  public static void write(Path folder, String name, String content) {
    try {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), content);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
