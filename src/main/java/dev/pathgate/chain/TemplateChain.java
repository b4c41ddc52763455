package dev.pathgate.chain;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
 *
 * <p>Caches hold most chains of a cluster, whoever wrote them, so one takes little more than its
 * names and four bytes per edge. What is computed on demand and may be large is given up when
 * memory is short.
 */
public final class TemplateChain {
  private static final int[] NOWHERE = {};

  /** The last search over so many templates is kept whatever the memory: tens of KB at most. */
  private static final int SMALL = 1_000;

  private static final long WEIGHT_OF_NONE = 300;

  private final ChainRef ref;
  private final String resourceVersion;
  private final Numbering templates;
  private final Edges edges;
  private final boolean terminating;
  private final boolean isDefault;
  private volatile Reach lastReach;
  private volatile SoftReference<Reach> lastLargeReach;
  private volatile SoftReference<VersionOwners> versionOwners;

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
    Numbering.Builder numbers = new Numbering.Builder();
    templates.forEach(template -> numbers.number(template.name()));
    this.edges = Edges.of(upgrades(templates, numbers), numbers);
    this.templates = numbers.build();
  }

  /** The upgrades of each template, those of all its entries joined. */
  private static List<List<AvailableUpgrade>> upgrades(
      List<SupportedTemplate> templates, Numbering.Builder numbers) {
    List<List<AvailableUpgrade>> upgrades =
        new ArrayList<>(Collections.nCopies(numbers.size(), List.of()));
    Map<Integer, List<AvailableUpgrade>> joined = new HashMap<>();
    for (SupportedTemplate template : templates) {
      int number = numbers.number(template.name());
      List<AvailableUpgrade> before = upgrades.get(number);
      if (before.isEmpty()) {
        upgrades.set(number, template.availableUpgrades());
      } else {
        List<AvailableUpgrade> all =
            joined.computeIfAbsent(number, first -> new ArrayList<>(before));
        all.addAll(template.availableUpgrades());
        upgrades.set(number, all);
      }
    }
    return upgrades;
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
    return isListed(numberOf(template));
  }

  /** The templates of {@code spec.supportedTemplates}, in order, each once. */
  public List<String> templates() {
    return templates.first(edges.size());
  }

  /** The available upgrades of a template as listed; none if the chain does not list it. */
  public List<AvailableUpgrade> upgradesFrom(String template) {
    int from = numberOf(template);
    AvailableUpgrade[] upgrades = new AvailableUpgrade[targets(from).length];
    Arrays.setAll(upgrades, edge -> upgrade(from, edge));
    return List.of(upgrades);
  }

  /** The templates that may follow one, as listed; none if the chain does not list it. */
  public List<String> targetsFrom(String template) {
    int[] targets = targets(numberOf(template));
    String[] names = new String[targets.length];
    Arrays.setAll(names, edge -> name(targets[edge]));
    return List.of(names);
  }

  private int[] targets(int from) {
    return isListed(from) ? edges.targets()[from] : NOWHERE;
  }

  /**
   * The template that a version belongs to, if not to {@code template}: the first that an edge
   * gives it to, unless an edge gives it to {@code template} too. An edge without a version counts
   * as giving its target's name.
   */
  public Optional<String> ownerOf(String version, String template) {
    VersionOwners owners = held(versionOwners);
    if (owners == null) {
      owners = VersionOwners.of(edges, templates);
      versionOwners = new SoftReference<>(owners);
    }
    int owner = owners.otherThan(numberOf(template), SemanticVersion.key(version));
    return owner == Reach.UNSEEN ? Optional.empty() : Optional.of(name(owner));
  }

  private static <T> T held(SoftReference<T> softly) {
    return softly == null ? null : softly.get();
  }

  /** Whether {@code to} is among the available upgrades of {@code from}. */
  public boolean allowsUpgrade(String from, String to) {
    int start = numberOf(from);
    int end = numberOf(to);
    for (int target : targets(start)) {
      if (target == end) {
        return true;
      }
    }
    return false;
  }

  /** Whether anything else can be reached from {@code from}. */
  public boolean leadsOn(String from) {
    int start = numberOf(from);
    return Arrays.stream(targets(start)).anyMatch(end -> end != start && isListed(end));
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
    int start = numberOf(from);
    if (start == Reach.UNSEEN) {
      return new Reach(this, Reach.UNSEEN, new int[0], new int[0], new int[0]);
    }
    boolean isSmall = templates.size() <= SMALL;
    Reach last = isSmall ? lastReach : held(lastLargeReach);
    if (last != null && last.startsAt(start)) {
      return last;
    }
    Reach reach = search(start);
    if (isSmall) {
      lastReach = reach;
    } else {
      lastLargeReach = new SoftReference<>(reach);
    }
    return reach;
  }

  private Reach search(int start) {
    int count = templates.size();
    int[] cameFrom = new int[count];
    int[] edge = new int[count];
    int[] distance = new int[count];
    Arrays.fill(cameFrom, Reach.UNSEEN);
    cameFrom[start] = start;
    int[] seen = new int[count];
    seen[0] = start;
    int found = 1;
    int[][] targets = edges.targets();
    for (int at = 0; at < found; at++) {
      int here = seen[at];
      int[] onward = here < targets.length ? targets[here] : NOWHERE;
      for (int i = 0; i < onward.length; i++) {
        int next = onward[i];
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

  /** How many bytes of memory it takes, about, with texts that nothing else has. */
  public long weight() {
    return WEIGHT_OF_NONE + templates.weight() + edges.weight();
  }

  /** A template that is only the target of an upgrade has no entry, hence no upgrades. */
  boolean isListed(int number) {
    return number != Reach.UNSEEN && number < edges.size();
  }

  String name(int number) {
    return templates.name(number);
  }

  int numberOf(String template) {
    return templates.of(template);
  }

  AvailableUpgrade upgrade(int from, int edge) {
    return new AvailableUpgrade(name(edges.targets()[from][edge]), edges.version(from, edge));
  }
}
