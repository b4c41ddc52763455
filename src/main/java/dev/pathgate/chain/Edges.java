package dev.pathgate.chain;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The upgrades of a chain, packed: four bytes for an edge. A chain that a cache holds may have tens
 * of thousands, and most edges to a template give it the same version or all none.
 *
 * <pre>
 *   a → b (1.1), c (1.2)    targets [1, 2]    usual: b 1.1, c 1.2
 *   b → c (1.2)             targets [2]
 *   c → b (1.0)             targets [1]       odd: 1.0
 * </pre>
 */
final class Edges {
  private static final int[] NO_TARGETS = {};

  /** What an array takes beside its members. */
  private static final long ROW_WEIGHT = 16;

  /** By the number of the template that they lead from. */
  private final int[][] targets;

  /** By the number of the template that they lead to; null if no edge has a version. */
  private final String[] usual;

  /** All versions of the templates of whose edges one has another version; null if none has. */
  private final String[][] odd;

  private Edges(int[][] targets, String[] usual, String[][] odd) {
    this.targets = targets;
    this.usual = usual;
    this.odd = odd;
  }

  /**
   * Packs the edges.
   *
   * @param listed the edges from each template, by its number
   * @param numbers takes the targets that have no number yet
   */
  static Edges of(List<List<AvailableUpgrade>> listed, Numbering.Builder numbers) {
    int[][] targets = new int[listed.size()][];
    boolean versioned = false;
    for (int from = 0; from < targets.length; from++) {
      List<AvailableUpgrade> edges = listed.get(from);
      int[] row = edges.isEmpty() ? NO_TARGETS : new int[edges.size()];
      for (int i = 0; i < row.length; i++) {
        row[i] = numbers.number(edges.get(i).name());
        versioned |= edges.get(i).version().isPresent();
      }
      targets[from] = row;
    }
    if (!versioned) {
      return new Edges(targets, null, null);
    }
    String[] usual = usual(listed, targets, numbers.size());
    return new Edges(targets, usual, odd(listed, targets, usual));
  }

  /** The first version that an edge gives to each template. */
  private static String[] usual(List<List<AvailableUpgrade>> listed, int[][] targets, int count) {
    String[] usual = new String[count];
    for (int from = 0; from < targets.length; from++) {
      for (int i = 0; i < targets[from].length; i++) {
        int target = targets[from][i];
        if (usual[target] == null) {
          usual[target] = listed.get(from).get(i).version().orElse(null);
        }
      }
    }
    return usual;
  }

  private static String[][] odd(
      List<List<AvailableUpgrade>> listed, int[][] targets, String[] usual) {
    String[][] odd = null;
    for (int from = 0; from < targets.length; from++) {
      String[] versions = odd(listed.get(from), targets[from], usual);
      if (versions != null) {
        odd = odd == null ? new String[targets.length][] : odd;
        odd[from] = versions;
      }
    }
    return odd;
  }

  private static String[] odd(List<AvailableUpgrade> edges, int[] targets, String[] usual) {
    String[] versions = null;
    for (int i = 0; i < targets.length; i++) {
      String version = edges.get(i).version().orElse(null);
      boolean isUsual = Objects.equals(version, usual[targets[i]]);
      if (!isUsual && versions == null) {
        versions = new String[targets.length];
        Arrays.setAll(versions, before -> usual[targets[before]]);
      }
      if (versions != null) {
        versions[i] = isUsual ? usual[targets[i]] : version;
      }
    }
    return versions;
  }

  /** How many templates are listed. */
  int size() {
    return targets.length;
  }

  /** The numbers of the templates that may follow each listed one, as listed; not to be changed. */
  int[][] targets() {
    return targets;
  }

  /** The version of an edge. */
  Optional<String> version(int from, int edge) {
    return Optional.ofNullable(versionOrNull(from, edge));
  }

  /** Whether the version of an edge is what most edges to its template have. */
  boolean isUsual(int from, int edge) {
    return odd == null
        || odd[from] == null
        || Objects.equals(odd[from][edge], usual[targets[from][edge]]);
  }

  /** How many bytes of memory they take, about. */
  long weight() {
    long weight = usual == null ? 0 : weight(usual);
    for (int from = 0; from < targets.length; from++) {
      weight += Integer.BYTES + ROW_WEIGHT + (long) Integer.BYTES * targets[from].length;
      if (odd != null && odd[from] != null) {
        weight += ROW_WEIGHT + weight(odd[from]);
      }
    }
    return weight;
  }

  private static long weight(String[] versions) {
    long weight = 0;
    for (String version : versions) {
      weight += Integer.BYTES + (version == null ? 0 : Numbering.TEXT_WEIGHT + version.length());
    }
    return weight;
  }

  private String versionOrNull(int from, int edge) {
    if (odd != null && odd[from] != null) {
      return odd[from][edge];
    }
    return usual == null ? null : usual[targets[from][edge]];
  }
}
