package dev.pathgate.admission;

import dev.pathgate.kube.OneLine;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.Words;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Warnings as the API server passes them on: it drops what is longer than 256 characters each or
 * 4,096 bytes together.
 */
final class Warnings {
  private static final int LENGTH = 255;
  private static final int TOGETHER = 3_900;

  /** No text of ours that is worth a look is longer before it is shortened. */
  private static final int MAX_TEXT = 4_000;

  /** A name that is cut to this can still be read. */
  private static final int LONG_NAME = 48;

  /** One that is cut further says nothing. */
  private static final int SHORT_NAME = 24;

  /** What is no word of ours: with a digit or a mark in it, either side of a slash for itself. */
  private static final Pattern NAME = Pattern.compile("(?=[^ /]*[^ /a-zA-Z])[^ /]{25,}");

  private Warnings() {}

  static String of(Finding finding) {
    return of("", finding);
  }

  /** A finding as a warning, after words of our own. */
  static String of(String start, Finding finding) {
    String id = " [" + finding.rule().id() + "]";
    return fit(start + finding.violation().message(), LENGTH - id.length()) + id;
  }

  static String of(String message) {
    return fit(message, LENGTH);
  }

  /**
   * On one line, within so many characters. What a warning is about may stand at the end of its
   * first clause: names lose their middle, the longest before others, then the last clauses go,
   * which say what would help, and the end is cut only where nothing else does.
   */
  private static String fit(String text, int length) {
    String clauses = Refusal.shown(text, MAX_TEXT);
    while (true) {
      String shown = shortened(clauses, length, LONG_NAME);
      int last = clauses.lastIndexOf("; ");
      if (shown.length() <= length || last < 0) {
        return OneLine.of(shortened(shown, length, SHORT_NAME), length);
      }
      clauses = clauses.substring(0, last);
    }
  }

  /** With names cut as little as it takes, but to no fewer than so many characters. */
  private static String shortened(String text, int length, int shortest) {
    String shown = text;
    for (int longest = 248; shown.length() > length && longest >= shortest; longest -= 8) {
      int most = longest;
      shown = NAME.matcher(shown).replaceAll(name -> Words.cut(name.group(), most));
    }
    return shown;
  }

  /**
   * As many as fit, each once, and how many did not; no more of them are made than that. The API
   * server passes on no warning twice either.
   *
   * @param warnings each made when it is its turn
   */
  static List<String> fitting(List<Supplier<String>> warnings) {
    Set<String> fitting = new LinkedHashSet<>();
    int bytes = 0;
    for (int i = 0; i < warnings.size(); i++) {
      String warning = warnings.get(i).get();
      if (fitting.contains(warning)) {
        continue;
      }
      bytes += warning.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > TOGETHER) {
        fitting.add("and " + (warnings.size() - i) + " more warnings");
        break;
      }
      fitting.add(warning);
    }
    return List.copyOf(fitting);
  }
}
