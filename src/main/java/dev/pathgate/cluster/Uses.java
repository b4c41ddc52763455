package dev.pathgate.cluster;

import dev.pathgate.rule.ObjectRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which objects use which things. Safe for one writer per user and any number of readers.
 *
 * @param <T> what is used
 */
final class Uses<T> {
  private final Map<T, Users> byThing = new ConcurrentHashMap<>();

  /** The user uses these too from now on. */
  void add(ObjectRef user, Set<T> things) {
    for (T thing : things) {
      byThing.compute(
          thing,
          (key, known) -> {
            Users users = known == null ? new Users() : known;
            users.add(user);
            return users;
          });
    }
  }

  /** The user does not use these any more. */
  void drop(ObjectRef user, Set<T> things) {
    for (T thing : things) {
      byThing.computeIfPresent(thing, (key, users) -> users.remove(user) ? null : users);
    }
  }

  /** The users of a thing, by kind and name. */
  List<ObjectRef> of(T thing) {
    Users users = byThing.get(thing);
    return users == null ? List.of() : users.sorted();
  }

  /** In order and not hashed, which takes a tenth of the memory. */
  private static final class Users {
    private static final Comparator<ObjectRef> ORDER =
        Comparator.comparing(ObjectRef::name)
            .thenComparing(ObjectRef::namespace)
            .thenComparing(ObjectRef::kind);

    private final List<ObjectRef> users = new ArrayList<>(1);

    synchronized void add(ObjectRef user) {
      int place = Collections.binarySearch(users, user, ORDER);
      if (place < 0) {
        users.add(-place - 1, user);
      }
    }

    /** Whether none is left. */
    synchronized boolean remove(ObjectRef user) {
      int place = Collections.binarySearch(users, user, ORDER);
      if (place >= 0) {
        users.remove(place);
      }
      return users.isEmpty();
    }

    List<ObjectRef> sorted() {
      List<ObjectRef> sorted;
      synchronized (this) {
        sorted = new ArrayList<>(users);
      }
      sorted.sort(Comparator.comparing(ObjectRef::toString));
      return sorted;
    }
  }
}
