package dev.pathgate.status;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.Reach;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.Service;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;

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
record Offer(List<Entry> entries, int servicesLeftOut) {
  Offer {
    entries = List.copyOf(entries);
  }

  /**
   * One service.
   *
   * @param obstacle why no chain speaks of the service's template; empty if one does
   * @param paths the shortest path to every template that can be reached, nearest first, then in
   *     the chain's order; the end of a chain has none
   * @param leftOut how many paths were left out for want of bytes
   */
  record Entry(
      Service service, Optional<String> obstacle, List<List<AvailableUpgrade>> paths, int leftOut) {
    Entry {
      paths = List.copyOf(paths);
    }
  }

  /**
   * @param chainNamespace where the object's chains live
   * @param chains the chain of that name, if there is one
   * @param withVersions whether the value has the list {@code versions} too
   * @param maxBytes what the value may measure as JSON
   */
  static Offer of(
      List<Service> services,
      String chainNamespace,
      Function<ChainRef, Optional<TemplateChain>> chains,
      boolean withVersions,
      long maxBytes) {
    JsonSize size = new JsonSize(withVersions);
    long used = JsonSize.LIST;
    List<Share> shares = new ArrayList<>();
    for (Service service : services) {
      long entry = JsonSize.separator(shares.isEmpty()) + size.ofEntry(service);
      if (used + entry > maxBytes) {
        break;
      }
      used += entry;
      shares.add(Share.of(shares.size(), service, chainNamespace, chains));
    }
    PriorityQueue<Share> hungry =
        new PriorityQueue<>(
            Comparator.<Share>comparingLong(share -> share.bytes)
                .thenComparingInt(share -> share.index));
    shares.stream().filter(Share::hasMore).forEach(hungry::add);
    while (!hungry.isEmpty()) {
      Share next = hungry.remove();
      long taken = next.takeOne(size, maxBytes - used);
      used += taken;
      if (taken > 0 && next.hasMore()) {
        hungry.add(next);
      }
    }
    return new Offer(shares.stream().map(Share::entry).toList(), services.size() - shares.size());
  }

  /** How many paths were left out. */
  int pathsLeftOut() {
    return entries.stream().mapToInt(Entry::leftOut).sum();
  }

  boolean isTruncated() {
    return servicesLeftOut > 0 || pathsLeftOut() > 0;
  }

  /** What one service has got so far. */
  private static final class Share {
    private final int index;
    private final Service service;
    private final Optional<String> obstacle;
    private final Optional<Reach> reach;
    private final List<String> destinations;
    private final List<List<AvailableUpgrade>> paths = new ArrayList<>();
    private long bytes;

    private Share(int index, Service service, Optional<String> obstacle, Optional<Reach> reach) {
      this.index = index;
      this.service = service;
      this.obstacle = obstacle;
      this.reach = reach;
      this.destinations = reach.map(Reach::destinations).orElse(List.of());
    }

    static Share of(
        int index,
        Service service,
        String chainNamespace,
        Function<ChainRef, Optional<TemplateChain>> chains) {
      if (!service.namesChain()) {
        return new Share(index, service, Optional.of("it has no templateChain"), Optional.empty());
      }
      ChainRef ref = new ChainRef(chainNamespace, service.templateChain());
      Optional<TemplateChain> chain = chains.apply(ref);
      if (chain.isEmpty()) {
        String why = "ServiceTemplateChain " + ref + " does not exist";
        return new Share(index, service, Optional.of(why), Optional.empty());
      }
      if (!chain.get().lists(service.template())) {
        String why = "ServiceTemplateChain " + ref + " does not list " + service.template();
        return new Share(index, service, Optional.of(why), Optional.empty());
      }
      return new Share(
          index, service, Optional.empty(), Optional.of(chain.get().reachFrom(service.template())));
    }

    boolean hasMore() {
      return paths.size() < destinations.size();
    }

    /**
     * Takes the next path if it fits into {@code room}; the bytes that it took, 0 if it doesn't.
     */
    long takeOne(JsonSize size, long room) {
      String destination = destinations.get(paths.size());
      long least = size.leastOfPath(reach.orElseThrow().distanceTo(destination));
      if (least > room) {
        return 0;
      }
      List<AvailableUpgrade> path = reach.orElseThrow().upgradesTo(destination);
      long needed = size.ofPath(path, paths.isEmpty());
      if (needed > room) {
        return 0;
      }
      paths.add(path);
      bytes += needed;
      return needed;
    }

    Entry entry() {
      return new Entry(service, obstacle, paths, destinations.size() - paths.size());
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
          bytes += step.version().map(JsonSize::quoted).orElse(name);
        }
      }
      return bytes;
    }

    private static long quoted(String text) {
      return JsonStringEncoder.getInstance().quoteAsUTF8(text).length + 2L;
    }
  }
}
