package dev.pathgate.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** However a chain holds its edges, it tells them as they were listed. */
class PackedChainTest {
  /** Some of the names have one hash. */
  private static final List<String> NAMES =
      List.of("a", "b", "AaAa", "BBBB", "AaBB", "BBAa", "1.0.0", "", "unlisted");

  private static final List<Optional<String>> VERSIONS =
      List.of(
          Optional.empty(),
          Optional.of(""),
          Optional.of("1.0.0"),
          Optional.of("v1"),
          Optional.of("2"),
          Optional.of("no version"));

  @Test
  void tellsWhatWasListed() {
    for (int seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      List<SupportedTemplate> entries = entries(random);
      TemplateChain chain = new TemplateChain(ChainSketch.ref("tenant/chain"), "7", entries);
      Map<String, List<AvailableUpgrade>> joined = joined(entries);

      assertThat(chain.templates()).as("seed %s", seed).containsExactlyElementsOf(joined.keySet());
      for (String name : NAMES) {
        List<AvailableUpgrade> upgrades = joined.getOrDefault(name, List.of());
        assertThat(chain.upgradesFrom(name)).as("seed %s", seed).isEqualTo(upgrades);
        assertThat(chain.targetsFrom(name))
            .isEqualTo(upgrades.stream().map(AvailableUpgrade::name).toList());
        assertThat(chain.lists(name)).isEqualTo(joined.containsKey(name));
        assertThat(chain.leadsOn(name))
            .isEqualTo(
                upgrades.stream()
                    .map(AvailableUpgrade::name)
                    .anyMatch(next -> !next.equals(name) && joined.containsKey(next)));
        for (String other : NAMES) {
          assertThat(chain.allowsUpgrade(name, other))
              .isEqualTo(upgrades.stream().anyMatch(edge -> edge.name().equals(other)));
        }
      }
    }
  }

  @Test
  void tellsWhoseAVersionIs() {
    List<String> asked = List.of("", "1", "1.0.0", "2.0.0", "no version", "a", "AaAa", "BBBB");
    for (int seed = 0; seed < 3_000; seed++) {
      List<SupportedTemplate> entries = entries(new Random(seed));
      TemplateChain chain = new TemplateChain(ChainSketch.ref("tenant/chain"), "7", entries);

      for (String version : asked) {
        Set<String> owners = owners(joined(entries), version);
        for (String template : NAMES) {
          assertThat(chain.ownerOf(version, template))
              .as("seed %s: %s of %s", seed, version, template)
              .isEqualTo(
                  owners.contains(template) ? Optional.empty() : owners.stream().findFirst());
        }
      }
    }
  }

  @Test
  void answersForMoreTemplatesThanItKeepsASearchOf() {
    TemplateChain line = ChainSketch.line("tenant/line", "t", 1_500);

    for (int i = 0; i < 2; i++) {
      assertThat(line.reachFrom("t-0").distanceTo("t-1499")).isEqualTo(1_499);
      assertThat(line.reachFrom("t-1498").destinations()).containsExactly("t-1499");
      assertThat(line.reachFrom("t-1499").destinations()).isEmpty();
    }
  }

  private static List<SupportedTemplate> entries(Random random) {
    int versions = 1 + random.nextInt(VERSIONS.size());
    return IntStream.range(0, random.nextInt(12))
        .mapToObj(
            i ->
                new SupportedTemplate(
                    NAMES.get(random.nextInt(NAMES.size() - 1)), edges(random, versions)))
        .toList();
  }

  private static List<AvailableUpgrade> edges(Random random, int versions) {
    return IntStream.range(0, random.nextInt(5))
        .mapToObj(
            i ->
                new AvailableUpgrade(
                    NAMES.get(random.nextInt(NAMES.size())),
                    VERSIONS.get(random.nextInt(versions))))
        .toList();
  }

  private static Map<String, List<AvailableUpgrade>> joined(List<SupportedTemplate> entries) {
    Map<String, List<AvailableUpgrade>> joined = new LinkedHashMap<>();
    entries.forEach(
        entry ->
            joined
                .computeIfAbsent(entry.name(), name -> new ArrayList<>())
                .addAll(entry.availableUpgrades()));
    return joined;
  }

  private static Set<String> owners(Map<String, List<AvailableUpgrade>> joined, String version) {
    Set<String> owners = new LinkedHashSet<>();
    joined.values().stream()
        .flatMap(List::stream)
        .filter(edge -> SemanticVersion.isSame(edge.version().orElse(edge.name()), version))
        .forEach(edge -> owners.add(edge.name()));
    return owners;
  }
}
