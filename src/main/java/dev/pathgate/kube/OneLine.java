package dev.pathgate.kube;

import java.util.regex.Pattern;

/**
 * Makes text from elsewhere fit for a log line, a warning or an answer: on one line, without
 * characters that control a terminal or hide in it, and cut to a length.
 */
public final class OneLine {
  /** Controls, line ends, and format characters (bidirectional marks, zero-width ones). */
  private static final Pattern UNSHOWN =
      Pattern.compile("[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029\\p{Cf}\\s]+");

  private OneLine() {}

  /** The text with every run of such characters and of white space as one blank. */
  public static String of(String text) {
    return UNSHOWN.matcher(text).replaceAll(" ").strip();
  }

  /**
   * The same in {@code length} characters at the most, cut at its end, never within a character.
   *
   * @param length at least 1
   */
  public static String of(String text, int length) {
    // What is cut away anyway need not be cleaned first: a text can have megabytes.
    String shown = of(text.length() <= 2L * length ? text : text.substring(0, 2 * length));
    return shown.length() <= length && text.length() <= 2L * length
        ? shown
        : shown.substring(0, end(shown, length - 1)) + "…";
  }

  private static int end(String text, int length) {
    int end = Math.min(text.length(), length);
    return end > 0 && Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end;
  }
}
