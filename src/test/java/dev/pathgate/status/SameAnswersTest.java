package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.ChainSketch;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.cluster.ClusterFacts;
import dev.pathgate.cluster.KnownCluster;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectSketch;
import dev.pathgate.route.Position;
import dev.pathgate.route.RouteOptions;
import dev.pathgate.route.Routes;
import dev.pathgate.rule.Action;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.PublishedPaths;
import dev.pathgate.rule.RuleId;
import dev.pathgate.rule.Rulebook;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceIdentity;
import dev.pathgate.testkit.RandomChains;
import dev.pathgate.testkit.RandomEdits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What status offers, what the rules admit and what a plan takes is the same, from every template
 * to every other over random chains.
 */
class SameAnswersTest {
  private static final int CHAINS = Integer.getInteger("tests.same-answers.chains", 400);
  private static final List<String> NAMES = RandomEdits.names("t", 6);
  private static final List<RandomChains.Flaws> FLAWS =
      List.of(RandomChains.Flaws.NONE, RandomChains.Flaws.DANGLING, RandomChains.Flaws.ALL);
  private static final String SYSTEM = "kcm-system";

  private final Edits edits = new Edits(SYSTEM);
  private final Rulebook any = rulebook(PathPolicy.Steps.ANY, Map.of());
  private final Rulebook single = rulebook(PathPolicy.Steps.SINGLE, Map.of());
  private final Rulebook byStatus =
      rulebook(
          PathPolicy.Steps.ANY,
          Map.of(
              RuleId.SERVICE_FOLLOWS_CHAIN, Action.OFF,
              RuleId.SERVICE_PATH_PUBLISHED, Action.DENY));

  private static Rulebook rulebook(PathPolicy.Steps steps, Map<RuleId, Action> actions) {
    return new Rulebook(actions, new PathPolicy(steps, PathPolicy.ChainSwitch.TOGETHER), SYSTEM);
  }

  @Test
  void statusRulesAndPlansKnowTheSameWays() {
    int moves = 0;
    int ways = 0;
    for (int seed = 0; seed < CHAINS; seed++) {
      Kind kind = seed % 2 == 0 ? Kind.CLUSTER_DEPLOYMENT : Kind.MULTI_CLUSTER_SERVICE;
      World world = new World(kind, entries(seed));
      for (String from : NAMES) {
        Map<String, List<String>> offered = world.offered(from);
        for (String to : NAMES) {
          if (!from.equals(to)) {
            List<String> way = offered.getOrDefault(to, List.of());
            assertSame(world, from, to, way);
            moves++;
            ways += way.isEmpty() ? 0 : 1;
          }
        }
      }
    }

    assertThat(moves).isEqualTo(CHAINS * NAMES.size() * (NAMES.size() - 1));
    assertThat(ways).isBetween(moves / 10, moves * 9 / 10);
  }

  private void assertSame(World world, String from, String to, List<String> way) {
    Supplier<String> edit = () -> from + " to " + to + " in " + world.entries;
    assertThat(world.denials(any, from, to).isEmpty()).as(edit).isEqualTo(!way.isEmpty());
    assertThat(world.denials(byStatus, from, to).isEmpty()).as(edit).isEqualTo(!way.isEmpty());
    List<Finding> hop = world.denials(single, from, to);
    assertThat(hop.isEmpty()).as(edit).isEqualTo(way.size() == 1);
    if (way.size() > 1) {
      assertThat(hop.get(0).violation().message())
          .as(edit)
          .contains(
              "step by step, one edit each: "
                  + String.join(", ", way.subList(0, way.size() - 1))
                  + ", then "
                  + to);
    }
    assertThat(world.planned(RouteOptions.Stride.EDGE, from, to)).as(edit).isEqualTo(way);
    assertThat(world.planned(RouteOptions.Stride.LONGEST, from, to))
        .as(edit)
        .isEqualTo(way.isEmpty() ? way : List.of(to));
  }

  private static List<SupportedTemplate> entries(int seed) {
    Random random = new Random(seed);
    List<SupportedTemplate> entries =
        RandomChains.entries(random, NAMES, FLAWS.get(seed % FLAWS.size()));
    return random.nextBoolean() ? entries : RandomChains.versioned(entries, NAMES);
  }

  /** One chain and one service, in an object of either kind. */
  private final class World {
    private final Kind kind;
    private final List<SupportedTemplate> entries;
    private final TemplateChain chain;
    private final Map<String, Map<String, List<String>>> offered = new HashMap<>();
    private final KnownCluster cluster =
        new KnownCluster(SYSTEM, ServiceIdentity.NAMESPACE_DEFAULTED);

    World(Kind kind, List<SupportedTemplate> entries) {
      this.kind = kind;
      this.entries = entries;
      String namespace = edits.chainNamespace(kind, "tenant42");
      K0rdentObject object = ObjectSketch.chainOf(ChainSketch.ref(namespace + "/way"), entries);
      cluster.put(Kind.SERVICE_TEMPLATE_CHAIN, object);
      chain = object.asChain();
    }

    /** What the status patcher writes: the way to each template, by the template. */
    Map<String, List<String>> offered(String from) {
      return offered.computeIfAbsent(from, this::resolved);
    }

    private Map<String, List<String>> resolved(String from) {
      return paths(from).entries().get(0).paths().stream()
          .map(path -> path.stream().map(AvailableUpgrade::name).toList())
          .collect(Collectors.toMap(names -> names.get(names.size() - 1), names -> names));
    }

    private UpgradePaths paths(String from) {
      return UpgradePaths.of(
          List.of(service(from)),
          Map.of(),
          chain.ref().namespace(),
          ref -> Optional.of(chain).filter(known -> known.ref().equals(ref)),
          true,
          1 << 20);
    }

    List<Finding> denials(Rulebook rulebook, String from, String to) {
      K0rdentObject before =
          ObjectSketch.publishing(
              object(from),
              new PublishedPaths("default/s", from, new ArrayList<>(offered(from).keySet())));
      return rulebook
          .ofServices(
              edits.ofServices(
                  Optional.of(before),
                  object(to),
                  chain.ref().namespace(),
                  cluster.serviceIdentity()),
              ClusterFacts.cached(cluster))
          .denials();
    }

    List<String> planned(RouteOptions.Stride stride, String from, String to) {
      return Routes.to(to, List.of(chain), new RouteOptions(stride, false))
          .from(new Position(from, "way"))
          .map(way -> way.stream().map(Position::template).toList())
          .orElse(List.of());
    }

    private K0rdentObject object(String template) {
      return kind == Kind.MULTI_CLUSTER_SERVICE
          ? ObjectSketch.multiClusterService("fleet", service(template))
          : ObjectSketch.clusterDeployment("tenant42/prod", service(template));
    }

    private static Service service(String template) {
      return new Service("", "s", template, "way");
    }
  }
}
