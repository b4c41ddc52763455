package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonParser;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.ServiceSetReader;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.ServiceSet;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The ServiceSets that are known, by the object on whose behalf they deploy. One writer. */
final class ServiceSetIndex implements CachedKind.Sink<ServiceSetIndex.Seen> {
  /** A set as the cache reads it. */
  record Seen(ServiceSet set) implements CachedKind.Named {
    static Seen read(JsonParser parser) throws IOException {
      return new Seen(ServiceSetReader.read(parser));
    }

    @Override
    public K0rdentObject.Metadata metadata() {
      return new K0rdentObject.Metadata(
          set.namespace(), set.name(), "", set.deleting(), false, false, Optional.empty());
    }
  }

  private final Map<String, ObjectRef> owners = new ConcurrentHashMap<>();
  private final Grouped<ObjectRef, ServiceSet> sets = new Grouped<>();

  /**
   * How many entries of a set are meant, and kept: whoever may store larger ones could end a
   * process that keeps them.
   */
  private static final int ENTRIES_KEPT = 1_000;

  /** What is too large to be kept. */
  private final Set<String> crowds = ConcurrentHashMap.newKeySet();

  @Override
  public void put(Seen seen) {
    ServiceSet set = seen.set();
    if (set.deploys().size() + set.reports().size() > ENTRIES_KEPT) {
      crowds.add(set.location());
      set = set.withoutServices();
    } else {
      crowds.remove(set.location());
    }
    ObjectRef before = owners.put(set.location(), set.owner());
    if (before != null && !before.equals(set.owner())) {
      sets.remove(before, set.location());
    }
    sets.put(set.owner(), set.location(), set);
  }

  @Override
  public void remove(String namespace, String name) {
    String location = namespace + "/" + name;
    ObjectRef owner = owners.remove(location);
    crowds.remove(location);
    if (owner != null) {
      sets.remove(owner, location);
    }
  }

  /** The sets of an owner, by namespace and name; empty where one is too large to be kept. */
  Optional<List<ServiceSet>> of(ObjectRef owner) {
    Map<String, ServiceSet> kept = sets.of(owner);
    return kept.keySet().stream().anyMatch(crowds::contains)
        ? Optional.empty()
        : Optional.of(List.copyOf(new TreeMap<>(kept).values()));
  }
}
