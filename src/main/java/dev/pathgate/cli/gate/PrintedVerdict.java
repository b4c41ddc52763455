package dev.pathgate.cli.gate;

import dev.pathgate.admission.Refusal;
import dev.pathgate.admission.Verdict;
import dev.pathgate.rule.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A verdict as commands print it.
 *
 * @param causes why the edit is refused, each as the API server would say it; none if it is allowed
 * @param warnings what its author is told besides
 * @param help where a refusal says that people find help, if the settings name such a place
 */
public record PrintedVerdict(List<Cause> causes, List<Warning> warnings, Optional<String> help) {
  /** An answer's bytes have to do for all causes together; here each has all that it may take. */
  private static final int ROOM = 1 << 20;

  private static final Pattern RULE = Pattern.compile(".*\\[([a-z-]+)\\]", Pattern.DOTALL);

  /** One cause of a refusal. */
  public record Cause(String rule, String field, String message) {}

  /**
   * One warning.
   *
   * @param rule empty where no rule speaks
   */
  public record Warning(String rule, String message) {}

  public PrintedVerdict {
    causes = List.copyOf(causes);
    warnings = List.copyOf(warnings);
  }

  /** The verdict in these words. */
  public static PrintedVerdict of(Verdict verdict) {
    List<Cause> causes = new ArrayList<>();
    for (Finding denial : verdict.denials()) {
      Refusal.Cause told = Refusal.of(List.of(denial), ROOM).causes().get(0);
      causes.add(new Cause(denial.rule().id(), told.field(), told.message()));
    }
    return new PrintedVerdict(
        causes,
        verdict.warnings().stream().map(PrintedVerdict::warning).toList(),
        causes.isEmpty() ? Optional.empty() : verdict.help());
  }

  private static Warning warning(String text) {
    Matcher rule = RULE.matcher(text);
    return new Warning(rule.matches() ? rule.group(1) : "", text);
  }

  /** Whether the API server would take the edit. */
  public boolean isAllowed() {
    return causes.isEmpty();
  }

  /** 2: refused, 1: allowed with warnings, 0: allowed. */
  public int severity() {
    return !isAllowed() ? 2 : warnings.isEmpty() ? 0 : 1;
  }

  /** The same with more warnings. */
  public PrintedVerdict and(List<Warning> more) {
    List<Warning> all = new ArrayList<>(warnings);
    all.addAll(more);
    return new PrintedVerdict(causes, all, help);
  }
}
