package dev.pathgate.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.ObjectSketch;
import dev.pathgate.rule.Action;
import dev.pathgate.rule.ChainEdit;
import dev.pathgate.rule.ChainFacts;
import dev.pathgate.rule.Facts;
import dev.pathgate.rule.Findings;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.PathPolicy.ChainSwitch;
import dev.pathgate.rule.PathPolicy.Steps;
import dev.pathgate.rule.RuleId;
import dev.pathgate.rule.Rulebook;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceIdentity;
import dev.pathgate.testkit.Graph;
import dev.pathgate.testkit.SmallWorld;
import dev.pathgate.testkit.SmallWorld.Edit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * All graphs of up to four templates and all sequences of up to three admitted edits: no service
 * ever moves along what is no edge of its chain. Graphs that differ in names alone are tried once,
 * worlds that several sequences lead to as well.
 *
 * <p>By default the graphs of four templates are every eightieth; {@code -Dtests.graphs.every=1}
 * takes all of them, which lasts some minutes.
 */
class NeverOffTheGraphTest {
  private static final int EVERY = Integer.getInteger("tests.graphs.every", 80);
  private static final int LENGTH = 3;
  private static final String NAMESPACE = "tenant42";

  @ParameterizedTest
  @CsvSource({
    "SINGLE, TOGETHER, NAMESPACE_DEFAULTED",
    "SINGLE, SEPARATE, NAMESPACE_DEFAULTED",
    "ANY, TOGETHER, NAMESPACE_DEFAULTED",
    "ANY, SEPARATE, NAMESPACE_DEFAULTED",
    "SINGLE, TOGETHER, NAMESPACE_OPTIONAL",
    "ANY, SEPARATE, NAMESPACE_OPTIONAL"
  })
  void noAdmittedSequenceLeadsOffTheGraph(
      Steps steps, ChainSwitch chainSwitch, ServiceIdentity identity) {
    PathPolicy policy = new PathPolicy(steps, chainSwitch);
    Search search = new Search(new Rules(policy, identity, Map.of()), policy, identity);

    search.overAllGraphs(EVERY);

    System.out.printf("%s %s %s: %s%n", steps, chainSwitch, identity, search);
    assertThat(search.found).isEmpty();
    assertThat(search.admitted).isGreaterThan(search.judged / 20);
    assertThat(search.moved).isGreaterThan(1_000);
  }

  /** Each of these rules is needed: without it the search finds a way off the graph. */
  @ParameterizedTest
  @EnumSource(names = {"SERVICE_FOLLOWS_CHAIN", "CHAIN_IS_IMMUTABLE", "CHAIN_IS_UNUSED"})
  void aRuleThatIsOffIsFoundOut(RuleId rule) {
    PathPolicy policy = new PathPolicy(Steps.SINGLE, ChainSwitch.TOGETHER);
    ServiceIdentity identity = ServiceIdentity.NAMESPACE_DEFAULTED;
    Search search =
        new Search(new Rules(policy, identity, Map.of(rule, Action.OFF)), policy, identity);

    search.overGraphs(Graph.forms(2));

    assertThat(search.found).isNotEmpty();
  }

  /** A rule that admits every template which the chain lists is found out, and one hop too far. */
  @ParameterizedTest
  @EnumSource(Steps.class)
  void aRuleThatAdmitsTooMuchIsFoundOut(Steps steps) {
    PathPolicy policy = new PathPolicy(steps, ChainSwitch.TOGETHER);
    ServiceIdentity identity = ServiceIdentity.NAMESPACE_DEFAULTED;
    Rules rules = new Rules(policy, identity, Map.of());
    Search search =
        new Search(
            (world, edit) -> rules.admits(world, edit) || listsAllTemplates(world, edit),
            policy,
            identity);

    search.overGraphs(Graph.forms(2));

    assertThat(search.found).isNotEmpty();
  }

  private static boolean listsAllTemplates(SmallWorld world, Edit edit) {
    return edit instanceof Edit.Update update
        && update.services().stream()
            .allMatch(
                service ->
                    world
                        .chain(service.templateChain())
                        .filter(graph -> graph.lists(Graph.NAMES.indexOf(service.template())))
                        .isPresent());
  }

  /** What lets edits through. */
  @FunctionalInterface
  private interface Gate {
    boolean admits(SmallWorld world, Edit edit);
  }

  /** Goes through all sequences, to the first that leads off the graph. */
  private static final class Search {
    private final Gate gate;
    private final PathPolicy policy;
    private final ServiceIdentity identity;
    private final List<String> found = new ArrayList<>();
    private int graphs;
    private long worlds;
    private long judged;
    private long admitted;
    private long moved;

    Search(Gate gate, PathPolicy policy, ServiceIdentity identity) {
      this.gate = gate;
      this.policy = policy;
      this.identity = identity;
    }

    void overAllGraphs(int every) {
      for (int size = 1; size < Graph.SIZE; size++) {
        overGraphs(Graph.forms(size));
      }
      List<Graph> largest = Graph.forms(Graph.SIZE);
      for (int i = 0; i < largest.size(); i += every) {
        overGraphs(List.of(largest.get(i)));
      }
    }

    void overGraphs(List<Graph> all) {
      for (Graph graph : all) {
        if (!found.isEmpty()) {
          return;
        }
        graphs++;
        Set<SmallWorld> level = starts(graph);
        Set<SmallWorld> seen = new LinkedHashSet<>(level);
        for (int edit = 1; edit <= LENGTH; edit++) {
          level = next(level, seen, edit < LENGTH);
        }
        worlds += seen.size();
      }
    }

    private Set<SmallWorld> starts(Graph graph) {
      Set<SmallWorld> starts = new LinkedHashSet<>();
      for (String template : Graph.NAMES) {
        starts.add(
            SmallWorld.of(
                graph,
                Optional.of(graph.reversed()),
                List.of(SmallWorld.service("", template, "x")),
                identity));
      }
      if (identity == ServiceIdentity.NAMESPACE_OPTIONAL) {
        starts.add(
            SmallWorld.of(
                graph,
                Optional.empty(),
                List.of(SmallWorld.service("", "a", "x"), SmallWorld.service("", "b", "x")),
                identity));
      }
      return starts;
    }

    private Set<SmallWorld> next(Set<SmallWorld> level, Set<SmallWorld> seen, boolean goesOn) {
      Set<SmallWorld> next = new LinkedHashSet<>();
      for (SmallWorld world : level) {
        for (Edit edit : world.edits()) {
          judged++;
          if (!gate.admits(world, edit)) {
            continue;
          }
          admitted++;
          moved += edit instanceof Edit.Update ? 1 : 0;
          Optional<String> off = world.offTheGraph(edit, policy, identity);
          if (off.isPresent()) {
            found.add(world + ": " + edit + ": " + off.get());
            return Set.of();
          }
          if (goesOn) {
            SmallWorld after = world.after(edit, identity);
            if (seen.add(after)) {
              next.add(after);
            }
          }
        }
      }
      return next;
    }

    @Override
    public String toString() {
      return "%d graphs, %d worlds, %d edits judged, %d admitted"
          .formatted(graphs, worlds, judged, admitted);
    }
  }

  /** The rules alone, as the judge asks them. */
  private static final class Rules implements Gate {
    private final Edits edits = new Edits("kcm-system");
    private final ServiceIdentity identity;
    private final Rulebook rulebook;
    private final Map<String, TemplateChain> chains = new HashMap<>();

    Rules(PathPolicy policy, ServiceIdentity identity, Map<RuleId, Action> actions) {
      this.identity = identity;
      this.rulebook = new Rulebook(actions, policy, "kcm-system");
    }

    @Override
    public boolean admits(SmallWorld world, Edit edit) {
      return findings(world, edit).denials().isEmpty();
    }

    private Findings findings(SmallWorld world, Edit edit) {
      Facts facts = new Known(world);
      if (edit instanceof Edit.Create create) {
        return ofServices(Optional.empty(), create.services(), facts);
      } else if (edit instanceof Edit.Update update) {
        return world.isTerminating()
            ? Findings.none()
            : ofServices(world.services(), update.services(), facts);
      } else if (edit instanceof Edit.CreateChain create) {
        return rulebook.ofNewChain(chainEdit(create.name(), null, create.graph()), facts);
      } else if (edit instanceof Edit.UpdateChain update) {
        Graph before = world.chains().get(update.name());
        return rulebook.ofChangedChain(chainEdit(update.name(), before, update.graph()), facts);
      } else if (edit instanceof Edit.DeleteChain delete
          && !world.leaving().contains(delete.name())) {
        Graph before = world.chains().get(delete.name());
        return rulebook.ofDeletedChain(chainEdit(delete.name(), null, before), facts);
      }
      return Findings.none();
    }

    private Findings ofServices(Optional<List<Service>> before, List<Service> after, Facts facts) {
      return rulebook.ofServices(
          edits.ofServices(before.map(this::object), object(after), NAMESPACE, identity), facts);
    }

    private K0rdentObject object(List<Service> services) {
      return ObjectSketch.clusterDeployment(NAMESPACE + "/prod", services.toArray(new Service[0]));
    }

    private static ChainEdit chainEdit(String name, Graph before, Graph after) {
      return new ChainEdit(
          new ChainRef(NAMESPACE, name),
          after.entries(),
          false,
          Optional.ofNullable(before),
          Optional.of(after));
    }

    private TemplateChain chain(String name, Graph graph) {
      return chains.computeIfAbsent(
          name + graph.bits(),
          key -> new TemplateChain(new ChainRef(NAMESPACE, name), "", graph.entries()));
    }

    /** The world, read just now. */
    private final class Known implements ChainFacts {
      private final SmallWorld world;

      Known(SmallWorld world) {
        this.world = world;
      }

      @Override
      public Fact<Optional<TemplateChain>> chain(ChainRef ref) {
        return new Fact<>(
            Optional.ofNullable(world.chains().get(ref.name()))
                .map(
                    graph ->
                        world.leaving().contains(ref.name())
                            ? TemplateChain.terminating(ref, "")
                            : Rules.this.chain(ref.name(), graph)),
            Basis.READ);
      }

      @Override
      public Fact<List<ObjectRef>> usersOf(ChainRef ref) {
        return new Fact<>(
            world.isInUse(ref.name())
                ? List.of(new ObjectRef("ClusterDeployment", NAMESPACE, "prod"))
                : List.of(),
            Basis.READ);
      }

      @Override
      public boolean mayExist(ChainRef ref) {
        return world.chains().containsKey(ref.name());
      }
    }
  }
}
