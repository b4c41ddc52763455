package dev.pathgate.admission;

import dev.pathgate.kube.OneLine;
import dev.pathgate.rule.Finding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Warnings as the API server passes them on: it drops what is longer than 256 characters each or
 * 4,096 bytes together.
 */
final class Warnings {
  private static final int LENGTH = 255;
  private static final int TOGETHER = 3_900;

  private Warnings() {}

  static String of(Finding finding) {
    String id = " [" + finding.rule().id() + "]";
    return cut(finding.violation().message(), LENGTH - id.length()) + id;
  }

  static String of(String message) {
    return cut(message, LENGTH);
  }

  private static String cut(String message, int length) {
    return OneLine.of(message, length);
  }

  /** As many as fit, and how many did not. */
  static List<String> fitting(List<String> warnings) {
    List<String> fitting = new ArrayList<>();
    int bytes = 0;
    for (String warning : warnings) {
      bytes += warning.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > TOGETHER) {
        fitting.add("and " + (warnings.size() - fitting.size()) + " more warnings");
        break;
      }
      fitting.add(warning);
    }
    return fitting;
  }
}
