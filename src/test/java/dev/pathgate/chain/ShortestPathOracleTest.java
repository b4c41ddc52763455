package dev.pathgate.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.testkit.RandomChains;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The search against one that can't be wrong: it walks every simple path of small random chains
 * (cycles, diamonds, dangling names, self loops, templates listed twice) in the chain's own order.
 */
class ShortestPathOracleTest {
  private static final List<String> NAMES =
      List.of("t-0.9.0", "t-0.10.0", "t-0.11.0", "t-1.0.0", "t-2", "t-3", "t-4");
  private static final int CHAINS = 2_500;

  @Test
  void findsTheSamePathsAsAWalkOverAllOfThem() {
    for (int seed = 0; seed < CHAINS; seed++) {
      List<SupportedTemplate> entries = randomEntries(new Random(seed));
      TemplateChain chain = new TemplateChain(ChainSketch.ref("fuzz/seed-" + seed), "", entries);
      Oracle oracle = new Oracle(entries);

      for (String from : NAMES) {
        Map<String, List<String>> best = oracle.shortestPaths(from);
        Reach reach = chain.reachFrom(from);

        assertThat(reach.destinations())
            .as("destinations from %s in %s", from, entries)
            .isEqualTo(oracle.destinations(best));
        for (String to : NAMES) {
          assertThat(chain.shortestPath(from, to))
              .as("path from %s to %s in %s", from, to, entries)
              .isEqualTo(Optional.ofNullable(best.get(to)));
          assertThat(reach.leadsTo(to)).isEqualTo(best.containsKey(to));
          if (best.containsKey(to)) {
            assertThat(reach.distanceTo(to)).isEqualTo(best.get(to).size());
            assertThat(reach.pathTo(to)).isEqualTo(best.get(to));
          }
        }
      }
    }
  }

  @Test
  void walksOnlyAlongEdgesThatItAllows() {
    for (int seed = CHAINS; seed < 2 * CHAINS; seed++) {
      List<SupportedTemplate> entries = randomEntries(new Random(seed));
      TemplateChain chain = new TemplateChain(ChainSketch.ref("fuzz/seed-" + seed), "", entries);

      for (String from : NAMES) {
        for (String to : NAMES) {
          String here = from;
          for (String next : chain.shortestPath(from, to).orElse(List.of())) {
            assertThat(chain.allowsUpgrade(here, next)).as("%s in %s", here, entries).isTrue();
            here = next;
          }
        }
      }
    }
  }

  private static List<SupportedTemplate> randomEntries(Random random) {
    return RandomChains.entries(random, NAMES, RandomChains.Flaws.ALL);
  }

  /** Every simple path, in the order in which the chain lists the steps. */
  private static final class Oracle {
    private final Map<String, List<String>> edges = new LinkedHashMap<>();

    Oracle(List<SupportedTemplate> entries) {
      for (SupportedTemplate entry : entries) {
        List<String> targets = edges.computeIfAbsent(entry.name(), name -> new ArrayList<>());
        entry.availableUpgrades().forEach(upgrade -> targets.add(upgrade.name()));
      }
    }

    Map<String, List<String>> shortestPaths(String from) {
      Map<String, List<String>> best = new TreeMap<>();
      walk(from, new LinkedHashSet<>(Set.of(from)), new ArrayList<>(), best);
      return best;
    }

    private void walk(
        String here, Set<String> visited, List<String> path, Map<String, List<String>> best) {
      for (String next : edges.getOrDefault(here, List.of())) {
        if (visited.add(next)) {
          path.add(next);
          List<String> known = best.get(next);
          if (known == null || path.size() < known.size()) {
            best.put(next, List.copyOf(path));
          }
          walk(next, visited, path, best);
          path.remove(path.size() - 1);
          visited.remove(next);
        }
      }
    }

    List<String> destinations(Map<String, List<String>> best) {
      return edges.keySet().stream()
          .filter(best::containsKey)
          .sorted(Comparator.comparingInt(name -> best.get(name).size()))
          .toList();
    }
  }
}
