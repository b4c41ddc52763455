package dev.pathgate.route;

import dev.pathgate.chain.TemplateChain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Ways over all chains of a namespace to one template, as edits that are admitted one after the
 * other: fewest edits first, then fewest changes of chain, then the order of the chains' names and
 * the order in which a chain lists things.
 *
 * <pre>
 *   chain up:   a → b → c          from a (up) to a2: c, then a2 with chain back
 *   chain back: c → a2
 * </pre>
 *
 * <p>One search, backwards from the target over pairs of template and chain, answers for every
 * place where a service can stand. Per listed template and chain there are two nodes: a service
 * <em>stands</em> there, or its edit is <em>under way</em> in that chain; per template there is one
 * more where the chain is being <em>switched</em>, so that the graph stays linear in the chains.
 */
public final class Routes {
  private static final long EDIT = 1L << 32;
  private static final long SWITCH = 1L;
  private static final long NEVER = Long.MAX_VALUE;

  private final String target;
  private final RouteOptions options;
  private final List<TemplateChain> chains;
  private final Map<String, TemplateChain> byName = new LinkedHashMap<>();
  private final Map<Position, Integer> pairs = new HashMap<>();
  private final Map<String, Integer> switches = new HashMap<>();
  private final List<List<Arc>> into = new ArrayList<>();
  private final long[] cost;

  /** An arc of the graph, seen from its end. */
  private record Arc(int from, long cost) {}

  private record Reached(int node, long cost) {}

  private Routes(List<TemplateChain> chains, RouteOptions options, String target) {
    this.target = target;
    this.options = options;
    this.chains =
        chains.stream().sorted(Comparator.comparing(chain -> chain.ref().name())).toList();
    this.chains.forEach(chain -> byName.put(chain.ref().name(), chain));
    build();
    this.cost = search();
  }

  /**
   * All ways to {@code target}.
   *
   * @param chains the chains of one namespace that stay, in any order
   */
  public static Routes to(String target, List<TemplateChain> chains, RouteOptions options) {
    return new Routes(chains, options, target);
  }

  /**
   * The edits that lead from {@code start} to the target, each as where the service then stands;
   * none if it is there already, empty if there is no way.
   */
  public Optional<List<Position>> from(Position start) {
    List<Position> edits = new ArrayList<>();
    Position here = start;
    while (!here.template().equals(target)) {
      long left = costFrom(here);
      if (left == NEVER) {
        return Optional.empty();
      }
      here = next(here, left);
      edits.add(here);
    }
    return Optional.of(edits);
  }

  private void build() {
    for (TemplateChain chain : chains) {
      for (String template : chain.templates()) {
        pairs.put(new Position(template, chain.ref().name()), node(2));
        switches.computeIfAbsent(template, key -> node(1));
      }
    }
    for (TemplateChain chain : chains) {
      String name = chain.ref().name();
      for (String template : chain.templates()) {
        int stands = stands(template, name);
        int underWay = stands + 1;
        int switching = switches.get(template);
        arc(stands, underWay, 0);
        arc(stands, switching, options.separateSwitch() ? EDIT + SWITCH : SWITCH);
        arc(switching, options.separateSwitch() ? stands : underWay, 0);
        if (options.stride() == RouteOptions.Stride.LONGEST) {
          arc(underWay, stands, EDIT);
        }
        for (String target : chain.targetsFrom(template)) {
          if (chain.lists(target)) {
            int next = stands(target, name);
            if (options.stride() == RouteOptions.Stride.LONGEST) {
              arc(underWay, next + 1, 0);
            } else {
              arc(underWay, next, EDIT);
            }
          }
        }
      }
    }
  }

  private int node(int count) {
    int first = into.size();
    for (int i = 0; i < count; i++) {
      into.add(new ArrayList<>());
    }
    return first;
  }

  private void arc(int from, int to, long cost) {
    into.get(to).add(new Arc(from, cost));
  }

  private int stands(String template, String chain) {
    return pairs.get(new Position(template, chain));
  }

  private long[] search() {
    long[] least = new long[into.size()];
    Arrays.fill(least, NEVER);
    PriorityQueue<Reached> open =
        new PriorityQueue<>(
            Comparator.comparingLong(Reached::cost).thenComparingInt(Reached::node));
    for (TemplateChain chain : chains) {
      if (chain.lists(target)) {
        int end = stands(target, chain.ref().name());
        least[end] = 0;
        open.add(new Reached(end, 0));
      }
    }
    while (!open.isEmpty()) {
      Reached nearest = open.remove();
      if (nearest.cost() > least[nearest.node()]) {
        continue;
      }
      for (Arc arc : into.get(nearest.node())) {
        long through = nearest.cost() + arc.cost();
        if (through < least[arc.from()]) {
          least[arc.from()] = through;
          open.add(new Reached(arc.from(), through));
        }
      }
    }
    return least;
  }

  /** What is left to do; a chain that is missing or does not list the template must be left. */
  private long costFrom(Position here) {
    Integer stands = pairs.get(here);
    if (stands != null) {
      return cost[stands];
    }
    Integer switching = switches.get(here.template());
    return switching == null || cost[switching] == NEVER
        ? NEVER
        : cost[switching] + (options.separateSwitch() ? EDIT + SWITCH : SWITCH);
  }

  private Position next(Position here, long left) {
    for (TemplateChain chain : chains) {
      String name = chain.ref().name();
      boolean stays = name.equals(here.chain());
      if (!chain.lists(here.template())) {
        continue;
      }
      if (options.separateSwitch() && !stays) {
        if (cost[stands(here.template(), name)] == left - EDIT - SWITCH) {
          return new Position(here.template(), name);
        }
        continue;
      }
      long after = left - EDIT - (stays ? 0 : SWITCH);
      for (String next : inOneEdit(chain, here.template())) {
        if (cost[stands(next, name)] == after) {
          return new Position(next, name);
        }
      }
    }
    throw new IllegalStateException("no edit leads on from " + here);
  }

  private List<String> inOneEdit(TemplateChain chain, String template) {
    return options.stride() == RouteOptions.Stride.LONGEST
        ? chain.reachFrom(template).destinations()
        : chain.targetsFrom(template).stream()
            .filter(next -> chain.lists(next) && !next.equals(template))
            .toList();
  }

  /** The chain of that name, if it is one of those that are searched. */
  public Optional<TemplateChain> chain(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
