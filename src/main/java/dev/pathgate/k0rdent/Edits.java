package dev.pathgate.k0rdent;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.rule.ChainEdit;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.Owner;
import dev.pathgate.rule.PublishedPaths;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceEdit;
import dev.pathgate.rule.ServiceIdentity;
import dev.pathgate.rule.TemplateEdit;
import dev.pathgate.rule.TemplateRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
   * @param identity what tells one service from another
   */
  public List<ServiceEdit> ofServices(
      Optional<K0rdentObject> before,
      K0rdentObject after,
      String chainNamespace,
      ServiceIdentity identity) {
    List<Service> now = after.services();
    List<Service> old = before.map(K0rdentObject::services).orElse(List.of());
    if (before.isPresent() && old.equals(now)) {
      return List.of();
    }
    ServicePairs pairs = new ServicePairs(identity, old, now);
    Map<String, List<PublishedPaths>> published = new HashMap<>();
    before.ifPresent(
        object ->
            object
                .published()
                .forEach(
                    paths ->
                        published
                            .computeIfAbsent(paths.identity(), key -> new ArrayList<>(1))
                            .add(paths)));
    Owner owner = owner(after, chainNamespace);
    List<ServiceEdit> edits = new ArrayList<>();
    for (int i = 0; i < now.size(); i++) {
      Service service = now.get(i);
      ServicePairs.Pair pair = pairs.of(service);
      ServiceEdit edit =
          new ServiceEdit(
              i,
              service,
              pair.before(),
              pair.ambiguous(),
              pairs.nextOccurrence(service),
              pairs.listedBefore(service),
              chainNamespace,
              published(published, pair.before()),
              owner);
      if (!edit.isUnchanged() || edit.isListedMoreOften()) {
        edits.add(edit);
      }
    }
    return edits;
  }

  private static Owner owner(K0rdentObject object, String chainNamespace) {
    String namespace =
        object.kind().equals(Kind.MULTI_CLUSTER_SERVICE.kindName()) ? "" : chainNamespace;
    return new Owner(
        new ObjectRef(object.kind(), namespace, object.metadata().name()), object.selector());
  }

  private static List<PublishedPaths> published(
      Map<String, List<PublishedPaths>> byIdentity, List<Service> services) {
    return byIdentity.isEmpty()
        ? List.of()
        : services.stream()
            .map(Service::identity)
            .distinct()
            .flatMap(identity -> byIdentity.getOrDefault(identity, List.of()).stream())
            .toList();
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
        after.spec(),
        after.metadata().succeeds());
  }

  /**
   * The edit of a ServiceTemplate.
   *
   * @param namespace where it lives
   * @param before the old object, empty on deletion
   * @param after the new one; on deletion the old one
   */
  public TemplateEdit ofTemplate(
      String namespace, Optional<K0rdentObject> before, K0rdentObject after) {
    return new TemplateEdit(
        new TemplateRef(namespace, after.metadata().name()),
        before.flatMap(K0rdentObject::spec),
        after.spec());
  }

  /**
   * The new services that take the place of old ones, if their template is another: those of the
   * name of one that the edit removes or, for want of such, the only new one of a namespace where
   * it removes one alone. No path is asked for between the two.
   */
  public List<Replacement> replacements(
      List<ServiceEdit> edits, K0rdentObject before, K0rdentObject after) {
    List<Service> fresh = new ArrayList<>();
    for (ServiceEdit edit : edits) {
      if (edit.isNew()) {
        fresh.add(edit.after());
      }
    }
    if (fresh.isEmpty()) {
      return List.of();
    }
    Set<String> staying =
        after.services().stream().map(Service::identity).collect(Collectors.toSet());
    List<Service> removed =
        before.services().stream().filter(old -> !staying.contains(old.identity())).toList();
    Map<String, Service> goneByName = new HashMap<>();
    removed.forEach(old -> goneByName.putIfAbsent(old.name(), old));
    Map<String, Service> goneByNamespace = onlyOnes(removed);
    Map<String, Service> freshByNamespace = onlyOnes(fresh);
    List<Replacement> replacements = new ArrayList<>();
    for (Service service : fresh) {
      Service gone =
          goneByName.getOrDefault(
              service.name(),
              freshByNamespace.containsKey(service.namespace())
                  ? goneByNamespace.get(service.namespace())
                  : null);
      if (gone != null && !gone.template().equals(service.template())) {
        replacements.add(new Replacement(gone, service));
      }
    }
    return replacements;
  }

  /** The services that are alone in their namespace, by that. */
  private static Map<String, Service> onlyOnes(List<Service> services) {
    return services.stream().collect(Collectors.groupingBy(Service::namespace)).entrySet().stream()
        .filter(entry -> entry.getValue().size() == 1)
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().get(0)));
  }

  /** A service that an edit removes, and the one that it adds in its place. */
  public record Replacement(Service gone, Service added) {}
}
