package dev.pathgate.cli.audit;

import dev.pathgate.cli.input.Item;
import dev.pathgate.cli.output.Result;
import dev.pathgate.kube.OneLine;
import java.util.Locale;

/**
 * Something that stands against the rules, or stands out.
 *
 * @param check the id of a rule or of a check
 * @param field the path of the field at fault, empty if there is none
 * @param fix what mends it
 */
record AuditFinding(
    Severity severity, String check, Item item, String field, String message, String fix) {
  AuditFinding {
    message = OneLine.of(message); // annotations and fields hold what anybody wrote
    fix = OneLine.of(fix);
  }

  /** How bad it is. */
  enum Severity {
    /** A deny rule would refuse it if it were made now. */
    ERROR,
    WARNING,
    INFO;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** For the formats of other tools. */
  Result result() {
    return new Result(
        switch (severity) {
          case ERROR -> Result.Level.ERROR;
          case WARNING -> Result.Level.WARNING;
          case INFO -> Result.Level.NOTE;
        },
        check,
        item.ref().toString(),
        field,
        message,
        item.file(),
        item.line(field));
  }
}
