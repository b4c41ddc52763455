package dev.pathgate.cluster;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The chains that are known, as many as there is room for: whoever may store chains could end a
 * process that held all. Where they weigh too much, the heaviest are known by name alone, so that
 * small ones stay whatever comes; who needs such a chain reads it.
 *
 * <p>Safe for one writer and any number of readers.
 */
public final class HeldChains {
  private static final Comparator<Weighed> BY_WEIGHT =
      Comparator.comparingLong(Weighed::weight)
          .thenComparing(weighed -> weighed.ref().namespace())
          .thenComparing(weighed -> weighed.ref().name());

  private final long room;
  private long taken;

  /** By namespace and name; empty are those that are known by name alone. */
  private final Grouped<String, Optional<TemplateChain>> chains = new Grouped<>();

  private final Set<ChainRef> defaults = ConcurrentHashMap.newKeySet();
  private final Map<ChainRef, Weighed> weights = new HashMap<>();
  private final NavigableSet<Weighed> byWeight = new TreeSet<>(BY_WEIGHT);

  private record Weighed(long weight, ChainRef ref) {}

  /**
   * @param room how many bytes of memory they may take, by {@link TemplateChain#weight}
   */
  HeldChains(long room) {
    this.room = room;
  }

  /** All chains, whatever they weigh. */
  static HeldChains all() {
    return new HeldChains(Long.MAX_VALUE);
  }

  /**
   * The chains that one role of a server holds.
   *
   * @param roles how many roles the process has, which share a third of its heap
   */
  public static HeldChains ofServer(int roles) {
    return new HeldChains(Runtime.getRuntime().maxMemory() / 3 / roles);
  }

  /** Takes the chain in; it may have to go again at once, or others instead. */
  void put(TemplateChain chain) {
    put(chain, chain.weight());
  }

  /** The same, of a chain that takes so much memory here. */
  void put(TemplateChain chain, long weight) {
    ChainRef ref = chain.ref();
    giveBack(ref);
    Weighed weighed = new Weighed(weight, ref);
    weights.put(ref, weighed);
    byWeight.add(weighed);
    taken += weight;
    if (chain.isDefault()) {
      defaults.add(ref);
    } else {
      defaults.remove(ref);
    }
    chains.put(ref.namespace(), ref.name(), Optional.of(chain));
    while (taken > room) {
      ChainRef heaviest = byWeight.last().ref();
      giveBack(heaviest);
      chains.put(heaviest.namespace(), heaviest.name(), Optional.empty());
    }
  }

  private void giveBack(ChainRef ref) {
    Weighed weighed = weights.remove(ref);
    if (weighed != null) {
      byWeight.remove(weighed);
      taken -= weighed.weight();
    }
  }

  /** Forgets the chain. */
  void remove(ChainRef ref) {
    giveBack(ref);
    defaults.remove(ref);
    chains.remove(ref.namespace(), ref.name());
  }

  private Optional<Optional<TemplateChain>> known(ChainRef ref) {
    return chains.get(ref.namespace(), ref.name());
  }

  /** The chain, if it is held. */
  public Optional<TemplateChain> get(ChainRef ref) {
    return known(ref).flatMap(chain -> chain);
  }

  /** Whether there is such a chain, of which nothing but its name is held. */
  public boolean isNamedOnly(ChainRef ref) {
    return known(ref).filter(Optional::isEmpty).isPresent();
  }

  /** How many chains of a namespace are known, held or not. */
  int count(String namespace) {
    return chains.of(namespace).size();
  }

  /** The chains of a namespace that are held, by name. */
  List<TemplateChain> of(String namespace) {
    return new TreeMap<>(chains.of(namespace)).values().stream().flatMap(Optional::stream).toList();
  }

  /** The chains of a namespace that are annotated as its default, by name, held or not. */
  List<ChainRef> defaultsOf(String namespace) {
    return defaults.stream()
        .filter(ref -> ref.namespace().equals(namespace))
        .sorted(Comparator.comparing(ChainRef::name))
        .toList();
  }
}
