package dev.pathgate.cluster;

import dev.pathgate.rule.ObjectRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which objects use which things, found from both sides. Safe for one writer per user and any
 * number of readers.
 *
 * @param <T> what is used; equal ones are kept once, however many objects name them
 */
final class Uses<T> {
  /** One thing as it was first named, and who uses it. */
  private record Used<T>(T thing, Set<ObjectRef> users) {}

  private final Map<ObjectRef, Set<T>> byUser = new ConcurrentHashMap<>();
  private final Map<T, Used<T>> byThing = new ConcurrentHashMap<>();

  /** What the user uses from now on; nothing to forget it. */
  void put(ObjectRef user, Set<T> things) {
    Set<T> kept = new HashSet<>();
    things.forEach(thing -> kept.add(add(user, thing)));
    Set<T> before = kept.isEmpty() ? byUser.remove(user) : byUser.put(user, Set.copyOf(kept));
    if (before != null) {
      before.stream().filter(thing -> !kept.contains(thing)).forEach(thing -> drop(user, thing));
    }
  }

  private T add(ObjectRef user, T thing) {
    return byThing
        .compute(
            thing,
            (key, known) -> {
              Used<T> used =
                  known == null ? new Used<>(key, ConcurrentHashMap.newKeySet(2)) : known;
              used.users().add(user);
              return used;
            })
        .thing();
  }

  private void drop(ObjectRef user, T thing) {
    byThing.computeIfPresent(
        thing,
        (key, used) -> {
          used.users().remove(user);
          return used.users().isEmpty() ? null : used;
        });
  }

  /** The users of a thing, by kind and name. */
  List<ObjectRef> of(T thing) {
    Used<T> used = byThing.get(thing);
    if (used == null) {
      return List.of();
    }
    List<ObjectRef> sorted = new ArrayList<>(used.users());
    sorted.sort(Comparator.comparing(ObjectRef::toString));
    return sorted;
  }
}
