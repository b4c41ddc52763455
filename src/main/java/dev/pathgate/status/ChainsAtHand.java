package dev.pathgate.status;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.Service;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The chains that one object names, each as it was when it was looked for: a cache may let go of
 * one at any time. Those that it knows by name alone are {@link #toBeRead}.
 */
final class ChainsAtHand implements UpgradePaths.Chains {
  private final UpgradePaths.Chains known;
  private final Map<ChainRef, TemplateChain> found = new HashMap<>();
  private final Set<ChainRef> toBeRead = new LinkedHashSet<>();
  private final Set<ChainRef> tooLarge = new HashSet<>();
  private final Set<ChainRef> beingDeleted = new HashSet<>();
  private long room;

  /**
   * @param namespace where the chains live that the services name
   * @param room how many bytes of memory may be taken by the chains that are read
   */
  ChainsAtHand(UpgradePaths.Chains known, String namespace, List<Service> services, long room) {
    this.known = known;
    this.room = room;
    for (Service service : services) {
      if (service.namesChain()) {
        lookFor(new ChainRef(namespace, service.templateChain()));
      }
    }
  }

  private void lookFor(ChainRef ref) {
    Optional<TemplateChain> chain = known.find(ref);
    if (chain.isEmpty() && known.isNamedOnly(ref)) {
      toBeRead.add(ref);
    } else {
      // Once more, since it may have come in between.
      chain.or(() -> known.find(ref)).ifPresent(here -> found.put(ref, here));
    }
  }

  /** The chains that are there, but not at hand. */
  Set<ChainRef> toBeRead() {
    return toBeRead;
  }

  /** Takes in a chain that was read. */
  void put(TemplateChain chain) {
    ChainRef ref = chain.ref();
    if (chain.isTerminating()) {
      beingDeleted.add(ref);
    } else if (chain.weight() > room) {
      tooLarge.add(ref);
    } else {
      room -= chain.weight();
      found.put(ref, chain);
    }
  }

  @Override
  public Optional<TemplateChain> find(ChainRef ref) {
    return Optional.ofNullable(found.get(ref));
  }

  @Override
  public boolean isBeingDeleted(ChainRef ref) {
    return beingDeleted.contains(ref) || known.isBeingDeleted(ref);
  }

  @Override
  public boolean isTooLarge(ChainRef ref) {
    return tooLarge.contains(ref);
  }
}
