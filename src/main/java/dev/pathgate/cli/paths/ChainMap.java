package dev.pathgate.cli.paths;

import dev.pathgate.chain.KcmWalk;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.cli.gate.Fleet.Member;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A chain as a map: its templates, and the services that stand at them.
 *
 * @param spots the listed templates in order, then targets that are not listed, then templates that
 *     users stand at and the chain does not know
 */
public record ChainMap(TemplateChain chain, List<Spot> spots) {
  /**
   * A template of a chain.
   *
   * @param listed whether the chain lists it
   * @param upgrades what may follow, each once
   * @param services those of the chain's users that stand here
   * @param deadEnd whether nothing else may follow
   * @param unreachable whether no way leads to it and nobody stands here
   */
  public record Spot(
      String name,
      boolean listed,
      List<String> upgrades,
      List<Member> services,
      boolean deadEnd,
      boolean unreachable) {
    public Spot {
      upgrades = List.copyOf(upgrades);
      services = List.copyOf(services);
    }
  }

  public ChainMap {
    spots = List.copyOf(spots);
  }

  /** The map of a chain and those who name it. */
  public static ChainMap of(TemplateChain chain, List<Member> users) {
    Map<String, List<String>> upgrades = new LinkedHashMap<>();
    for (String template : chain.templates()) {
      upgrades.put(template, new ArrayList<>(names(chain, template)));
    }
    for (String template : chain.templates()) {
      upgrades.get(template).forEach(next -> upgrades.putIfAbsent(next, List.of()));
    }
    users.forEach(user -> upgrades.putIfAbsent(user.service().template(), List.of()));
    Map<String, List<Member>> standing = new HashMap<>();
    users.forEach(
        user ->
            standing
                .computeIfAbsent(user.service().template(), key -> new ArrayList<>())
                .add(user));
    Set<String> reached = reached(chain);
    List<Spot> spots = new ArrayList<>();
    upgrades.forEach(
        (name, next) -> {
          List<Member> here = standing.getOrDefault(name, List.of());
          spots.add(
              new Spot(
                  name,
                  chain.lists(name),
                  next,
                  here,
                  next.stream().allMatch(name::equals),
                  !reached.contains(name) && here.isEmpty()));
        });
    return new ChainMap(chain, spots);
  }

  /** What of it can be had from a template on: that template, and all that it leads to. */
  ChainMap from(String template) {
    Map<String, Spot> byName = byName();
    Set<String> had = new HashSet<>(Set.of(template));
    List<String> open = new ArrayList<>(had);
    while (!open.isEmpty()) {
      byName.get(open.remove(open.size() - 1)).upgrades().stream()
          .filter(had::add)
          .forEach(open::add);
    }
    return new ChainMap(chain, spots.stream().filter(spot -> had.contains(spot.name())).toList());
  }

  private Map<String, Spot> byName() {
    Map<String, Spot> byName = new HashMap<>();
    spots.forEach(spot -> byName.put(spot.name(), spot));
    return byName;
  }

  private static Set<String> names(TemplateChain chain, String template) {
    return new LinkedHashSet<>(chain.targetsFrom(template));
  }

  /**
   * What can be had by starting where a chain begins: at templates that nothing leads to and that
   * lead on, or at the first where there is none.
   */
  private static Set<String> reached(TemplateChain chain) {
    Set<String> targets = new HashSet<>();
    for (String template : chain.templates()) {
      names(chain, template).stream().filter(next -> !next.equals(template)).forEach(targets::add);
    }
    List<String> starts =
        chain.templates().stream()
            .filter(template -> !targets.contains(template))
            .filter(template -> names(chain, template).stream().anyMatch(n -> !n.equals(template)))
            .toList();
    if (starts.isEmpty() && !chain.templates().isEmpty()) {
      starts = List.of(chain.templates().get(0));
    }
    Set<String> reached = new HashSet<>(starts);
    List<String> open = new ArrayList<>(starts);
    while (!open.isEmpty()) {
      for (String next : names(chain, open.remove(open.size() - 1))) {
        if (reached.add(next)) {
          open.add(next);
        }
      }
    }
    return reached;
  }

  /** The edges that k0rdent (from 1.10 on) deploys in steps which are no edges. */
  List<KcmWalk.Detour> detours() {
    return KcmWalk.over(
            chain.templates().stream()
                .map(template -> new SupportedTemplate(template, chain.upgradesFrom(template)))
                .toList())
        .detours();
  }

  /**
   * The edges that lead back on a walk from the chain's beginnings, each as {@code from → to}:
   * rollbacks and other ends of cycles.
   */
  Set<List<String>> backEdges() {
    Map<String, Spot> byName = byName();
    Map<String, Integer> order = new HashMap<>();
    spots.forEach(spot -> order.put(spot.name(), order.size()));
    Set<List<String>> back = new HashSet<>();
    Set<String> done = new HashSet<>();
    Set<String> onWay = new LinkedHashSet<>();
    for (Spot start : spots) {
      List<String> stack = new ArrayList<>(List.of(start.name()));
      while (!stack.isEmpty()) {
        String here = stack.get(stack.size() - 1);
        if (done.contains(here)) {
          stack.remove(stack.size() - 1);
        } else if (!onWay.add(here)) {
          onWay.remove(here);
          done.add(here);
        } else {
          // the first that the chain lists is walked first, hence pushed last
          byName.get(here).upgrades().stream()
              .sorted(Comparator.comparing(order::get).reversed())
              .forEach(
                  next -> {
                    if (onWay.contains(next)) {
                      back.add(List.of(here, next));
                    } else if (!done.contains(next)) {
                      stack.add(next);
                    }
                  });
        }
      }
    }
    return back;
  }
}
