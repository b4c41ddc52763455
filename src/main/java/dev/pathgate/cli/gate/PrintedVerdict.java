package dev.pathgate.cli.gate;

import dev.pathgate.admission.Refusal;
import dev.pathgate.admission.Verdict;
import dev.pathgate.rule.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /** Whom a text is about; words of our own may stand before it. */
  private static final Pattern SERVICE = Pattern.compile("(?:^|: )(service \\S+)");

  private static final Pattern INDEX = Pattern.compile("spec\\.serviceSpec\\.services\\[(\\d+)\\]");

  /** One cause of a refusal. */
  public record Cause(String rule, String field, String message) {
    private String about() {
      return service(message).orElse(rule + " " + field);
    }

    /** Where a service stands in its list; what is about no service keeps its place. */
    private int index() {
      Matcher index = INDEX.matcher(field);
      return index.lookingAt() ? Integer.parseInt(index.group(1)) : 0;
    }
  }

  /**
   * One warning.
   *
   * @param rule empty where no rule speaks
   */
  public record Warning(String rule, String message) {
    private String about() {
      return rule + " " + service(message).orElse(message);
    }
  }

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

  /** Whether the API server would refuse it for a list's entry, by that entry's path. */
  public boolean refuses(String entry) {
    return causes.stream().anyMatch(cause -> cause.field().startsWith(entry));
  }

  /** Whether there is nothing to say. */
  public boolean isSilent() {
    return isAllowed() && warnings.isEmpty();
  }

  /** The service that a text is about; empty if it is about the object. */
  private static Optional<String> service(String message) {
    Matcher service = SERVICE.matcher(message);
    return service.find() ? Optional.of(service.group(1)) : Optional.empty();
  }

  /**
   * The worse of both for each service: what this verdict says, and what the other says of services
   * that this one lets go. One that is refused gets no warning besides.
   */
  public PrintedVerdict orWorse(PrintedVerdict other) {
    List<Cause> worse =
        distinct(causes, other.causes, Cause::about).stream()
            .sorted(Comparator.comparingInt(Cause::index))
            .toList();
    Set<String> refused = worse.stream().map(Cause::about).collect(Collectors.toSet());
    return new PrintedVerdict(
        worse,
        distinct(warnings, other.warnings, Warning::about).stream()
            .filter(warning -> service(warning.message()).filter(refused::contains).isEmpty())
            .toList(),
        help.or(other::help));
  }

  /** All of the first, and of the second what is about something else. */
  private static <T> List<T> distinct(List<T> first, List<T> second, Function<T, String> about) {
    Set<String> told = first.stream().map(about).collect(Collectors.toSet());
    return Stream.concat(
            first.stream(), second.stream().filter(more -> !told.contains(about.apply(more))))
        .toList();
  }

  /** The same with more warnings. */
  public PrintedVerdict and(List<Warning> more) {
    List<Warning> all = new ArrayList<>(warnings);
    all.addAll(more);
    return new PrintedVerdict(causes, all, help);
  }
}
