package dev.pathgate.cli.audit;

import dev.pathgate.cli.input.InputOptions;
import dev.pathgate.cli.input.Inventory;
import dev.pathgate.cli.output.BuildVersion;
import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.ExitCode;
import dev.pathgate.cli.output.Sarif;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pathgate audit}: what is already wrong? */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = {
      "Finds what is already wrong.",
      "What stands in a cluster or folder is judged as if it were made now; besides, chains nobody"
          + " uses, dead ends, and status that says something else."
    },
    footer = {
      "",
      "Examples:",
      "  pathgate audit -A",
      "  pathgate audit -f clusters -o policyreport"
    })
public final class Audit implements Callable<Integer> {
  /** What the findings are printed as. */
  enum Format {
    TEXT,
    JSON,
    JUNIT,
    SARIF,
    POLICYREPORT
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json|junit|sarif|policyreport",
      defaultValue = "text",
      description = "The format. Default: ${DEFAULT-VALUE}.")
  private Format format;

  @Mixin private InputOptions input;

  private final Console console;

  /** The command, printing there. */
  public Audit(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Inventory inventory = input.read(console);
    AuditReport report = new Auditor(input.settings(), input.identity(), inventory).audit();
    console.print(
        switch (format) {
          case TEXT -> AuditFormats.text(report, console);
          case JSON -> AuditFormats.json(report);
          case JUNIT -> AuditFormats.junit(report);
          case SARIF -> Sarif.text(AuditFormats.results(report), BuildVersion.get());
          case POLICYREPORT -> PolicyReports.of(report);
        });
    if (!report.unreadable().isEmpty()) {
      return ExitCode.USAGE;
    }
    return report.count(AuditFinding.Severity.ERROR) > 0 ? ExitCode.VIOLATIONS : ExitCode.FINE;
  }
}
