package dev.pathgate.status;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.Reach;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.Words;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * Where the services of one object may go: what {@code status.servicesUpgradePaths} should say. The
 * search is the webhook's own, so that what is offered is admitted.
 *
 * <p>The value never grows past a number of bytes. What does not fit is left out and counted: each
 * service loses its farthest destinations first, and the service that has used the fewest bytes is
 * served next, so that one wide chain takes nothing from the others' share. Paths that do not fit
 * are never spelled out, since all paths of a line of 10,000 templates have 50 million steps.
 *
 * @param entries one per service, in the order of the object's spec
 * @param servicesLeftOut how many services at the end have no entry, for want of bytes
 */
record UpgradePaths(List<Entry> entries, int servicesLeftOut) {
  UpgradePaths {
    entries = List.copyOf(entries);
  }

  /**
   * One service.
   *
   * @param unresolvedReason why no chain speaks of the service's template, its names cut; empty if
   *     one does
   * @param paths the shortest path to every template that can be reached, nearest first, then in
   *     the chain's order; the end of a chain has none
   * @param leftOut how many paths were left out for want of bytes
   * @param unchanged the stored entry, where it stays as it is
   */
  record Entry(
      Service service,
      Optional<String> unresolvedReason,
      List<List<AvailableUpgrade>> paths,
      int leftOut,
      Optional<JsonNode> unchanged) {
    Entry {
      paths = List.copyOf(paths);
    }
  }

  /** The chains that are known. */
  @FunctionalInterface
  interface Chains {
    /** The chain of that name, if there is one that stays. */
    Optional<TemplateChain> find(ChainRef ref);

    /** Whether it is there, but being deleted, and so as good as missing. */
    default boolean isBeingDeleted(ChainRef ref) {
      return false;
    }

    /** Whether it is there, but has to be read. */
    default boolean isNamedOnly(ChainRef ref) {
      return false;
    }

    /** Whether it is there, but takes too much memory beside the object's other chains. */
    default boolean isTooLarge(ChainRef ref) {
      return false;
    }
  }

  /**
   * @param stored the entries of services that have moved since, by the place of the service in the
   *     list; an entry stays as it is unless its service moved along a path of its chain
   * @param chainNamespace where the object's chains live
   * @param withVersions whether the value has the list {@code versions} too
   * @param maxBytes what the value may measure as JSON
   */
  static UpgradePaths of(
      List<Service> services,
      Map<Integer, JsonNode> stored,
      String chainNamespace,
      Chains chains,
      boolean withVersions,
      long maxBytes) {
    JsonSize size = new JsonSize(withVersions);
    Ways ways = new Ways();
    long used = JsonSize.LIST;
    List<Share> shares = new ArrayList<>();
    for (Service service : services) {
      Share share =
          Share.of(
              shares.size(),
              service,
              Optional.ofNullable(stored.get(shares.size())),
              chainNamespace,
              chains,
              ways);
      long entry =
          JsonSize.separator(shares.isEmpty())
              + share.unchanged.map(JsonSize::of).orElseGet(() -> size.ofEntry(service));
      if (used + entry > maxBytes) {
        break;
      }
      used += entry;
      shares.add(share);
    }
    fill(shares, size, maxBytes - used, ways);
    return new UpgradePaths(
        shares.stream().map(Share::entry).toList(), services.size() - shares.size());
  }

  /** Gives one path after the other to the service that has used the fewest bytes. */
  private static void fill(List<Share> shares, JsonSize size, long free, Ways ways) {
    PriorityQueue<Share> queue =
        new PriorityQueue<>(
            Comparator.<Share>comparingLong(share -> share.bytes)
                .thenComparingInt(share -> share.index));
    shares.stream().filter(Share::hasMore).forEach(queue::add);
    long left = free;
    while (!queue.isEmpty()) {
      Share next = queue.remove();
      long taken = next.takeOne(size, left, ways);
      left -= taken;
      if (taken > 0 && next.hasMore()) {
        queue.add(next);
      }
    }
  }

  /** How many paths were left out. */
  int pathsLeftOut() {
    return entries.stream().mapToInt(Entry::leftOut).sum();
  }

  boolean isTruncated() {
    return servicesLeftOut > 0 || pathsLeftOut() > 0;
  }

  /** One search from where a service stands, and where it leads. */
  private record Way(Reach reach, List<String> destinations) {
    static Way from(TemplateChain chain, String template) {
      Reach reach = chain.reachFrom(template);
      return new Way(reach, reach.destinations());
    }
  }

  /**
   * Whose way is kept. Of an object with thousands of services on a chain of thousands of templates
   * not all can be: who has had one longest searches anew.
   */
  private static final class Ways {
    /** How many templates are known in all; each takes 20 bytes. */
    private static final long MAX_KNOWN = 500_000;

    private final Queue<Share> holders = new ArrayDeque<>();
    private long templates;

    void keep(Share share) {
      holders.add(share);
      templates += share.way.reach().size();
      while (templates > MAX_KNOWN && holders.size() > 1) {
        Share eldest = holders.remove();
        templates -= eldest.way.reach().size();
        eldest.way = null;
      }
    }
  }

  /** What one service has got so far. */
  private static final class Share {
    private final int index;
    private final Service service;
    private final Optional<String> unresolvedReason;
    private final Optional<TemplateChain> chain;
    private final Optional<JsonNode> unchanged;
    private final int destinations;
    private Way way; // null while it is not kept
    private final List<List<AvailableUpgrade>> paths = new ArrayList<>();
    private long bytes;

    private Share(
        int index,
        Service service,
        Optional<String> unresolvedReason,
        Optional<TemplateChain> chain,
        Optional<JsonNode> unchanged,
        Ways ways) {
      this.index = index;
      this.service = service;
      this.unresolvedReason = unresolvedReason;
      this.chain = chain;
      this.unchanged = unchanged;
      this.destinations = chain.isPresent() ? way(ways).destinations().size() : 0;
    }

    private Way way(Ways ways) {
      if (way == null) {
        way = Way.from(chain.orElseThrow(), service.template());
        ways.keep(this);
      }
      return way;
    }

    static Share of(
        int index,
        Service service,
        Optional<JsonNode> stored,
        String chainNamespace,
        Chains chains,
        Ways ways) {
      ChainRef ref = new ChainRef(chainNamespace, service.templateChain());
      Optional<TemplateChain> chain = service.namesChain() ? chains.find(ref) : Optional.empty();
      if (stored.isPresent()) {
        String from = stored.get().path("template").asText();
        if (chain.flatMap(c -> c.shortestPath(from, service.template())).isEmpty()) {
          String why =
              "it went from %s to %s along no path of %s, and its entry stays as it was"
                  .formatted(
                      Words.name(from),
                      Words.name(service.template()),
                      service.namesChain() ? "ServiceTemplateChain " + Words.ref(ref) : "a chain");
          return new Share(index, service, Optional.of(why), Optional.empty(), stored, ways);
        }
      }
      Optional<String> why = unresolvedReason(service, ref, chain, chains);
      return new Share(
          index, service, why, why.isPresent() ? Optional.empty() : chain, Optional.empty(), ways);
    }

    private static Optional<String> unresolvedReason(
        Service service, ChainRef ref, Optional<TemplateChain> chain, Chains chains) {
      if (!service.namesChain()) {
        return Optional.of("it has no templateChain");
      }
      String name = "ServiceTemplateChain " + Words.ref(ref);
      if (chains.isTooLarge(ref)) {
        return Optional.of(name + " is too large to be looked at beside the object's other chains");
      }
      if (chain.isEmpty()) {
        return Optional.of(
            name + (chains.isBeingDeleted(ref) ? " is being deleted" : " does not exist"));
      }
      return chain.get().lists(service.template())
          ? Optional.empty()
          : Optional.of(name + " does not list " + Words.name(service.template()));
    }

    boolean hasMore() {
      return paths.size() < destinations;
    }

    /**
     * Takes the next path if it fits into {@code room}; the bytes that it took, 0 if it doesn't.
     */
    long takeOne(JsonSize size, long room, Ways ways) {
      Way known = way(ways);
      String destination = known.destinations().get(paths.size());
      long least = size.leastOfPath(known.reach().distanceTo(destination));
      if (least > room) {
        return 0;
      }
      List<AvailableUpgrade> path = known.reach().upgradesTo(destination);
      long needed = size.ofPath(path, paths.isEmpty());
      if (needed > room) {
        return 0;
      }
      paths.add(path);
      bytes += needed;
      return needed;
    }

    Entry entry() {
      return new Entry(service, unresolvedReason, paths, destinations - paths.size(), unchanged);
    }
  }

  /** What parts of the value measure as JSON without blanks. */
  private record JsonSize(boolean withVersions) {
    static final long LIST = "[]".length();
    private static final long ENTRY = "{'name':,'namespace':,'template':}".length();
    private static final long UPGRADES = ",'availableUpgrades':[]".length();
    private static final long PATH = "{'upgradePaths':[]}".length();
    private static final long VERSIONS = ",'versions':[]".length();
    private static final long VERSION = "{'name':,'version':}".length();

    static long of(JsonNode json) {
      return json.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    static long separator(boolean first) {
      return first ? 0 : 1;
    }

    long ofEntry(Service service) {
      return ENTRY
          + quoted(service.name())
          + quoted(service.namespace())
          + quoted(service.template());
    }

    /** No path of so many steps is shorter. */
    long leastOfPath(int steps) {
      return PATH + (long) steps * "'',".length();
    }

    long ofPath(List<AvailableUpgrade> path, boolean first) {
      long bytes = PATH + (withVersions ? VERSIONS : 0) + (first ? UPGRADES : 1);
      for (int i = 0; i < path.size(); i++) {
        AvailableUpgrade step = path.get(i);
        long name = quoted(step.name());
        bytes += separator(i == 0) + name;
        if (withVersions) {
          bytes += separator(i == 0) + VERSION + name;
          bytes += quoted(StatusJson.version(step));
        }
      }
      return bytes;
    }

    private static long quoted(String text) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c < ' ' || c >= 127 || c == '"' || c == '\\') {
          return JsonStringEncoder.getInstance().quoteAsUTF8(text).length + 2L;
        }
      }
      return text.length() + 2L; // names of objects need no escape
    }
  }
}
