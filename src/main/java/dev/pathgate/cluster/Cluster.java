package dev.pathgate.cluster;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.ServiceIdentity;
import dev.pathgate.rule.TemplateRef;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Chains, their templates and their users: as a cache knows them, at once, and as they are right
 * now, which takes a look. The first kind may lag behind the second.
 */
public interface Cluster {
  /** The chain, as cached. */
  Optional<TemplateChain> chain(ChainRef ref);

  /** The chains of a namespace by name, as cached. */
  List<TemplateChain> chainsOf(String namespace);

  /** The chains of a namespace that are annotated as its default, by name, as cached. */
  List<TemplateChain> defaultChainsOf(String namespace);

  /** Whether the namespace has that ServiceTemplate, as cached. */
  boolean hasTemplate(String namespace, String template);

  /** The objects that name the chain and are not being deleted, by kind and name, as cached. */
  List<ObjectRef> usersOf(ChainRef ref);

  /** The version of a ServiceTemplate, as cached; empty if there is none. */
  Optional<String> versionOf(TemplateRef ref);

  /** The objects whose services name the template and are not being deleted, as cached. */
  List<ObjectRef> usersOf(TemplateRef ref);

  /** The chain as it is now; fails if it can't be read. */
  CompletableFuture<Optional<TemplateChain>> readChain(ChainRef ref);

  /** The chain if it is annotated as its namespace's default now; fails if it can't be read. */
  CompletableFuture<Optional<TemplateChain>> readDefaultChain(ChainRef ref);

  /** The names of the namespace's ServiceTemplates as they are now; fails if they can't be read. */
  CompletableFuture<Set<String>> readTemplates(String namespace);

  /** The version of a ServiceTemplate as it is now; fails if it can't be read. */
  CompletableFuture<Optional<String>> readVersion(TemplateRef ref);

  /** Whether the object is there, stays and names the template now; fails if it can't be read. */
  CompletableFuture<Boolean> readUse(ObjectRef user, TemplateRef ref);

  /** Whether the object is there, stays and names the chain now; fails if it can't be read. */
  CompletableFuture<Boolean> readUse(ObjectRef user, ChainRef ref);

  /** Whether everything was read once, so that the cached answers mean something. */
  boolean isReady();

  /** What tells one service of an object from another; the newest release's rule by default. */
  default ServiceIdentity serviceIdentity() {
    return ServiceIdentity.NAMESPACE_DEFAULTED;
  }
}
