package dev.pathgate.k0rdent;

import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which entries of the old object a service of the new one may have been. Before k0rdent 1.4, where
 * a namespace may be left out:
 *
 * <pre>
 *   old: x        new: x/x            the same service
 *   old: x        new: default/x      the same service
 *   old: x/x      new: x/x, x         x/x is paired with x/x, and x is x/x once more
 *   old: x/x, default/x   new: x      may have been either
 *   old: x, x     new: x, x/x        x/x was one of the two: x runs where x/x does
 * </pre>
 */
final class ServicePairs {
  /**
   * What a service may have been.
   *
   * @param before the old entries; none if it is new
   * @param ambiguous whether they are several services of which it was one, instead of one service
   *     that the old object lists several times
   */
  record Pair(List<Service> before, boolean ambiguous) {}

  private record Key(String namespace, String name) {}

  private final ServiceIdentity identity;
  private final Map<Key, List<Service>> before = new HashMap<>();
  private final Map<Key, List<Service>> released = new HashMap<>();
  private final Set<Key> after = new HashSet<>();
  private final Map<Key, Integer> listedBefore = new HashMap<>();
  private final Map<Key, Integer> listed = new HashMap<>();

  ServicePairs(ServiceIdentity identity, List<Service> before, List<Service> after) {
    this.identity = identity;
    for (Service service : before) {
      this.before.computeIfAbsent(key(service), key -> new ArrayList<>(1)).add(service);
      released.computeIfAbsent(release(service), key -> new ArrayList<>(1)).add(service);
    }
    released.forEach((key, services) -> listedBefore.put(key, services.size()));
    this.before.replaceAll((key, services) -> distinct(services));
    released.replaceAll((key, services) -> distinct(services));
    after.forEach(service -> this.after.add(key(service)));
  }

  /** Each edit of such a service holds the list, and looks through it for every rule. */
  private static List<Service> distinct(List<Service> services) {
    return services.size() == 1 ? List.copyOf(services) : services.stream().distinct().toList();
  }

  private Key key(Service service) {
    return identity == ServiceIdentity.NAMESPACE_DEFAULTED
        ? new Key(service.namespace(), service.name())
        : new Key(service.writtenNamespace(), service.name());
  }

  /** By what two entries are the same release in the cluster, so that one of them is too much. */
  private Key release(Service service) {
    return identity == ServiceIdentity.NAMESPACE_OPTIONAL && service.writtenNamespace().isEmpty()
        ? new Key(service.name(), service.name())
        : key(service);
  }

  /** Which entry of its release the service is when the new object is read in order; 1 first. */
  int nextOccurrence(Service service) {
    return listed.merge(release(service), 1, Integer::sum);
  }

  /** How often the old object lists the service's release. */
  int listedBefore(Service service) {
    return listedBefore.getOrDefault(release(service), 0);
  }

  /** What the service of the new object was. */
  Pair of(Service service) {
    Pair pair = spelled(service);
    return pair.before().isEmpty()
        ? new Pair(released.getOrDefault(release(service), List.of()), false)
        : pair;
  }

  private Pair spelled(Service service) {
    List<Service> sameSpelling = before.getOrDefault(key(service), List.of());
    if (!sameSpelling.isEmpty() || identity == ServiceIdentity.NAMESPACE_DEFAULTED) {
      return new Pair(sameSpelling, false);
    }
    String name = service.name();
    Key unspelled = new Key("", name);
    Key ownName = new Key(name, name);
    if (service.writtenNamespace().isEmpty()) {
      List<Service> own = leftOver(ownName);
      List<Service> other =
          name.equals(Service.DEFAULT_NAMESPACE)
              ? List.of()
              : leftOver(new Key(Service.DEFAULT_NAMESPACE, name));
      if (own.isEmpty() || other.isEmpty()) {
        return new Pair(own.isEmpty() ? other : own, false);
      }
      List<Service> either = new ArrayList<>(own);
      either.addAll(other);
      return new Pair(List.copyOf(either), true);
    }
    if (service.writtenNamespace().equals(name)) {
      return new Pair(leftOver(unspelled), false);
    }
    boolean ownNameGoesFirst = after.contains(ownName) && !before.containsKey(ownName);
    return new Pair(
        service.writtenNamespace().equals(Service.DEFAULT_NAMESPACE) && !ownNameGoesFirst
            ? leftOver(unspelled)
            : List.of(),
        false);
  }

  /** The old entries of that spelling, if the new object has none of it. */
  private List<Service> leftOver(Key key) {
    return after.contains(key) ? List.of() : before.getOrDefault(key, List.of());
  }
}
