package dev.pathgate.k0rdent;

import dev.pathgate.chain.AvailableUpgrade;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The edges of one object while it is read. A chain may have tens of thousands, most of them equal
 * to others, so equal ones are held once. A few edges are not worth the search, and only a bounded
 * number is remembered.
 */
final class SharedEdges {
  private static final int FEW = 64;
  private static final int MANY = 4_096;

  /** By their targets, the last of each. */
  private final Map<String, AvailableUpgrade> last = new HashMap<>();

  private int count;

  /** An edge to that template. */
  AvailableUpgrade shared(String name, Optional<String> version) {
    if (++count <= FEW) {
      return new AvailableUpgrade(name, version);
    }
    AvailableUpgrade known = last.get(name);
    if (known != null && known.version().equals(version)) {
      return known;
    }
    AvailableUpgrade edge = new AvailableUpgrade(known == null ? name : known.name(), version);
    if (known != null || last.size() < MANY) {
      last.put(edge.name(), edge);
    }
    return edge;
  }
}
