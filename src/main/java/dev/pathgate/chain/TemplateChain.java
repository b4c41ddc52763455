package dev.pathgate.chain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which template may follow which. An edge {@code a → b} stands for {@code b} among the {@code
 * availableUpgrades} of {@code a}; nothing is implied by version numbers, so a rollback is an edge
 * like any other.
 *
 * <pre>
 *   a → b → d        shortest way a ⇒ d: via b (listed before c)
 *   a → c → d
 * </pre>
 *
 * <p>Cycles, diamonds, dead ends and targets that the chain itself does not list are all legal
 * input. Templates are numbered in the order in which the chain lists them, unlisted targets after
 * all listed ones.
 */
public final class TemplateChain {
  private final ChainRef ref;
  private final String resourceVersion;
  private final List<String> names;
  private final Map<String, Integer> numbers;
  private final AvailableUpgrade[][] upgrades;
  private final int[][] targets;
  private final boolean terminating;
  private final boolean isDefault;
  private volatile Reach lastReach;
  private volatile Map<String, Set<String>> ownersByVersion;

  /**
   * A chain as its spec lists it. A template that is listed twice keeps the upgrades of both
   * entries.
   *
   * @param resourceVersion the version of the object that it was read from, empty if unknown
   */
  public TemplateChain(ChainRef ref, String resourceVersion, List<SupportedTemplate> templates) {
    this(ref, resourceVersion, templates, false);
  }

  /**
   * The same.
   *
   * @param isDefault whether it is one of its namespace's default chains
   */
  public TemplateChain(
      ChainRef ref, String resourceVersion, List<SupportedTemplate> templates, boolean isDefault) {
    this(ref, resourceVersion, templates, false, isDefault);
  }

  private TemplateChain(
      ChainRef ref,
      String resourceVersion,
      List<SupportedTemplate> templates,
      boolean terminating,
      boolean isDefault) {
    this.ref = ref;
    this.resourceVersion = resourceVersion;
    this.terminating = terminating;
    this.isDefault = isDefault;
    this.names = new ArrayList<>();
    this.numbers = new HashMap<>();
    templates.forEach(template -> number(template.name()));
    this.upgrades = new AvailableUpgrade[names.size()][];
    Arrays.fill(upgrades, new AvailableUpgrade[0]);
    for (SupportedTemplate template : templates) {
      int number = number(template.name());
      upgrades[number] = concat(upgrades[number], template.availableUpgrades());
    }
    this.targets = new int[upgrades.length][];
    for (int i = 0; i < upgrades.length; i++) {
      targets[i] = Arrays.stream(upgrades[i]).mapToInt(upgrade -> number(upgrade.name())).toArray();
    }
  }

  /**
   * A chain that is being deleted, which is as good as none: it lists nothing, so that no path
   * leads through it.
   */
  public static TemplateChain terminating(ChainRef ref, String resourceVersion) {
    return new TemplateChain(ref, resourceVersion, List.of(), true, false);
  }

  /** Whether the chain is being deleted. */
  public boolean isTerminating() {
    return terminating;
  }

  /** Whether it is one of the chains that services of its namespace get which name none. */
  public boolean isDefault() {
    return isDefault;
  }

  private int number(String template) {
    Integer known = numbers.putIfAbsent(template, names.size());
    if (known != null) {
      return known;
    }
    names.add(template);
    return names.size() - 1;
  }

  private static AvailableUpgrade[] concat(AvailableUpgrade[] head, List<AvailableUpgrade> tail) {
    AvailableUpgrade[] all = Arrays.copyOf(head, head.length + tail.size());
    for (int i = 0; i < tail.size(); i++) {
      all[head.length + i] = tail.get(i);
    }
    return all;
  }

  /** Where the chain lives and what it is called. */
  public ChainRef ref() {
    return ref;
  }

  /** The {@code metadata.resourceVersion} that this chain was read at, empty if unknown. */
  public String resourceVersion() {
    return resourceVersion;
  }

  /** Whether {@code template} is one of {@code spec.supportedTemplates}. */
  public boolean lists(String template) {
    Integer number = numbers.get(template);
    return number != null && isListed(number);
  }

  /** The templates of {@code spec.supportedTemplates}, in order, each once. */
  public List<String> templates() {
    return List.copyOf(names.subList(0, upgrades.length));
  }

  /** The available upgrades of a template as listed; none if the chain does not list it. */
  public List<AvailableUpgrade> upgradesFrom(String template) {
    Integer number = numbers.get(template);
    return number != null && isListed(number) ? List.of(upgrades[number]) : List.of();
  }

  /**
   * The template that a version belongs to, if not to {@code template}: the first that an edge
   * gives it to, unless an edge gives it to {@code template} too. An edge without a version counts
   * as giving its target's name.
   */
  public Optional<String> ownerOf(String version, String template) {
    Map<String, Set<String>> owners = ownersByVersion;
    if (owners == null) {
      owners = owners();
      ownersByVersion = owners;
    }
    Set<String> found = owners.getOrDefault(SemanticVersion.key(version), Set.of());
    return found.contains(template) ? Optional.empty() : found.stream().findFirst();
  }

  private Map<String, Set<String>> owners() {
    Map<String, Set<String>> owners = new HashMap<>();
    for (AvailableUpgrade[] edges : upgrades) {
      for (AvailableUpgrade edge : edges) {
        String version = SemanticVersion.key(edge.version().orElse(edge.name()));
        owners.computeIfAbsent(version, key -> new LinkedHashSet<>(2)).add(edge.name());
      }
    }
    return owners;
  }

  /** Whether {@code to} is among the available upgrades of {@code from}. */
  public boolean allowsUpgrade(String from, String to) {
    Integer start = numbers.get(from);
    Integer end = numbers.get(to);
    if (start == null || end == null || !isListed(start)) {
      return false;
    }
    for (int target : targets[start]) {
      if (target == end) {
        return true;
      }
    }
    return false;
  }

  /** Whether anything else can be reached from {@code from}. */
  public boolean leadsOn(String from) {
    Integer start = numbers.get(from);
    return start != null
        && isListed(start)
        && Arrays.stream(targets[start]).anyMatch(target -> target != start && isListed(target));
  }

  /**
   * The fewest edges from {@code from} to {@code to}: the templates after {@code from}, {@code to}
   * last; empty if there is no way. Of equally short ways it is the one whose steps the chain lists
   * first.
   */
  public Optional<List<String>> shortestPath(String from, String to) {
    Reach reach = reachFrom(from);
    return reach.leadsTo(to) ? Optional.of(reach.pathTo(to)) : Optional.empty();
  }

  /**
   * All that can be reached from {@code from}; linear in the size of the chain, unless the last
   * call was for the same template: when a fleet moves, most calls are.
   */
  public Reach reachFrom(String from) {
    Integer start = numbers.get(from);
    if (start == null) {
      return new Reach(this, Reach.UNSEEN, new int[0], new int[0], new int[0]);
    }
    Reach reach = lastReach;
    if (reach == null || !reach.startsAt(start)) {
      reach = search(start);
      lastReach = reach;
    }
    return reach;
  }

  private Reach search(int start) {
    int[] cameFrom = new int[names.size()];
    int[] edge = new int[names.size()];
    int[] distance = new int[names.size()];
    Arrays.fill(cameFrom, Reach.UNSEEN);
    cameFrom[start] = start;
    int[] seen = new int[names.size()];
    seen[0] = start;
    int found = 1;
    for (int at = 0; at < found; at++) {
      int here = seen[at];
      for (int i = 0; isListed(here) && i < targets[here].length; i++) {
        int next = targets[here][i];
        if (cameFrom[next] == Reach.UNSEEN) {
          cameFrom[next] = here;
          edge[next] = i;
          distance[next] = distance[here] + 1;
          seen[found++] = next;
        }
      }
    }
    return new Reach(this, start, cameFrom, edge, distance);
  }

  /** A template that is only the target of an upgrade has no entry, hence no upgrades. */
  boolean isListed(int number) {
    return number < upgrades.length;
  }

  String name(int number) {
    return names.get(number);
  }

  int numberOf(String template) {
    return numbers.getOrDefault(template, Reach.UNSEEN);
  }

  AvailableUpgrade upgrade(int from, int edge) {
    return upgrades[from][edge];
  }
}
