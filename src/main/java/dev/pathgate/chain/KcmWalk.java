package dev.pathgate.chain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The steps in which k0rdent's controller (1.10 and later) deploys one edge of a chain whose edges
 * carry semantic versions. For every template that can be reached it keeps the longest way that
 * meets no template twice, the first of those found. From what is deployed it then goes to the
 * lowest version above it, not above the one that is asked for, on any of the ways that lead
 * through that one, and from there on anew. Such a step may be no edge:
 *
 * <pre>
 *   a → b, c    b → d, a    c → d        b → d is deployed as c, then d
 * </pre>
 *
 * <p>k0rdent looks at all ways. There may be too many to look at here; then nothing is known of the
 * chain.
 */
public final class KcmWalk {
  /** Steps on all ways together, after which no more is looked at: some milliseconds. */
  private static final int MAX_STEPS = 200_000;

  private static final int MAX_TEMPLATES = 500;

  private final List<String> names = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final int[][] targets;
  private final KcmVersion[] versions;
  private final Map<Integer, List<BitSet>> ways = new HashMap<>();
  private final boolean known;
  private int stepsLeft = MAX_STEPS;

  /**
   * An edge that is deployed in steps which are no edges.
   *
   * @param template its place in {@code spec.supportedTemplates}
   * @param upgrade its place in {@code availableUpgrades}
   * @param steps the templates that are deployed one after the other, {@code to} last
   */
  public record Detour(int template, int upgrade, String from, String to, List<String> steps) {
    public Detour {
      steps = List.copyOf(steps);
    }
  }

  private KcmWalk(List<SupportedTemplate> templates) {
    templates.forEach(template -> numbers.putIfAbsent(template.name(), numbers.size()));
    templates.forEach(template -> names.add(template.name()));
    targets = new int[templates.size()][];
    versions = new KcmVersion[templates.size()];
    known =
        numbers.size() == templates.size() && templates.size() <= MAX_TEMPLATES && take(templates);
  }

  /** The walk over a chain with these {@code spec.supportedTemplates}. */
  public static KcmWalk over(List<SupportedTemplate> templates) {
    return new KcmWalk(templates);
  }

  /** Reads edges and versions; false where what k0rdent would do can't be told from the chain. */
  private boolean take(List<SupportedTemplate> templates) {
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < targets.length; i++) {
      List<AvailableUpgrade> upgrades = templates.get(i).availableUpgrades();
      targets[i] = new int[upgrades.size()];
      for (int j = 0; j < targets[i].length; j++) {
        String name = upgrades.get(j).name();
        String text = upgrades.get(j).version().orElse("");
        Optional<KcmVersion> version = KcmVersion.of(text);
        String other = texts.putIfAbsent(name, text);
        if (!numbers.containsKey(name)
            || version.isEmpty()
            || (other != null && !other.equals(text))) {
          return false;
        }
        targets[i][j] = numbers.get(name);
        versions[targets[i][j]] = version.get();
      }
    }
    Set<KcmVersion> different = new HashSet<>();
    return Arrays.stream(versions).allMatch(version -> version == null || different.add(version));
  }

  /** All edges that are deployed in steps which are no edges, in the order of the spec. */
  public List<Detour> detours() {
    List<Detour> detours = new ArrayList<>();
    for (int from = 0; known && from < targets.length; from++) {
      for (int i = 0; i < targets[from].length; i++) {
        int to = targets[from][i];
        Optional<List<Integer>> steps = steps(from, to);
        if (steps.isEmpty()) {
          return List.of();
        }
        if (!areEdges(from, steps.get())) {
          List<String> named = steps.get().stream().map(names::get).toList();
          detours.add(new Detour(from, i, names.get(from), names.get(to), named));
        }
      }
    }
    return detours;
  }

  /**
   * The templates that are deployed one after the other on the edge between two listed templates,
   * {@code to} last; empty where that is not known.
   */
  public Optional<List<String>> steps(String from, String to) {
    return known && numbers.containsKey(from) && numbers.containsKey(to)
        ? steps(numbers.get(from), numbers.get(to))
            .map(steps -> steps.stream().map(names::get).toList())
        : Optional.empty();
  }

  private Optional<List<Integer>> steps(int from, int to) {
    List<Integer> steps = new ArrayList<>();
    for (int here = from; here != to; here = steps.get(steps.size() - 1)) {
      List<BitSet> longest = ways.get(here);
      if (longest == null) {
        longest = new Search(here).longestWays();
        ways.put(here, longest);
      }
      if (stepsLeft < 0) {
        return Optional.empty();
      }
      steps.add(next(here, to, longest));
    }
    return Optional.of(steps);
  }

  /** A template that no edge leads to has no version here; it counts as older than all others. */
  private int next(int here, int to, List<BitSet> longest) {
    int next = to;
    for (BitSet way : longest) {
      for (int i = way.get(to) ? way.nextSetBit(0) : -1; i >= 0; i = way.nextSetBit(i + 1)) {
        if ((versions[here] == null || versions[i].compareTo(versions[here]) > 0)
            && versions[i].compareTo(versions[next]) < 0) {
          next = i;
        }
      }
    }
    return next;
  }

  private boolean areEdges(int from, List<Integer> steps) {
    int here = from;
    for (int step : steps) {
      if (Arrays.stream(targets[here]).noneMatch(target -> target == step)) {
        return false;
      }
      here = step;
    }
    return true;
  }

  /** All ways from one template, as k0rdent looks for them, without recursion. */
  private final class Search {
    private final int start;
    private final Deque<int[]> path = new ArrayDeque<>();
    private final BitSet onPath = new BitSet();
    private final Map<Integer, BitSet> best = new HashMap<>();

    Search(int start) {
      this.start = start;
    }

    /** The templates on the longest way to each that can be reached, the start left out. */
    List<BitSet> longestWays() {
      path.push(new int[] {start, 0});
      while (!path.isEmpty() && stepsLeft >= 0) {
        int[] here = path.element();
        if (here[1] == targets[here[0]].length) {
          path.pop();
          if (!path.isEmpty()) {
            onPath.clear(here[0]);
          }
          continue;
        }
        int next = targets[here[0]][here[1]++];
        stepsLeft--;
        if (onPath.get(next)) {
          continue;
        }
        onPath.set(next);
        BitSet shorter = best.get(next);
        if (shorter == null || onPath.cardinality() > shorter.cardinality()) {
          best.put(next, (BitSet) onPath.clone());
        }
        if (next == start) {
          onPath.clear(next);
        } else {
          path.push(new int[] {next, 0});
        }
      }
      return List.copyOf(best.values());
    }
  }
}
