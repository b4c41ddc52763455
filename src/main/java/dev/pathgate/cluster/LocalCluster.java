package dev.pathgate.cluster;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.TemplateRef;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A cluster that is completely in the index: a read returns what the index holds. */
interface LocalCluster extends IndexedCluster {
  @Override
  default CompletableFuture<Optional<String>> readVersion(TemplateRef ref) {
    return CompletableFuture.completedFuture(versionOf(ref));
  }

  @Override
  default CompletableFuture<Boolean> readUse(ObjectRef user, TemplateRef ref) {
    return CompletableFuture.completedFuture(usersOf(ref).contains(user));
  }

  @Override
  default CompletableFuture<Optional<TemplateChain>> readChain(ChainRef ref) {
    return CompletableFuture.completedFuture(chain(ref));
  }

  @Override
  default CompletableFuture<HeldChains> readChains(String namespace) {
    return CompletableFuture.completedFuture(index().chains());
  }

  @Override
  default CompletableFuture<Set<String>> readTemplates(String namespace) {
    return CompletableFuture.completedFuture(index().templatesOf(namespace));
  }

  @Override
  default CompletableFuture<Boolean> readUse(ObjectRef user, ChainRef ref) {
    return CompletableFuture.completedFuture(usersOf(ref).contains(user));
  }

  @Override
  default CompletableFuture<List<ObjectRef>> readUsers(ChainRef ref) {
    return CompletableFuture.completedFuture(usersOf(ref));
  }

  @Override
  default CompletableFuture<List<ObjectRef>> readUsers(TemplateRef ref) {
    return CompletableFuture.completedFuture(usersOf(ref));
  }

  @Override
  default boolean isTrusted(Kind kind) {
    return true;
  }

  @Override
  default boolean isReady() {
    return true;
  }
}
