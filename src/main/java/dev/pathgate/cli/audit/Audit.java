package dev.pathgate.cli.audit;

import dev.pathgate.cli.input.Inventory;
import dev.pathgate.cli.input.Item;
import dev.pathgate.cli.input.SourceCommand;
import dev.pathgate.cli.input.Subject;
import dev.pathgate.cli.output.BuildVersion;
import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.Counted;
import dev.pathgate.cli.output.Sarif;
import java.util.Optional;
import picocli.CommandLine.Command;
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
public final class Audit extends SourceCommand {
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

  /** The command, printing there. */
  public Audit(Console console) {
    super(console);
  }

  @Override
  protected Optional<Subject> subject() {
    return Optional.empty();
  }

  @Override
  protected Answer answer(Inventory inventory, Optional<Item> about) {
    console().doing("judging " + Counted.of(inventory.all().size(), "object"));
    AuditReport report =
        new Auditor(input().settings(), input().identity(), inventory, input().sourcesAgain())
            .audit()
            .and(input().namespacesRead(inventory));
    String text =
        switch (format) {
          case TEXT -> AuditFormats.text(report, console());
          case JSON -> AuditFormats.json(report);
          case JUNIT -> AuditFormats.junit(report);
          case SARIF -> Sarif.text(AuditFormats.results(report), BuildVersion.get());
          // An empty report takes the place of one that found something.
          case POLICYREPORT ->
              PolicyReports.of(report, input().isWhole() && report.unreadable().isEmpty());
        };
    return new Answer(text, report.count(AuditFinding.Severity.ERROR) == 0);
  }
}
