package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.ThreadMXBean;
import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.ChainFacts;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.Rulebook;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceEdit;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UpgradePathsTest {
  private static final long PLENTY = 256 * 1024;

  @Test
  void offersTheShortestWayToEachTemplateNearestFirstThenInChainOrder() {
    Service service = new Service("web", "nginx", "a-0-9-0", "c");

    JsonNode value =
        value(
            List.of(service),
            false,
            chain("c", "a-0-9-0 > b, a-0-10-0", "d", "a-0-10-0 > d", "b > d"));

    assertThat(value)
        .isEqualTo(
            TestCluster.yaml(
                """
                [{name: nginx, namespace: web, template: a-0-9-0, availableUpgrades: [
                  {upgradePaths: [a-0-10-0]}, {upgradePaths: [b]}, {upgradePaths: [b, d]}]}]
                """));
  }

  @Test
  void writesAMissingVersionAsTheTemplatesName() {
    TemplateChain chain =
        new TemplateChain(
            new ChainRef("team", "c"),
            "1",
            List.of(
                new SupportedTemplate(
                    "a",
                    List.of(
                        new AvailableUpgrade("b", Optional.of("0.10.0")),
                        AvailableUpgrade.to("d"))),
                new SupportedTemplate("b", List.of()),
                new SupportedTemplate("d", List.of())));

    JsonNode value = value(List.of(new Service("", "x", "a", "c")), true, chain);

    assertThat(value)
        .isEqualTo(
            TestCluster.yaml(
                """
                [{name: x, namespace: default, template: a, availableUpgrades: [
                  {upgradePaths: [b], versions: [{name: b, version: 0.10.0}]},
                  {upgradePaths: [d], versions: [{name: d, version: d}]}]}]
                """));
  }

  @Test
  void keepsAnEntryForEveryServiceAndSaysWhyOneHasNoPaths() {
    List<Service> services =
        List.of(
            new Service("", "bare", "a", ""),
            new Service("", "lost", "a", "nowhere"),
            new Service("", "other", "z", "c"),
            new Service("", "last", "b", "c"),
            new Service("", "last", "b", "c"));

    UpgradePaths paths = paths(services, false, PLENTY, chain("c", "a > b", "b"));

    assertThat(paths.entries()).extracting(UpgradePaths.Entry::service).isEqualTo(services);
    assertThat(paths.entries())
        .extracting(entry -> entry.unresolvedReason().orElse(""))
        .containsExactly(
            "it has no templateChain",
            "ServiceTemplateChain team/nowhere does not exist",
            "ServiceTemplateChain team/c does not list z",
            "",
            "");
    assertThat(Condition.of(paths, PLENTY))
        .isEqualTo(
            new Condition(
                "SomeWithoutPaths",
                "service default/bare has no paths: it has no templateChain; service default/lost"
                    + " has no paths: ServiceTemplateChain team/nowhere does not exist; service"
                    + " default/other has no paths: ServiceTemplateChain team/c does not list z"));
  }

  @Test
  void isWholeWhereItFitsToTheByteAndCutWhereOneIsMissing() {
    List<Service> services = List.of(new Service("", "x", "a", "c"));
    TemplateChain chain = chain("c", "a > b", "b > ü\"d", "ü\"d");
    int size = bytes(value(services, true, chain));

    assertThat(paths(services, true, size, chain).isTruncated()).isFalse();
    assertThat(paths(services, true, size - 1, chain).pathsLeftOut()).isEqualTo(1);
  }

  @Test
  void cutsTheWideServiceAndLeavesTheNarrowOneWhole() {
    TemplateChain wide = chain("wide", star(10_000));
    TemplateChain narrow = chain("narrow", "a > b", "b");
    List<Service> services =
        List.of(
            new Service("", "w1", "t0", "wide"),
            new Service("", "n", "a", "narrow"),
            new Service("", "w2", "t0", "wide"));

    UpgradePaths paths = paths(services, false, 20_000, wide, narrow);

    assertThat(paths.entries().get(1).leftOut()).isZero();
    int first = paths.entries().get(0).paths().size();
    assertThat(paths.entries().get(2).paths().size()).isBetween(first - 1, first + 1);
    assertThat(bytes(StatusJson.paths(paths, false))).isBetween(19_900, 20_000);
    assertThat(Condition.of(paths, 20_000).reason()).isEqualTo("Truncated");
    assertThat(Condition.of(paths, 20_000).message())
        .isEqualTo(
            "%d paths left out: default/w1 (%d of 9999); default/w2 (%d of 9999), so that"
                    .formatted(
                        paths.pathsLeftOut(),
                        paths.entries().get(0).leftOut(),
                        paths.entries().get(2).leftOut())
                + " status.servicesUpgradePaths keeps within 20000 bytes");
  }

  @Test
  void leavesOutWholeServicesOnlyWhereNothingElseIsLeftToCut() {
    List<Service> services =
        IntStream.range(0, 100).mapToObj(i -> new Service("", "s" + i, "a", "")).toList();

    UpgradePaths paths = paths(services, false, 1000);

    assertThat(bytes(StatusJson.paths(paths, false))).isLessThanOrEqualTo(1000);
    assertThat(paths.servicesLeftOut()).isEqualTo(100 - paths.entries().size()).isPositive();
  }

  @Test
  void spellsOutNoMoreOfACliqueAndALongLineThanThereIsRoomFor() {
    String[] clique = new String[60];
    for (int i = 0; i < 60; i++) {
      List<String> others = new ArrayList<>();
      for (int j = 0; j < 60; j++) {
        others.add("t" + j);
      }
      clique[i] = "t" + i + " > " + String.join(", ", others);
    }
    String[] line = new String[10_000];
    for (int i = 0; i < line.length; i++) {
      line[i] = "t" + i + (i < line.length - 1 ? " > t" + (i + 1) : "");
    }
    List<TemplateChain> chains = List.of(chain("clique", clique), chain("line", line));
    List<Service> services =
        List.of(new Service("", "c", "t0", "clique"), new Service("", "l", "t0", "line"));
    paths(services, true, PLENTY, chains.get(0), chains.get(1));

    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    UpgradePaths paths = paths(services, true, PLENTY, chains.get(0), chains.get(1));
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(paths.entries().get(0).paths()).hasSize(59);
    assertThat(paths.entries().get(1).leftOut()).isGreaterThan(9_000);
    assertThat(bytes(StatusJson.paths(paths, true))).isLessThanOrEqualTo((int) PLENTY);
    // all paths of the line are 50 million steps, of which a list holds four bytes each
    assertThat(allocated).isLessThan(32L * 1024 * 1024);
  }

  @Test
  void agreesWithAWalkOverAllPathsOfRandomChains() {
    for (int seed = 0; seed < 2_000; seed++) {
      Map<String, List<String>> edges = randomEdges(new Random(seed));
      TemplateChain chain = chain(edges);
      for (String from : edges.keySet()) {
        UpgradePaths paths = paths(List.of(new Service("", "x", from, "c")), false, PLENTY, chain);

        Map<String, Integer> expected = distances(edges, from);
        Set<String> seen = new HashSet<>();
        int last = 0;
        for (List<AvailableUpgrade> path : paths.entries().get(0).paths()) {
          String here = from;
          for (AvailableUpgrade step : path) {
            assertThat(edges.get(here)).contains(step.name());
            here = step.name();
          }
          assertThat(path).hasSize(expected.get(here));
          assertThat(path.size()).isGreaterThanOrEqualTo(last);
          last = path.size();
          assertThat(seen.add(here)).isTrue();
        }
        assertThat(seen).isEqualTo(expected.keySet());
      }
    }
  }

  @Test
  void offersNothingThatTheWebhookWouldRefuse() {
    Rulebook rules =
        new Rulebook(
            Map.of(),
            new PathPolicy(PathPolicy.Steps.ANY, PathPolicy.ChainSwitch.TOGETHER),
            "kcm-system");
    int offered = 0;
    int refused = 0;
    for (int seed = 0; seed < 500; seed++) {
      Map<String, List<String>> edges = randomEdges(new Random(seed));
      TemplateChain chain = chain(edges);
      for (String from : edges.keySet()) {
        Service before = new Service("", "x", from, "c");
        Set<String> ends = new HashSet<>();
        for (List<AvailableUpgrade> path :
            paths(List.of(before), false, PLENTY, chain).entries().get(0).paths()) {
          ends.add(path.get(path.size() - 1).name());
        }
        for (String to : edges.keySet()) {
          boolean admitted =
              to.equals(from)
                  || rules
                      .ofServices(List.of(edit(before, to)), new OneChain(chain))
                      .reported()
                      .isEmpty();
          assertThat(admitted).isEqualTo(to.equals(from) || ends.contains(to));
          offered += ends.contains(to) ? 1 : 0;
          refused += admitted ? 0 : 1;
        }
      }
    }
    assertThat(offered).isGreaterThan(1000);
    assertThat(refused).isGreaterThan(1000);
  }

  private static ServiceEdit edit(Service before, String to) {
    Service after = new Service(before.namespace(), before.name(), to, "c");
    return new ServiceEdit(0, after, List.of(before), false, 1, 1, "team", List.of());
  }

  /** A cluster of one chain that is surely as it says. */
  private record OneChain(TemplateChain chain) implements ChainFacts {
    @Override
    public Fact<Optional<TemplateChain>> chain(ChainRef ref) {
      return new Fact<>(Optional.of(chain), Basis.READ);
    }
  }

  private static Map<String, List<String>> randomEdges(Random random) {
    List<String> names = List.of("t-0-9-0", "t-0-10-0", "t-1", "t-2", "t-3", "t-4", "t-5");
    Map<String, List<String>> edges = new java.util.LinkedHashMap<>();
    int size = 2 + random.nextInt(names.size() - 1);
    for (int i = 0; i < size; i++) {
      List<String> targets = new ArrayList<>();
      for (int j = random.nextInt(4); j > 0; j--) {
        targets.add(names.get(random.nextInt(size)));
      }
      edges.put(names.get(i), targets);
    }
    return edges;
  }

  private static Map<String, Integer> distances(Map<String, List<String>> edges, String from) {
    Map<String, Integer> distances = new HashMap<>();
    ArrayDeque<List<String>> walks = new ArrayDeque<>(List.of(List.of(from)));
    while (!walks.isEmpty()) {
      List<String> walk = walks.remove();
      for (String next : edges.get(walk.get(walk.size() - 1))) {
        if (!walk.contains(next)) {
          distances.merge(next, walk.size(), Math::min);
          List<String> longer = new ArrayList<>(walk);
          longer.add(next);
          walks.add(longer);
        }
      }
    }
    return distances;
  }

  private static TemplateChain chain(Map<String, List<String>> edges) {
    return new TemplateChain(
        new ChainRef("team", "c"),
        "1",
        edges.entrySet().stream()
            .map(
                entry ->
                    new SupportedTemplate(
                        entry.getKey(),
                        entry.getValue().stream().map(AvailableUpgrade::to).toList()))
            .toList());
  }

  private static TemplateChain chain(String name, String... entries) {
    List<SupportedTemplate> templates = new ArrayList<>();
    for (String entry : entries) {
      String[] parts = entry.split(" > ", -1);
      List<AvailableUpgrade> upgrades = new ArrayList<>();
      for (String target : parts.length > 1 ? parts[1].split(", ", -1) : new String[0]) {
        upgrades.add(AvailableUpgrade.to(target));
      }
      templates.add(new SupportedTemplate(parts[0], upgrades));
    }
    return new TemplateChain(new ChainRef("team", name), "1", templates);
  }

  private static String[] star(int size) {
    Set<String> rays = new LinkedHashSet<>();
    for (int i = 1; i < size; i++) {
      rays.add("t" + i);
    }
    List<String> entries = new ArrayList<>(List.of("t0 > " + String.join(", ", rays)));
    entries.addAll(rays);
    return entries.toArray(String[]::new);
  }

  private static JsonNode value(List<Service> services, boolean versions, TemplateChain... chains) {
    return StatusJson.paths(paths(services, versions, PLENTY, chains), versions);
  }

  private static UpgradePaths paths(
      List<Service> services, boolean versions, long maxBytes, TemplateChain... chains) {
    Map<ChainRef, TemplateChain> known = new HashMap<>();
    for (TemplateChain chain : chains) {
      known.put(chain.ref(), chain);
    }
    return UpgradePaths.of(
        services, Map.of(), "team", ref -> Optional.ofNullable(known.get(ref)), versions, maxBytes);
  }

  private static int bytes(JsonNode value) {
    return value.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
  }

  @Test
  void followsAServiceThatMovedAlongAPathOfItsChain() {
    UpgradePaths paths = moved("a", "c", chain("c", "a > b", "b > c", "c > d", "d"));

    assertThat(StatusJson.paths(paths, false))
        .isEqualTo(
            TestCluster.yaml(
                "[{name: s, namespace: n, template: c, availableUpgrades: [{upgradePaths: [d]}]}]"));
    assertThat(Condition.of(paths, PLENTY).reason()).isEqualTo("AllResolved");
  }

  @Test
  void leavesTheEntryOfAServiceThatMovedOffItsPathsAsItIs() {
    UpgradePaths paths = moved("a", "c", chain("c", "a > b", "b", "c > d", "d"));

    assertThat(StatusJson.paths(paths, false))
        .isEqualTo(TestCluster.yaml("[%s]".formatted(stored("a"))));
    assertThat(Condition.of(paths, PLENTY))
        .isEqualTo(
            new Condition(
                "SomeWithoutPaths",
                "service n/s has no paths: it went from a to c along no path of"
                    + " ServiceTemplateChain team/c, and its entry stays as it was"));
  }

  @Test
  void leavesTheEntryOfAServiceThatMovedWithoutAChainAsItIs() {
    assertThat(StatusJson.paths(moved("a", "c"), false))
        .isEqualTo(TestCluster.yaml("[%s]".formatted(stored("a"))));
  }

  @Test
  void countsAnUnchangedEntryIntoTheBytes() {
    JsonNode stored = TestCluster.yaml(stored("a"));
    List<Service> services = List.of(new Service("n", "s", "c", "c"));
    long size = bytes(TestCluster.yaml("[%s]".formatted(stored("a"))));

    assertThat(
            UpgradePaths.of(
                    services, Map.of(0, stored), "team", ref -> Optional.empty(), false, size)
                .servicesLeftOut())
        .isZero();
    assertThat(
            UpgradePaths.of(
                    services, Map.of(0, stored), "team", ref -> Optional.empty(), false, size - 1)
                .servicesLeftOut())
        .isEqualTo(1);
  }

  @Test
  void takesAChainThatIsBeingDeletedForMissingAndSaysSo() {
    UpgradePaths.Chains chains =
        new UpgradePaths.Chains() {
          @Override
          public Optional<TemplateChain> find(ChainRef ref) {
            return Optional.empty();
          }

          @Override
          public boolean isBeingDeleted(ChainRef ref) {
            return true;
          }
        };

    UpgradePaths paths =
        UpgradePaths.of(
            List.of(new Service("n", "s", "a", "c")), Map.of(), "team", chains, false, PLENTY);

    assertThat(Condition.of(paths, PLENTY).message())
        .isEqualTo("service n/s has no paths: ServiceTemplateChain team/c is being deleted");
  }

  @Test
  void writesTheTemplatesNameForAVersionThatIsMissingOrEmpty() {
    assertThat(StatusJson.version(AvailableUpgrade.to("a"))).isEqualTo("a");
    assertThat(StatusJson.version(new AvailableUpgrade("a", Optional.of("")))).isEqualTo("a");
    assertThat(StatusJson.version(new AvailableUpgrade("a", Optional.of("1.0.0"))))
        .isEqualTo("1.0.0");
  }

  private static String stored(String template) {
    return "{name: s, namespace: n, template: %s, availableUpgrades: [{upgradePaths: [b]}]}"
        .formatted(template);
  }

  private static UpgradePaths moved(String from, String to, TemplateChain... chains) {
    Map<ChainRef, TemplateChain> known = new HashMap<>();
    for (TemplateChain chain : chains) {
      known.put(chain.ref(), chain);
    }
    return UpgradePaths.of(
        List.of(new Service("n", "s", to, "c")),
        Map.of(0, TestCluster.yaml(stored(from))),
        "team",
        ref -> Optional.ofNullable(known.get(ref)),
        false,
        PLENTY);
  }
}
