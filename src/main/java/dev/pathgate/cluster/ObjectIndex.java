package dev.pathgate.cluster;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.TemplateRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The objects that are known, found by what rules ask for. Safe for one writer per kind and any
 * number of readers.
 */
public final class ObjectIndex {
  private final String systemNamespace;
  private final Map<String, Map<String, TemplateChain>> chains = new ConcurrentHashMap<>();
  private final Map<ChainRef, Boolean> defaultChains = new ConcurrentHashMap<>();
  private final Map<String, Map<String, String>> templates = new ConcurrentHashMap<>();
  private final Uses<ChainRef> chainUses = new Uses<>();
  private final Uses<TemplateRef> templateUses = new Uses<>();

  /**
   * @param systemNamespace where the chains of MultiClusterServices live
   */
  public ObjectIndex(String systemNamespace) {
    this.systemNamespace = systemNamespace;
  }

  /** The objects of one kind, as informers bring them. */
  <T extends CachedResource> CachedKind.Sink<T> of(Kind kind) {
    return new CachedKind.Sink<>() {
      @Override
      public void put(T resource) {
        ObjectIndex.this.put(kind, resource.object());
      }

      @Override
      public void remove(T resource) {
        K0rdentObject.Metadata metadata = resource.object().metadata();
        ObjectIndex.this.remove(kind, metadata.namespace(), metadata.name());
      }
    };
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
          templates
              .computeIfAbsent(namespace, key -> new ConcurrentHashMap<>())
              .put(name, object.version());
      default -> {
        ObjectRef user = new ObjectRef(kind.word(), namespace, name);
        chainUses.put(user, chainsNamed(kind, object));
        templateUses.put(user, templatesNamed(kind, object));
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
          templates.getOrDefault(namespace, new ConcurrentHashMap<>()).remove(name);
      default -> {
        ObjectRef user = new ObjectRef(kind.word(), namespace, name);
        chainUses.put(user, Set.of());
        templateUses.put(user, Set.of());
      }
    }
  }

  /** The chains that an object names; none if it is being deleted. */
  Set<ChainRef> chainsNamed(Kind kind, K0rdentObject object) {
    return named(
        object,
        service ->
            service.namesChain()
                ? Optional.of(new ChainRef(home(kind, object), service.templateChain()))
                : Optional.empty());
  }

  /** The templates that an object's services name; none if it is being deleted. */
  Set<TemplateRef> templatesNamed(Kind kind, K0rdentObject object) {
    return named(
        object,
        service ->
            service.template().isEmpty()
                ? Optional.empty()
                : Optional.of(new TemplateRef(home(kind, object), service.template())));
  }

  /** Where the chains and templates live that an object names. */
  private String home(Kind kind, K0rdentObject object) {
    return kind == Kind.MULTI_CLUSTER_SERVICE ? systemNamespace : object.metadata().namespace();
  }

  private static <T> Set<T> named(K0rdentObject object, Function<Service, Optional<T>> name) {
    return object.metadata().deleting()
        ? Set.of()
        : object.services().stream()
            .flatMap(service -> name.apply(service).stream())
            .collect(Collectors.toUnmodifiableSet());
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
    return Set.copyOf(templates.getOrDefault(namespace, Map.of()).keySet());
  }

  boolean hasTemplate(String namespace, String name) {
    return templates.getOrDefault(namespace, Map.of()).containsKey(name);
  }

  /** The version of a ServiceTemplate; empty if there is none. */
  Optional<String> versionOf(TemplateRef ref) {
    return Optional.ofNullable(templates.getOrDefault(ref.namespace(), Map.of()).get(ref.name()));
  }

  /** The objects that name the chain and are not being deleted, by kind and name. */
  public List<ObjectRef> usersOf(ChainRef ref) {
    return chainUses.of(ref);
  }

  /** The objects whose services name the template and are not being deleted, by kind and name. */
  List<ObjectRef> usersOf(TemplateRef ref) {
    return templateUses.of(ref);
  }
}
