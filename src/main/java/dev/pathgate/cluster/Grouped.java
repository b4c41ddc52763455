package dev.pathgate.cluster;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Things with names in groups, such as namespaces; nothing is kept of a group that holds none any
 * more. Safe for one writer and any number of readers.
 *
 * @param <K> the groups
 * @param <V> the things
 */
final class Grouped<K, V> {
  private final Map<K, Map<String, V>> groups = new ConcurrentHashMap<>();

  void put(K group, String name, V thing) {
    groups.compute(
        group,
        (key, known) -> {
          Map<String, V> named = known == null ? new ConcurrentHashMap<>() : known;
          named.put(name, thing);
          return named;
        });
  }

  void remove(K group, String name) {
    groups.computeIfPresent(
        group,
        (key, named) -> {
          named.remove(name);
          return named.isEmpty() ? null : named;
        });
  }

  Optional<V> get(K group, String name) {
    return Optional.ofNullable(of(group).get(name));
  }

  /** All of a group by name, as they are and become; not to be changed. */
  Map<String, V> of(K group) {
    return groups.getOrDefault(group, Map.of());
  }
}
