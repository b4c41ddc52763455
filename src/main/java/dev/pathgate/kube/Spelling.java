package dev.pathgate.kube;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Guesses what a misspelled word was meant to be. */
public final class Spelling {
  private Spelling() {}

  /**
   * The known word that is nearest, whatever its case, the first in order of equally near ones.
   *
   * @param typos how many letters may have been added, left out or changed
   */
  public static Optional<String> nearest(String word, Stream<String> known, int typos) {
    return known
        .filter(other -> Math.abs(other.length() - word.length()) <= typos)
        .map(other -> Map.entry(other, distance(word, other)))
        .filter(other -> other.getValue() <= typos)
        .min(
            Comparator.comparing(Map.Entry<String, Integer>::getValue)
                .thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey);
  }

  /** For the end of a sentence about a word that was not known. */
  public static String question(String meant) {
    return "; did you mean " + OneLine.of(meant) + "?";
  }

  private static int distance(String one, String other) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = other.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
