package dev.pathgate.cluster;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.ServiceIdentity;
import dev.pathgate.rule.TemplateRef;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Objects in hand as the whole truth: what was read of them and what they are is the same. */
public final class KnownCluster implements IndexedCluster {
  private final ObjectIndex index;
  private final ServiceIdentity identity;

  /**
   * @param systemNamespace where the chains of MultiClusterServices live
   */
  public KnownCluster(String systemNamespace, ServiceIdentity identity) {
    this.index = new ObjectIndex(systemNamespace);
    this.identity = identity;
  }

  @Override
  public ObjectIndex index() {
    return index;
  }

  @Override
  public ServiceIdentity serviceIdentity() {
    return identity;
  }

  /** Takes an object in. */
  public void put(Kind kind, K0rdentObject object) {
    index.put(kind, object);
  }

  /** Takes an object out. */
  public void remove(Kind kind, String namespace, String name) {
    index.remove(kind, namespace, name);
  }

  @Override
  public CompletableFuture<Optional<String>> readVersion(TemplateRef ref) {
    return CompletableFuture.completedFuture(versionOf(ref));
  }

  @Override
  public CompletableFuture<Boolean> readUse(ObjectRef user, TemplateRef ref) {
    return CompletableFuture.completedFuture(usersOf(ref).contains(user));
  }

  @Override
  public CompletableFuture<Optional<TemplateChain>> readChain(ChainRef ref) {
    return CompletableFuture.completedFuture(chain(ref));
  }

  @Override
  public CompletableFuture<Optional<TemplateChain>> readDefaultChain(ChainRef ref) {
    return CompletableFuture.completedFuture(
        defaultChainsOf(ref.namespace()).stream()
            .filter(chain -> chain.ref().equals(ref))
            .findFirst());
  }

  @Override
  public CompletableFuture<Set<String>> readTemplates(String namespace) {
    return CompletableFuture.completedFuture(index.templatesOf(namespace));
  }

  @Override
  public CompletableFuture<Boolean> readUse(ObjectRef user, ChainRef ref) {
    return CompletableFuture.completedFuture(usersOf(ref).contains(user));
  }

  @Override
  public CompletableFuture<List<ObjectRef>> readUsers(ChainRef ref) {
    return CompletableFuture.completedFuture(usersOf(ref));
  }

  @Override
  public CompletableFuture<List<ObjectRef>> readUsers(TemplateRef ref) {
    return CompletableFuture.completedFuture(usersOf(ref));
  }

  @Override
  public boolean isTrusted(Kind kind) {
    return true;
  }

  @Override
  public boolean isReady() {
    return true;
  }
}
