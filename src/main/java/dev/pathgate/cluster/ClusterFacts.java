package dev.pathgate.cluster;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.Facts;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.TemplateRef;
import dev.pathgate.rule.Violation.Need;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Answers rules from a {@link Cluster}: first from its cache, and once something was read for this
 * request from that.
 */
public final class ClusterFacts implements Facts {
  private final Cluster cluster;
  private final Basis withoutRead;
  private final Map<Need, Object> read;

  /** Chains as the cache had them when they were first asked for; see {@link #read}. */
  private final Map<ChainRef, Optional<TemplateChain>> seen;

  private ClusterFacts(
      Cluster cluster,
      Basis withoutRead,
      Map<Need, Object> read,
      Map<ChainRef, Optional<TemplateChain>> seen) {
    this.cluster = cluster;
    this.withoutRead = withoutRead;
    this.read = read;
    this.seen = seen;
  }

  /** Facts from the cache alone. */
  public static ClusterFacts cached(Cluster cluster) {
    return new ClusterFacts(cluster, Basis.CACHED, Map.of(), new ConcurrentHashMap<>());
  }

  /**
   * These facts, but with {@code needs} read from the API server, all at the same time. What can't
   * be read within {@code millis} is answered from the cache and says so.
   *
   * <p>A chain that needed no read stays as it was seen: were the cache to move in the meantime,
   * what it allowed before would be denied on a cache that may lag.
   */
  public CompletableFuture<ClusterFacts> read(Set<Need> needs, long millis) {
    Map<Need, Object> found = new ConcurrentHashMap<>();
    Map<ChainRef, Optional<TemplateChain>> unneeded = new ConcurrentHashMap<>(seen);
    needs.forEach(
        need -> {
          if (need instanceof Need.Chain chain) {
            unneeded.remove(chain.ref());
          }
        });
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    CompletableFuture<?>[] looks =
        needs.stream()
            .map(need -> look(need, deadline).thenAccept(answer -> found.put(need, answer)))
            .toArray(CompletableFuture[]::new);
    return settled(looks)
        .completeOnTimeout(null, millis, TimeUnit.MILLISECONDS)
        .thenApply(
            done -> new ClusterFacts(cluster, Basis.UNREADABLE, Map.copyOf(found), unneeded));
  }

  private static CompletableFuture<Void> settled(CompletableFuture<?>... looks) {
    for (int i = 0; i < looks.length; i++) {
      looks[i] = looks[i].exceptionally(unreadable -> null);
    }
    return CompletableFuture.allOf(looks);
  }

  private CompletableFuture<?> look(Need need, long deadline) {
    if (need instanceof Need.Chain chain) {
      return cluster.readChain(chain.ref());
    }
    if (need instanceof Need.Templates templates) {
      return cluster.readTemplates(templates.namespace());
    }
    if (need instanceof Need.Version version) {
      return cluster.readVersion(version.ref());
    }
    if (need instanceof Need.TemplateUsers users) {
      TemplateRef ref = users.ref();
      return firstUser(cluster.usersOf(ref), user -> cluster.readUse(user, ref), deadline);
    }
    ChainRef ref = ((Need.Users) need).ref();
    return firstUser(cluster.usersOf(ref), user -> cluster.readUse(user, ref), deadline);
  }

  /** Reads users one after the other until one is one still: that one, and those not read. */
  private static CompletableFuture<List<ObjectRef>> firstUser(
      List<ObjectRef> candidates,
      Function<ObjectRef, CompletableFuture<Boolean>> read,
      long deadline) {
    if (candidates.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    if (System.nanoTime() > deadline) {
      return CompletableFuture.failedFuture(new TimeoutException("users"));
    }
    return read.apply(candidates.get(0))
        .thenCompose(
            isUser ->
                isUser
                    ? CompletableFuture.completedFuture(candidates)
                    : firstUser(candidates.subList(1, candidates.size()), read, deadline));
  }

  @Override
  @SuppressWarnings("unchecked") // each kind of need is stored with its own kind of answer
  public Fact<Optional<TemplateChain>> chain(ChainRef ref) {
    Object found = read.get(new Need.Chain(ref));
    return found == null
        ? new Fact<>(seen.computeIfAbsent(ref, cluster::chain), withoutRead)
        : new Fact<>((Optional<TemplateChain>) found, Basis.READ);
  }

  @Override
  @SuppressWarnings("unchecked") // as above
  public Fact<List<String>> missingTemplates(String namespace, Collection<String> templates) {
    Object found = read.get(new Need.Templates(namespace));
    return found == null
        ? new Fact<>(
            templates.stream().filter(name -> !cluster.hasTemplate(namespace, name)).toList(),
            withoutRead)
        : new Fact<>(
            templates.stream().filter(name -> !((Set<String>) found).contains(name)).toList(),
            Basis.READ);
  }

  @Override
  @SuppressWarnings("unchecked") // as above
  public Fact<List<ObjectRef>> usersOf(ChainRef ref) {
    Object found = read.get(new Need.Users(ref));
    return found == null
        ? new Fact<>(cluster.usersOf(ref), withoutRead)
        : new Fact<>((List<ObjectRef>) found, Basis.READ);
  }

  @Override
  @SuppressWarnings("unchecked") // as above
  public Fact<Optional<String>> versionOf(TemplateRef ref) {
    Object found = read.get(new Need.Version(ref));
    return found == null
        ? new Fact<>(cluster.versionOf(ref), withoutRead)
        : new Fact<>((Optional<String>) found, Basis.READ);
  }

  @Override
  @SuppressWarnings("unchecked") // as above
  public Fact<List<ObjectRef>> usersOf(TemplateRef ref) {
    Object found = read.get(new Need.TemplateUsers(ref));
    return found == null
        ? new Fact<>(cluster.usersOf(ref), withoutRead)
        : new Fact<>((List<ObjectRef>) found, Basis.READ);
  }

  @Override
  public boolean mayExist(ChainRef ref) {
    return cluster.chain(ref).filter(chain -> !chain.isLeaving()).isPresent();
  }

  @Override
  public List<TemplateChain> chainsListing(String namespace, Set<String> listing) {
    return cluster.chainsOf(namespace).stream()
        .filter(chain -> listing.stream().allMatch(chain::lists))
        .toList();
  }
}
