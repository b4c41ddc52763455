package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonParser;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectReader;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.TemplateRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The known objects, indexed by what rules ask for. Safe for one writer per kind and any number of
 * readers.
 */
public final class ObjectIndex {
  private static final Comparator<ObjectRef> BY_PLACE =
      Comparator.comparing(ObjectRef::namespace).thenComparing(ObjectRef::name);

  private final String systemNamespace;
  private final HeldChains chains;
  private final Grouped<String, String> templates = new Grouped<>();

  /** The objects that list services and are not being deleted. */
  private final Map<ObjectRef, Naming> users = new ConcurrentHashMap<>();

  /**
   * @param systemNamespace where the chains of MultiClusterServices live
   */
  public ObjectIndex(String systemNamespace) {
    this(systemNamespace, HeldChains.all());
  }

  /**
   * @param systemNamespace where the chains of MultiClusterServices live
   * @param chains takes the chains
   */
  public ObjectIndex(String systemNamespace, HeldChains chains) {
    this.systemNamespace = systemNamespace;
    this.chains = chains;
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
      case SERVICE_TEMPLATE_CHAIN -> chains.put(object.asChain());
      case SERVICE_TEMPLATE -> templates.put(namespace, name, object.version());
      default -> {
        ObjectRef user = new ObjectRef(kind.kindName(), namespace, name);
        if (object.metadata().deleting()) {
          users.remove(user);
        } else {
          users.put(user, new Naming(object));
        }
      }
    }
  }

  /** Forgets the object. */
  public void remove(Kind kind, String namespace, String name) {
    switch (kind) {
      case SERVICE_TEMPLATE_CHAIN -> chains.remove(new ChainRef(namespace, name));
      case SERVICE_TEMPLATE -> templates.remove(namespace, name);
      default -> users.remove(new ObjectRef(kind.kindName(), namespace, name));
    }
  }

  /** Whether an object names the chain and is not being deleted. */
  boolean uses(ObjectRef user, K0rdentObject object, ChainRef ref) {
    return home(user).equals(ref.namespace())
        && isAnyService(object, service -> service.templateChain().equals(ref.name()));
  }

  /** Whether an object's services name the template and it is not being deleted. */
  boolean uses(ObjectRef user, K0rdentObject object, TemplateRef ref) {
    return home(user).equals(ref.namespace())
        && isAnyService(object, service -> service.template().equals(ref.name()));
  }

  private static boolean isAnyService(K0rdentObject object, Predicate<Service> wanted) {
    return !object.metadata().deleting() && object.services().stream().anyMatch(wanted);
  }

  /** Where the chains and templates live that an object names. */
  private String home(ObjectRef user) {
    return user.kind().equals(Kind.MULTI_CLUSTER_SERVICE.kindName())
        ? systemNamespace
        : user.namespace();
  }

  /** The chains that are known. */
  public HeldChains chains() {
    return chains;
  }

  Set<String> templatesOf(String namespace) {
    return Set.copyOf(templates.of(namespace).keySet());
  }

  boolean hasTemplate(String namespace, String name) {
    return templates.of(namespace).containsKey(name);
  }

  /** The version of a ServiceTemplate; empty if there is none. */
  Optional<String> versionOf(TemplateRef ref) {
    return templates.get(ref.namespace(), ref.name());
  }

  /**
   * The objects that name the chain and are not being deleted, by kind and name; see {@link Naming}
   * for how certain that is.
   */
  public List<ObjectRef> usersOf(ChainRef ref) {
    long chain = Naming.number(ref.name());
    return ref.name().isEmpty()
        ? List.of()
        : usersOf(ref.namespace(), naming -> naming.namesChain(chain));
  }

  /** The objects whose services name the template and are not being deleted, by kind and name. */
  List<ObjectRef> usersOf(TemplateRef ref) {
    long template = Naming.number(ref.name());
    return ref.name().isEmpty()
        ? List.of()
        : usersOf(ref.namespace(), naming -> naming.namesTemplate(template));
  }

  private List<ObjectRef> usersOf(String home, Predicate<Naming> use) {
    List<ObjectRef> found = new ArrayList<>();
    users.forEach(
        (user, naming) -> {
          if (home(user).equals(home) && use.test(naming)) {
            found.add(user);
          }
        });
    found.sort(Comparator.comparing(ObjectRef::toString));
    return found;
  }

  /** Whether a service that names the chain stands at a template; empty if no service names it. */
  Optional<Predicate<String>> templatesInUse(ChainRef ref) {
    long chain = Naming.number(ref.name());
    Set<Long> templates = new HashSet<>();
    users.forEach(
        (user, naming) -> {
          if (home(user).equals(ref.namespace())) {
            naming.addTemplatesBeside(chain, templates);
          }
        });
    return templates.isEmpty()
        ? Optional.empty()
        : Optional.of(name -> templates.contains(Naming.number(name)));
  }

  /** The ClusterDeployments that are selected and are not being deleted, by namespace and name. */
  List<ObjectRef> clustersMatching(ClusterSelector selector) {
    return users.entrySet().stream()
        .filter(user -> user.getKey().kind().equals(Kind.CLUSTER_DEPLOYMENT.kindName()))
        .filter(user -> selector.selects(user.getValue()))
        .map(Map.Entry::getKey)
        .sorted(BY_PLACE)
        .toList();
  }
}
