package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonParser;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectReader;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.Service;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The objects that are known, found by what rules ask for. Safe for one writer per kind and any
 * number of readers.
 */
public final class ObjectIndex {
  private final String systemNamespace;
  private final Map<String, Map<String, TemplateChain>> chains = new ConcurrentHashMap<>();
  private final Map<ChainRef, Boolean> defaultChains = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> templates = new ConcurrentHashMap<>();
  private final Map<ObjectRef, Set<ChainRef>> chainsByUser = new ConcurrentHashMap<>();
  private final Map<ChainRef, Set<ObjectRef>> usersByChain = new ConcurrentHashMap<>();
  private final Stands stands = new Stands();
  private final ClusterLabels clusters = new ClusterLabels();

  /**
   * @param systemNamespace where the chains of MultiClusterServices live
   */
  public ObjectIndex(String systemNamespace) {
    this.systemNamespace = systemNamespace;
  }

  /** The objects of one kind, as a cache brings them. */
  CachedKind.Sink<Seen> of(Kind kind) {
    return new CachedKind.Sink<>() {
      @Override
      public void put(Seen seen) {
        ObjectIndex.this.put(kind, seen.object());
      }

      @Override
      public void remove(String namespace, String name) {
        ObjectIndex.this.remove(kind, namespace, name);
      }
    };
  }

  /** An object as a cache reads it: what rules look at and nothing more. */
  public record Seen(K0rdentObject object) implements CachedKind.Named {
    /** Reads an object that the API server stores. */
    public static Seen read(JsonParser parser) throws IOException {
      return new Seen(ObjectReader.lenient().read(parser, ""));
    }

    @Override
    public K0rdentObject.Metadata metadata() {
      return object.metadata();
    }
  }

  /** Takes the object in, or what became of it. */
  public void put(Kind kind, K0rdentObject object) {
    String namespace = object.metadata().namespace();
    String name = object.metadata().name();
    switch (kind) {
      case SERVICE_TEMPLATE_CHAIN -> {
        TemplateChain chain = object.asChain();
        chains.computeIfAbsent(namespace, key -> new ConcurrentHashMap<>()).put(name, chain);
        if (object.metadata().defaultChain()) {
          defaultChains.put(chain.ref(), true);
        } else {
          defaultChains.remove(chain.ref());
        }
      }
      case SERVICE_TEMPLATE ->
          templates.computeIfAbsent(namespace, key -> ConcurrentHashMap.newKeySet()).add(name);
      default -> {
        ObjectRef user = new ObjectRef(kind.word(), namespace, name);
        putUser(user, chainsNamed(kind, object));
        stands.put(user, object);
        if (kind == Kind.CLUSTER_DEPLOYMENT) {
          clusters.put(user, object.metadata());
        }
      }
    }
  }

  /** Forgets the object. */
  public void remove(Kind kind, String namespace, String name) {
    switch (kind) {
      case SERVICE_TEMPLATE_CHAIN -> {
        chains.getOrDefault(namespace, new ConcurrentHashMap<>()).remove(name);
        defaultChains.remove(new ChainRef(namespace, name));
      }
      case SERVICE_TEMPLATE ->
          templates.getOrDefault(namespace, ConcurrentHashMap.newKeySet()).remove(name);
      default -> {
        ObjectRef user = new ObjectRef(kind.word(), namespace, name);
        putUser(user, Set.of());
        stands.remove(user);
        clusters.remove(user);
      }
    }
  }

  /** The chains that an object names; none if it is being deleted. */
  Set<ChainRef> chainsNamed(Kind kind, K0rdentObject object) {
    if (object.metadata().deleting()) {
      return Set.of();
    }
    String namespace =
        kind == Kind.MULTI_CLUSTER_SERVICE ? systemNamespace : object.metadata().namespace();
    return object.services().stream()
        .filter(Service::namesChain)
        .map(service -> new ChainRef(namespace, service.templateChain()))
        .collect(Collectors.toUnmodifiableSet());
  }

  private void putUser(ObjectRef user, Set<ChainRef> named) {
    Set<ChainRef> before =
        named.isEmpty() ? chainsByUser.remove(user) : chainsByUser.put(user, named);
    if (before != null) {
      before.stream()
          .filter(ref -> !named.contains(ref))
          .forEach(
              ref ->
                  usersByChain.computeIfPresent(
                      ref,
                      (key, users) -> {
                        users.remove(user);
                        return users.isEmpty() ? null : users;
                      }));
    }
    named.forEach(
        ref ->
            usersByChain.compute(
                ref,
                (key, users) -> {
                  Set<ObjectRef> grown = users == null ? ConcurrentHashMap.newKeySet() : users;
                  grown.add(user);
                  return grown;
                }));
  }

  /** The chain, if it is known. */
  public Optional<TemplateChain> chain(ChainRef ref) {
    return Optional.ofNullable(chains.getOrDefault(ref.namespace(), Map.of()).get(ref.name()));
  }

  List<TemplateChain> chainsOf(String namespace) {
    return List.copyOf(new TreeMap<>(chains.getOrDefault(namespace, Map.of())).values());
  }

  List<TemplateChain> defaultChainsOf(String namespace) {
    if (defaultChains.isEmpty()) {
      return List.of();
    }
    return chainsOf(namespace).stream()
        .filter(chain -> defaultChains.containsKey(chain.ref()))
        .toList();
  }

  Set<String> templatesOf(String namespace) {
    return Set.copyOf(templates.getOrDefault(namespace, Set.of()));
  }

  boolean hasTemplate(String namespace, String name) {
    return templates.getOrDefault(namespace, Set.of()).contains(name);
  }

  /** The objects that name the chain and are not being deleted, by kind and name. */
  public List<ObjectRef> usersOf(ChainRef ref) {
    Collection<ObjectRef> users = usersByChain.getOrDefault(ref, Set.of());
    List<ObjectRef> sorted = new ArrayList<>(users);
    sorted.sort(Comparator.comparing(ObjectRef::toString));
    return sorted;
  }

  /** The templates at which services stand that name the chain, by name. */
  Set<String> templatesInUse(ChainRef ref) {
    return stands.of(ref, usersByChain.getOrDefault(ref, Set.of()));
  }

  /** The ClusterDeployments that are selected and are not being deleted, by namespace and name. */
  List<ObjectRef> clustersMatching(ClusterSelector selector) {
    return clusters.matching(selector);
  }
}
