package dev.pathgate.cluster;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.ServiceIdentity;
import dev.pathgate.rule.ServiceSet;
import dev.pathgate.rule.TemplateRef;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * Chains, their templates and the objects that use them, in two forms: as a cache knows them, at
 * once but possibly out of date; and as they are now, read on request.
 */
public interface Cluster {
  /** The chain, as cached. */
  Optional<TemplateChain> chain(ChainRef ref);

  /** Whether a chain is cached by name alone, since all together would take too much memory. */
  boolean isNamedOnly(ChainRef ref);

  /** How many chains a namespace has, as cached. */
  int chainCount(String namespace);

  /** The chains of a namespace by name, as cached, without those cached by name alone. */
  List<TemplateChain> chainsOf(String namespace);

  /** The chains of a namespace that are annotated as its default, by name, as cached. */
  List<ChainRef> defaultChainsOf(String namespace);

  /** Whether the namespace has that ServiceTemplate, as cached. */
  boolean hasTemplate(String namespace, String template);

  /** The objects that name the chain and are not being deleted, by kind and name, as cached. */
  List<ObjectRef> usersOf(ChainRef ref);

  /** The version of a ServiceTemplate, as cached; empty if there is none. */
  Optional<String> versionOf(TemplateRef ref);

  /** The objects whose services name the template and are not being deleted, as cached. */
  List<ObjectRef> usersOf(TemplateRef ref);

  /**
   * Makes sure that the reads which follow see the present state; called once before a batch of
   * reads.
   */
  default CompletableFuture<Void> refresh() {
    return CompletableFuture.completedFuture(null);
  }

  /** The chain as it is now; fails if it can't be read. */
  CompletableFuture<Optional<TemplateChain>> readChain(ChainRef ref);

  /**
   * The chains of a namespace as they are now, those by name alone for which there is no room;
   * fails if they can't all be read.
   */
  CompletableFuture<HeldChains> readChains(String namespace);

  /** What reviews may take of memory together for the chains that they read. */
  default WorkBudget roomForReads() {
    return WorkBudget.UNBOUNDED;
  }

  /** The names of the namespace's ServiceTemplates as they are now; fails if they can't be read. */
  CompletableFuture<Set<String>> readTemplates(String namespace);

  /** The version of a ServiceTemplate as it is now; fails if it can't be read. */
  CompletableFuture<Optional<String>> readVersion(TemplateRef ref);

  /** Whether the object is there, stays and names the template now; fails if it can't be read. */
  CompletableFuture<Boolean> readUse(ObjectRef user, TemplateRef ref);

  /** Whether the object is there, stays and names the chain now; fails if it can't be read. */
  CompletableFuture<Boolean> readUse(ObjectRef user, ChainRef ref);

  /**
   * The ServiceSets that deploy on behalf of the object, as cached; empty while they are not known,
   * an empty list where nothing is deployed, as in a folder.
   */
  default Optional<List<ServiceSet>> serviceSetsOf(ObjectRef owner) {
    return Optional.of(List.of());
  }

  /**
   * The same as they are now; an empty list if the API server has no such kind; fails if they can't
   * be read.
   */
  default CompletableFuture<List<ServiceSet>> readServiceSets(ObjectRef owner) {
    return CompletableFuture.completedFuture(List.of());
  }

  /**
   * Whether a service that names the chain stands at a template, of objects that are not being
   * deleted, as cached; empty where no service names the chain.
   */
  Optional<Predicate<String>> templatesInUse(ChainRef ref);

  /**
   * The ClusterDeployments that are selected and are not being deleted, by namespace and name, as
   * cached.
   */
  List<ObjectRef> clustersMatching(ClusterSelector selector);

  /**
   * The objects that name the chain and are not being deleted, by kind and name, as they are now;
   * reads all objects that could. Fails if they can't be read.
   */
  CompletableFuture<List<ObjectRef>> readUsers(ChainRef ref);

  /** The same for a ServiceTemplate, whose users' services name it. */
  CompletableFuture<List<ObjectRef>> readUsers(TemplateRef ref);

  /**
   * Whether the cache hears of every change of objects of that kind. If it does not, even what the
   * cache would allow has to be read.
   */
  boolean isTrusted(Kind kind);

  /** Whether everything was read once, so that the cached answers mean something. */
  boolean isReady();

  /** What tells one service of an object from another; the newest release's rule by default. */
  default ServiceIdentity serviceIdentity() {
    return ServiceIdentity.NAMESPACE_DEFAULTED;
  }
}
