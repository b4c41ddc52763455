package dev.pathgate.admission;

import dev.pathgate.kube.OneLine;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.Words;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

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

  /** Names are cut from here on, eight characters at a time. */
  private static final int LONGEST = 248;

  /** One that is cut further says nothing. */
  private static final int SHORT_NAME = 24;

  /** Of warnings that come out alike one is told; what is made for that has an end. */
  private static final int MAX_MADE = 200;

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
    String shown = Refusal.shown(text, MAX_TEXT);
    String clauses = shown.substring(0, endOfWhatFits(shown, length));
    return OneLine.of(shortened(shortened(clauses, length, LONG_NAME), length, SHORT_NAME), length);
  }

  /** The end of the last clause up to which all fits with short names; of the first, if none. */
  private static int endOfWhatFits(String text, int length) {
    int first = text.indexOf("; ");
    if (first < 0 || cut(text, LONG_NAME).length() <= length) {
      return text.length();
    }
    int end = first;
    int fits = cut(text.substring(0, first), LONG_NAME).length();
    while (fits <= length) {
      int next = text.indexOf("; ", end + 2);
      if (next < 0) {
        return end;
      }
      fits += cut(text.substring(end, next), LONG_NAME).length();
      if (fits <= length) {
        end = next;
      }
    }
    return end;
  }

  /** With names cut as little as it takes, but to no fewer than so many characters. */
  private static String shortened(String text, int length, int shortest) {
    String shown = text;
    for (int most = LONGEST; shown.length() > length && most >= shortest; most -= 8) {
      shown = cut(text, most);
    }
    return shown;
  }

  /**
   * With no name longer than that. A name is what is no word of ours: with a digit or a mark in it,
   * either side of a slash for itself.
   */
  private static String cut(String text, int most) {
    StringBuilder cut = new StringBuilder(text.length());
    int start = 0;
    boolean isWord = true;
    for (int i = 0; i <= text.length(); i++) {
      char here = i == text.length() ? ' ' : text.charAt(i);
      if (here == ' ' || here == '/') {
        String name = text.substring(start, i);
        cut.append(isWord || name.length() <= SHORT_NAME ? name : Words.cut(name, most));
        if (i < text.length()) {
          cut.append(here);
        }
        start = i + 1;
        isWord = true;
      } else {
        isWord &= (here >= 'a' && here <= 'z') || (here >= 'A' && here <= 'Z');
      }
    }
    return cut.toString();
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
      String warning = i < MAX_MADE ? warnings.get(i).get() : "";
      if (fitting.contains(warning)) {
        continue;
      }
      bytes += warning.getBytes(StandardCharsets.UTF_8).length;
      if (i == MAX_MADE || bytes > TOGETHER) {
        fitting.add("and " + (warnings.size() - i) + " more warnings");
        break;
      }
      fitting.add(warning);
    }
    return List.copyOf(fitting);
  }
}
