package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonParser;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectReader;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.TemplateRef;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The objects that are known, found by what rules ask for. Safe for one writer per kind and any
 * number of readers.
 */
public final class ObjectIndex {
  /** How many services of an object are meant, and kept by name; see {@link Crowd}. */
  public static final int SERVICES_KEPT = 1_000;

  private static final Comparator<ObjectRef> BY_PLACE =
      Comparator.comparing(ObjectRef::namespace).thenComparing(ObjectRef::name);

  private final String systemNamespace;
  private final Map<String, Map<String, TemplateChain>> chains = new ConcurrentHashMap<>();
  private final Map<ChainRef, Boolean> defaultChains = new ConcurrentHashMap<>();
  private final Map<String, Map<String, String>> templates = new ConcurrentHashMap<>();
  private final Uses<ChainRef> chainUses = new Uses<>();
  private final Uses<TemplateRef> templateUses = new Uses<>();

  /** The objects that list services and are not being deleted. */
  private final Map<ObjectRef, Naming> users = new ConcurrentHashMap<>();

  /** Those of them that name too much to be kept by name. */
  private final Map<ObjectRef, Crowd> crowds = new ConcurrentHashMap<>();

  private final Interner<Naming> namings = new Interner<>();

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
      return new Seen(ObjectReader.forCache().read(parser, ""));
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
        putInto(chains, namespace, name, chain);
        if (object.metadata().defaultChain()) {
          defaultChains.put(chain.ref(), true);
        } else {
          defaultChains.remove(chain.ref());
        }
      }
      case SERVICE_TEMPLATE -> putInto(templates, namespace, name, object.version());
      default -> {
        ObjectRef user = new ObjectRef(kind.kindName(), namespace, name);
        if (object.metadata().deleting()) {
          discard(user);
        } else {
          put(user, home(kind, object), object);
        }
      }
    }
  }

  private static <T> void putInto(
      Map<String, Map<String, T>> namespaces, String namespace, String name, T value) {
    namespaces.compute(
        namespace,
        (key, known) -> {
          Map<String, T> named = known == null ? new ConcurrentHashMap<>() : known;
          named.put(name, value);
          return named;
        });
  }

  /** Nothing is kept of a namespace that holds none any more. */
  private static <T> void removeFrom(
      Map<String, Map<String, T>> namespaces, String namespace, String name) {
    namespaces.computeIfPresent(
        namespace,
        (key, named) -> {
          named.remove(name);
          return named.isEmpty() ? null : named;
        });
  }

  private void put(ObjectRef user, String home, K0rdentObject object) {
    Naming before = users.get(user);
    boolean isCrowd = Crowd.is(object);
    if (isCrowd) {
      crowds.put(user, new Crowd(home, object));
    } else if (before != null && before.isOf(home, object) && !crowds.containsKey(user)) {
      return; // most changes are of something else
    }
    Naming made =
        isCrowd ? new Naming(home, List.of(), object.metadata().labels()) : Naming.of(home, object);
    Naming naming = namings.shared(made, made.length());
    Set<ChainRef> chainsNow = naming.chains();
    Set<TemplateRef> templatesNow = naming.templates();
    chainUses.add(user, chainsNow);
    templateUses.add(user, templatesNow);
    users.put(user, naming);
    if (!isCrowd) {
      crowds.remove(user);
    }
    if (before != null) {
      chainUses.drop(user, without(before.chains(), chainsNow));
      templateUses.drop(user, without(before.templates(), templatesNow));
    }
  }

  private void discard(ObjectRef user) {
    Naming before = users.remove(user);
    crowds.remove(user);
    if (before != null) {
      chainUses.drop(user, before.chains());
      templateUses.drop(user, before.templates());
    }
  }

  private static <T> Set<T> without(Set<T> things, Set<T> others) {
    things.removeAll(others);
    return things;
  }

  /** Forgets the object. */
  public void remove(Kind kind, String namespace, String name) {
    switch (kind) {
      case SERVICE_TEMPLATE_CHAIN -> {
        removeFrom(chains, namespace, name);
        defaultChains.remove(new ChainRef(namespace, name));
      }
      case SERVICE_TEMPLATE -> removeFrom(templates, namespace, name);
      default -> discard(new ObjectRef(kind.kindName(), namespace, name));
    }
  }

  /** The chains that an object names; none if it is being deleted. */
  Set<ChainRef> chainsNamed(Kind kind, K0rdentObject object) {
    return object.metadata().deleting() ? Set.of() : Naming.of(home(kind, object), object).chains();
  }

  /** The templates that an object's services name; none if it is being deleted. */
  Set<TemplateRef> templatesNamed(Kind kind, K0rdentObject object) {
    return object.metadata().deleting()
        ? Set.of()
        : Naming.of(home(kind, object), object).templates();
  }

  /** Where the chains and templates live that an object names. */
  private String home(Kind kind, K0rdentObject object) {
    return kind == Kind.MULTI_CLUSTER_SERVICE ? systemNamespace : object.metadata().namespace();
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
    return withCrowds(chainUses.of(ref), crowd -> crowd.names(ref));
  }

  private List<ObjectRef> withCrowds(List<ObjectRef> users, Predicate<Crowd> names) {
    if (crowds.isEmpty()) {
      return users;
    }
    return Stream.concat(
            users.stream(),
            crowds.entrySet().stream()
                .filter(crowd -> names.test(crowd.getValue()))
                .map(Map.Entry::getKey))
        .distinct()
        .sorted(Comparator.comparing(ObjectRef::toString))
        .toList();
  }

  /** The objects whose services name the template and are not being deleted, by kind and name. */
  List<ObjectRef> usersOf(TemplateRef ref) {
    return withCrowds(templateUses.of(ref), crowd -> crowd.names(ref));
  }

  /** The templates at which services stand that name the chain, by name; of crowds none. */
  Set<String> templatesInUse(ChainRef ref) {
    Set<String> templatesInUse = new TreeSet<>();
    for (ObjectRef user : chainUses.of(ref)) {
      Naming naming = users.get(user);
      for (Naming.Stand stand : naming == null ? List.<Naming.Stand>of() : naming.stands()) {
        if (stand.chain().equals(ref.name())) {
          templatesInUse.add(stand.template());
        }
      }
    }
    return templatesInUse;
  }

  /** The ClusterDeployments that are selected and are not being deleted, by namespace and name. */
  List<ObjectRef> clustersMatching(ClusterSelector selector) {
    return users.entrySet().stream()
        .filter(user -> user.getKey().kind().equals(Kind.CLUSTER_DEPLOYMENT.kindName()))
        .filter(user -> selector.selects(user.getValue().labels()))
        .map(Map.Entry::getKey)
        .sorted(BY_PLACE)
        .toList();
  }
}
