package dev.pathgate.kube;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A duration as Go writes it, such as the {@code 5s} or {@code 1m0.5s} of {@code ?timeout=}. */
public final class GoDuration {
  private static final Pattern PART =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(h|ms|m|s|us|µs|ns)");

  private GoDuration() {}

  /** Its milliseconds; empty if the text is no positive duration. */
  public static Optional<Long> millis(String text) {
    Matcher part = PART.matcher(text);
    double millis = 0;
    int end = 0;
    while (end < text.length() && part.find(end) && part.start() == end) {
      millis += Double.parseDouble(part.group(1)) * millisPer(part.group(2));
      end = part.end();
    }
    return end == text.length() && millis >= 1 ? Optional.of((long) millis) : Optional.empty();
  }

  private static double millisPer(String unit) {
    return switch (unit) {
      case "h" -> 3_600_000;
      case "m" -> 60_000;
      case "s" -> 1_000;
      case "ms" -> 1;
      case "ns" -> 1e-6;
      default -> 1e-3;
    };
  }
}
