package dev.pathgate.admission;

import dev.pathgate.kube.OneLine;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.Words;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Warnings as the API server passes them on: it drops what is longer than 256 characters each or
 * 4,096 bytes together.
 */
final class Warnings {
  private static final int LENGTH = 255;
  private static final int TOGETHER = 3_900;

  /** No text of ours that is worth a look is longer before it is shortened. */
  private static final int MAX_TEXT = 4_000;

  /** A name that is cut further says nothing. */
  private static final int SHORT_NAME = 16;

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
   * On one line, within so many characters. What a warning is about stands at its end: names lose
   * their middle, the longest first, before the end goes.
   */
  private static String fit(String text, int length) {
    String shown = Refusal.shown(text, MAX_TEXT);
    for (int longest = 248; shown.length() > length && longest >= SHORT_NAME; longest -= 8) {
      shown = shortened(shown, longest);
    }
    return OneLine.of(shown, length);
  }

  private static String shortened(String text, int longest) {
    return Arrays.stream(text.split(" ", -1))
        .map(word -> Words.cut(word, longest))
        .collect(Collectors.joining(" "));
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
