package dev.pathgate.chain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which templates the edges of a chain give each version to, in two arrays: there may be as many
 * versions as edges. An edge without a version counts as giving its target's name.
 */
final class VersionOwners {
  /** In order; one that has several owners is there for each. */
  private final String[] versions;

  private final int[] owners;

  private VersionOwners(List<Owned> sorted) {
    this.versions = new String[sorted.size()];
    this.owners = new int[sorted.size()];
    for (int i = 0; i < owners.length; i++) {
      versions[i] = sorted.get(i).version();
      owners[i] = sorted.get(i).owner();
    }
  }

  private record Owned(String version, int owner) {}

  /** What the edges give. */
  static VersionOwners of(Edges edges, Numbering templates) {
    List<Owned> owned = new ArrayList<>();
    boolean[] seen = new boolean[templates.size()]; // with their usual version
    for (int from = 0; from < edges.size(); from++) {
      int[] targets = edges.targets()[from];
      for (int i = 0; i < targets.length; i++) {
        int target = targets[i];
        boolean isUsual = edges.isUsual(from, i);
        if (!isUsual || !seen[target]) {
          seen[target] |= isUsual;
          String version = edges.version(from, i).orElse(templates.name(target));
          String key = SemanticVersion.key(version);
          owned.add(new Owned(key.equals(version) ? version : key, target));
        }
      }
    }
    owned.sort(Comparator.comparing(Owned::version)); // else as the edges are listed
    return new VersionOwners(owned);
  }

  /**
   * The first owner of a version; {@link Reach#UNSEEN} if there is none, or if {@code template} is
   * one.
   *
   * @param version as {@link SemanticVersion#key} gives it
   * @param template a number, of a template or of none
   */
  int otherThan(int template, String version) {
    int first = first(version);
    for (int i = first; i < versions.length && versions[i].equals(version); i++) {
      if (owners[i] == template) {
        return Reach.UNSEEN;
      }
    }
    return first < versions.length && versions[first].equals(version)
        ? owners[first]
        : Reach.UNSEEN;
  }

  /** The first place where the version could be. */
  private int first(String version) {
    int low = 0;
    int high = versions.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (versions[middle].compareTo(version) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
