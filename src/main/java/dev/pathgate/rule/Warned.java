package dev.pathgate.rule;

import java.util.List;

/** Names in a warning, of which the API server passes on 256 characters, the rule's id included. */
final class Warned {
  private static final int NAMED = 5;
  private static final int LENGTH = 225;

  private Warned() {}

  /** As many of the names as fit, five at most and one at least, and how many more there are. */
  static String listing(String before, List<String> names, String after) {
    int named = Math.min(NAMED, names.size());
    String text = before + Words.some(names, named) + after;
    while (named > 1 && text.length() > LENGTH) {
      named--;
      text = before + Words.some(names, named) + after;
    }
    return text;
  }
}
