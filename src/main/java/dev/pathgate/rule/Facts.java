package dev.pathgate.rule;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What rules may ask about the cluster. Each answer says how reliable it is: an allow may rest on a
 * cache, a denial or a warning only on what was just read.
 */
public interface Facts {
  /** How good an answer is. */
  enum Basis {
    /** Read from the API server for this request. */
    READ,
    /** From a cache, which may lag. */
    CACHED,
    /** From a cache, since the API server could not be read in time. */
    UNREADABLE
  }

  /** An answer and how good it is. */
  record Fact<T>(T value, Basis basis) {
    /** Whether the API server was asked for it on behalf of this request. */
    public boolean isRead() {
      return basis == Basis.READ;
    }

    /** Whether it was to be read for this request and could not be. */
    public boolean isUnreadable() {
      return basis == Basis.UNREADABLE;
    }
  }

  /** The chain, or empty if there is none of that name. */
  Fact<Optional<TemplateChain>> chain(ChainRef ref);

  /** Those of {@code templates} that are no ServiceTemplate of the namespace, in the same order. */
  Fact<List<String>> missingTemplates(String namespace, Collection<String> templates);

  /**
   * The objects that name the chain and are not being deleted. If read, at least the first of them
   * was seen to name it, and those that were seen not to are left out.
   */
  Fact<List<ObjectRef>> usersOf(ChainRef ref);

  /** The version of a ServiceTemplate, empty if there is none of that name. */
  Fact<Optional<String>> versionOf(TemplateRef ref);

  /** The objects whose services name the template, as above. */
  Fact<List<ObjectRef>> usersOf(TemplateRef ref);

  /** Whether there is such a chain, for hints only: from the cache, which may lag. */
  boolean mayExist(ChainRef ref);

  /**
   * The chains of a namespace by name, for hints only: from the cache, which may lag.
   *
   * @param listing only chains that list all of these templates
   */
  List<TemplateChain> chainsListing(String namespace, Set<String> listing);

  /**
   * The ServiceSets that deploy on behalf of the object, none where k0rdent has no such kind; empty
   * while that is not known and has to be read.
   */
  default Fact<Optional<List<ServiceSet>>> serviceSetsOf(ObjectRef owner) {
    return new Fact<>(Optional.of(List.of()), Basis.READ);
  }

  /**
   * The ClusterDeployments that are selected and are not being deleted, by namespace and name: from
   * the cache, which may lag. None while the cache can't be trusted.
   */
  default List<ObjectRef> clustersMatching(ClusterSelector selector) {
    return List.of();
  }

  /**
   * Whether a service that names the chain stands at a template, of objects that are not being
   * deleted: from the cache, which may lag. Empty where no service names the chain.
   */
  default Optional<Predicate<String>> templatesInUse(ChainRef ref) {
    return Optional.empty();
  }

  /** The chain as the cache has it, which may lag. */
  default Optional<TemplateChain> cachedChain(ChainRef ref) {
    return chain(ref).value();
  }

  /** Whether the namespace has that ServiceTemplate, as the cache has it, which may lag. */
  default boolean isTemplateCached(String namespace, String template) {
    return missingTemplates(namespace, List.of(template)).value().isEmpty();
  }
}
