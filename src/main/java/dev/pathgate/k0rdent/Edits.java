package dev.pathgate.k0rdent;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.rule.ChainEdit;
import dev.pathgate.rule.PublishedPaths;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceEdit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an edit changes: two versions of one object, told apart service by service. */
public final class Edits {
  private final String systemNamespace;

  /**
   * @param systemNamespace where the chains of MultiClusterServices live
   */
  public Edits(String systemNamespace) {
    this.systemNamespace = systemNamespace;
  }

  /** Where the chains live that objects of {@code kind} in {@code namespace} name. */
  public String chainNamespace(Kind kind, String namespace) {
    return kind == Kind.MULTI_CLUSTER_SERVICE ? systemNamespace : namespace;
  }

  /**
   * The services that {@code after} lists anew, changed, or more often than {@code before}, in its
   * order; services are told by identity, and those that the edit leaves alone are not among them.
   *
   * @param before the old object, empty on creation
   */
  public List<ServiceEdit> ofServices(
      Optional<K0rdentObject> before, K0rdentObject after, String chainNamespace) {
    List<Service> now = after.services();
    if (before.isPresent() && before.get().services().equals(now)) {
      return List.of();
    }
    Map<String, List<Service>> old = new HashMap<>();
    Map<String, List<PublishedPaths>> published = new HashMap<>();
    before.ifPresent(
        object -> {
          object.services().forEach(service -> add(old, service.identity(), service));
          object.published().forEach(paths -> add(published, paths.identity(), paths));
        });
    // Each edit holds these lists and copies them unless they are immutable already.
    old.replaceAll((identity, services) -> List.copyOf(services));
    published.replaceAll((identity, paths) -> List.copyOf(paths));
    Map<String, Integer> seen = new HashMap<>();
    List<ServiceEdit> edits = new ArrayList<>();
    for (int i = 0; i < now.size(); i++) {
      String identity = now.get(i).identity();
      ServiceEdit edit =
          new ServiceEdit(
              i,
              now.get(i),
              old.getOrDefault(identity, List.of()),
              seen.merge(identity, 1, Integer::sum),
              chainNamespace,
              published.getOrDefault(identity, List.of()));
      if (!edit.isUnchanged() || edit.occurrence() > edit.before().size()) {
        edits.add(edit);
      }
    }
    return edits;
  }

  private static <T> void add(Map<String, List<T>> byIdentity, String identity, T value) {
    byIdentity.computeIfAbsent(identity, key -> new ArrayList<>()).add(value);
  }

  /**
   * The edit of a chain.
   *
   * @param namespace where it lives
   * @param before the old object, empty on creation
   * @param after the new one; on deletion the old one
   */
  public ChainEdit ofChain(String namespace, Optional<K0rdentObject> before, K0rdentObject after) {
    return new ChainEdit(
        new ChainRef(namespace, after.metadata().name()),
        after.templates(),
        after.metadata().managed(),
        before.flatMap(K0rdentObject::spec),
        after.spec());
  }
}
