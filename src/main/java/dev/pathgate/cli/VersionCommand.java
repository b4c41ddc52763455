package dev.pathgate.cli;

import dev.pathgate.cli.output.BuildVersion;
import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.StructuredOutput;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pathgate version}. */
@Command(
    name = "version",
    mixinStandardHelpOptions = true,
    description = "Prints the version.",
    footer = {"", "Examples:", "  pathgate version", "  pathgate version -o json"})
final class VersionCommand implements Runnable {
  /** What the version is printed as. */
  enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      defaultValue = "text",
      description = "The format. Default: ${DEFAULT-VALUE}.")
  private Format format;

  private final Console console;

  VersionCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    console.print(
        format == Format.TEXT
            ? "pathgate " + BuildVersion.get() + "\n"
            : StructuredOutput.text(
                StructuredOutput.object()
                    .put("version", BuildVersion.get())
                    .put("java", Runtime.version().toString())));
  }
}
