package dev.pathgate.cluster;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.Facts;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.ServiceSet;
import dev.pathgate.rule.TemplateRef;
import dev.pathgate.rule.Violation.Need;
import java.util.Arrays;
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
import java.util.function.Supplier;

/**
 * Answers rules from a {@link Cluster}: first from its cache, and once something was read for this
 * request from that.
 */
public final class ClusterFacts implements Facts {
  /** The kinds whose objects name chains. */
  private static final Kind[] USERS = {Kind.CLUSTER_DEPLOYMENT, Kind.MULTI_CLUSTER_SERVICE};

  /** The kinds that say where a MultiClusterService is rolled out to, and what it finds there. */
  private static final Kind[] ROLLED_OUT = {
    Kind.CLUSTER_DEPLOYMENT, Kind.SERVICE_TEMPLATE, Kind.SERVICE_TEMPLATE_CHAIN
  };

  private final Cluster cluster;
  private final Basis withoutRead;
  private final Map<Need, Object> read;

  /** Chains as the cache had them when they were first asked for; see {@link #read}. */
  private final Map<ChainRef, Optional<TemplateChain>> seen;

  /** What all services of an object ask for alike. */
  private final Map<ObjectRef, Optional<List<ServiceSet>>> setsSeen = new ConcurrentHashMap<>();

  private final Map<ClusterSelector, List<ObjectRef>> selected = new ConcurrentHashMap<>();

  /** What was answered from a cache that nobody keeps up to date, or that may not lag. */
  private final Set<Need> untrusted = ConcurrentHashMap.newKeySet();

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
   * What was answered from a cache that is not being watched, and that a cache knows no user: a
   * verdict that rests on it has to be made anew once it was {@link #read}, an allow too. What is
   * deleted does not come back, and the edit that began to use it may be a moment old.
   */
  public Set<Need> untrusted() {
    return Set.copyOf(untrusted);
  }

  private void answeredFromCache(Need need, Kind... kinds) {
    if (withoutRead == Basis.CACHED && !areTrusted(cluster, kinds)) {
      untrusted.add(need);
    }
  }

  private static boolean areTrusted(Cluster cluster, Kind... kinds) {
    return Arrays.stream(kinds).allMatch(cluster::isTrusted);
  }

  /**
   * These facts, but with {@code needs} read from the API server, all at the same time. What can't
   * be read within {@code millis} is answered from the cache and says so.
   *
   * <p>A chain that needed no read stays as it was seen: were the cache to move in the meantime,
   * what it allowed before would be denied on a cache that may lag.
   */
  public CompletableFuture<ClusterFacts> read(Set<Need> needs, long millis) {
    Map<Need, Object> found = new ConcurrentHashMap<>(read);
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
    if (need instanceof Need.ServiceSets sets) {
      return cluster.readServiceSets(sets.owner());
    }
    if (need instanceof Need.Version version) {
      return cluster.readVersion(version.ref());
    }
    if (need instanceof Need.TemplateUsers users) {
      TemplateRef ref = users.ref();
      return users(
          cluster.usersOf(ref),
          user -> cluster.readUse(user, ref),
          () -> cluster.readUsers(ref),
          deadline);
    }
    ChainRef ref = ((Need.Users) need).ref();
    return users(
        cluster.usersOf(ref),
        user -> cluster.readUse(user, ref),
        () -> cluster.readUsers(ref),
        deadline);
  }

  /** The first of those that the cache knows is enough; that there is none takes a list. */
  private CompletableFuture<List<ObjectRef>> users(
      List<ObjectRef> known,
      Function<ObjectRef, CompletableFuture<Boolean>> read,
      Supplier<CompletableFuture<List<ObjectRef>>> list,
      long deadline) {
    return areTrusted(cluster, USERS)
        ? firstUser(known, read, deadline)
            .thenCompose(
                found -> found.isEmpty() ? list.get() : CompletableFuture.completedFuture(found))
        : list.get();
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
    Need need = new Need.Chain(ref);
    Object found = read.get(need);
    if (found == null) {
      answeredFromCache(need, Kind.SERVICE_TEMPLATE_CHAIN);
    }
    return found == null
        ? new Fact<>(seen.computeIfAbsent(ref, cluster::chain), withoutRead)
        : new Fact<>((Optional<TemplateChain>) found, Basis.READ);
  }

  @Override
  @SuppressWarnings("unchecked") // as above
  public Fact<List<String>> missingTemplates(String namespace, Collection<String> templates) {
    Need need = new Need.Templates(namespace);
    Object found = read.get(need);
    if (found == null) {
      answeredFromCache(need, Kind.SERVICE_TEMPLATE);
    }
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
    Need need = new Need.Users(ref);
    Object found = read.get(need);
    return found == null
        ? cachedUsers(need, cluster.usersOf(ref))
        : new Fact<>((List<ObjectRef>) found, Basis.READ);
  }

  private Fact<List<ObjectRef>> cachedUsers(Need need, List<ObjectRef> users) {
    if (withoutRead == Basis.CACHED && users.isEmpty()) {
      untrusted.add(need);
    }
    answeredFromCache(need, USERS);
    return new Fact<>(users, withoutRead);
  }

  @Override
  @SuppressWarnings("unchecked") // as above
  public Fact<Optional<String>> versionOf(TemplateRef ref) {
    Need need = new Need.Version(ref);
    Object found = read.get(need);
    if (found == null) {
      answeredFromCache(need, Kind.SERVICE_TEMPLATE);
    }
    return found == null
        ? new Fact<>(cluster.versionOf(ref), withoutRead)
        : new Fact<>((Optional<String>) found, Basis.READ);
  }

  @Override
  @SuppressWarnings("unchecked") // as above
  public Fact<List<ObjectRef>> usersOf(TemplateRef ref) {
    Need need = new Need.TemplateUsers(ref);
    Object found = read.get(need);
    return found == null
        ? cachedUsers(need, cluster.usersOf(ref))
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

  @Override
  @SuppressWarnings("unchecked") // as above
  public Fact<Optional<List<ServiceSet>>> serviceSetsOf(ObjectRef owner) {
    Object found = read.get(new Need.ServiceSets(owner));
    return found == null
        ? new Fact<>(setsSeen.computeIfAbsent(owner, cluster::serviceSetsOf), withoutRead)
        : new Fact<>(Optional.of((List<ServiceSet>) found), Basis.READ);
  }

  @Override
  public List<ObjectRef> clustersMatching(ClusterSelector selector) {
    return cluster.isReady() && areTrusted(cluster, ROLLED_OUT)
        ? selected.computeIfAbsent(selector, cluster::clustersMatching)
        : List.of();
  }

  @Override
  public Set<String> templatesInUse(ChainRef ref) {
    return cluster.templatesInUse(ref);
  }

  @Override
  public Optional<TemplateChain> cachedChain(ChainRef ref) {
    return cluster.chain(ref);
  }

  @Override
  public boolean isTemplateCached(String namespace, String template) {
    return cluster.hasTemplate(namespace, template);
  }
}
