package dev.pathgate.rule;

import java.util.List;

/** Names in a warning, of which the API server passes on 256 characters, the rule's id included. */
final class Warned {
  static final int NAMED = 5;
  private static final int LENGTH = 225;

  private Warned() {}

  /** As many of the names as fit, five at most and one at least, and how many more there are. */
  static String listing(String before, List<String> names, String after) {
    return listing(before, names, names.size(), after);
  }

  /**
   * @param names the first of them, at least five if there are so many
   * @param all how many there are
   */
  static String listing(String before, List<String> names, long all, String after) {
    List<String> named = names.stream().limit(NAMED).map(Words::name).toList();
    String text = before + Words.told(all, named) + after;
    while (named.size() > 1 && text.length() > LENGTH) {
      named = named.subList(0, named.size() - 1);
      text = before + Words.told(all, named) + after;
    }
    return text;
  }
}
