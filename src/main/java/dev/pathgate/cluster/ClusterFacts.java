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
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Answers rules from a {@link Cluster}: from what was read for this request, and from the cache
 * where nothing was.
 */
public final class ClusterFacts implements Facts, AutoCloseable {
  /** The kinds whose objects name chains. */
  private static final Kind[] USERS = {Kind.CLUSTER_DEPLOYMENT, Kind.MULTI_CLUSTER_SERVICE};

  /** The kinds that say where a MultiClusterService is rolled out to, and what it finds there. */
  private static final Kind[] ROLLED_OUT = {
    Kind.CLUSTER_DEPLOYMENT, Kind.SERVICE_TEMPLATE, Kind.SERVICE_TEMPLATE_CHAIN
  };

  /** No object that is meant names more chains that have to be read. */
  private static final int MANY_CHAINS = 16;

  /** A request of its own costs as much as some objects of a list. */
  private static final int CHAINS_LISTED_PER_CHAIN_READ = 4;

  private final Cluster cluster;
  private final Basis withoutRead;
  private final Map<Need, Object> read;

  /** Chains as the cache had them when they were first asked for; see {@link #read}. */
  private final Map<ChainRef, Optional<TemplateChain>> seen;

  /** What this request has taken of memory for the chains that it read. */
  private final WorkBudget.Share taken;

  /** What all services of an object ask for alike. */
  private final Map<ObjectRef, Optional<List<ServiceSet>>> setsSeen = new ConcurrentHashMap<>();

  private final Map<ClusterSelector, List<ObjectRef>> selected = new ConcurrentHashMap<>();

  /** What was answered from a cache that nobody keeps up to date, or that may not lag. */
  private final Set<Need> untrusted = ConcurrentHashMap.newKeySet();

  private ClusterFacts(
      Cluster cluster,
      Basis withoutRead,
      Map<Need, Object> read,
      Map<ChainRef, Optional<TemplateChain>> seen,
      WorkBudget.Share taken) {
    this.cluster = cluster;
    this.withoutRead = withoutRead;
    this.read = read;
    this.seen = seen;
    this.taken = taken;
  }

  /** Facts from the cache alone; to be closed once nobody asks any more, with all read for them. */
  public static ClusterFacts cached(Cluster cluster) {
    return new ClusterFacts(
        cluster,
        Basis.CACHED,
        Map.of(),
        new ConcurrentHashMap<>(),
        cluster.roomForReads().take(0, granted -> {}));
  }

  @Override
  public void close() {
    taken.release();
  }

  /**
   * What was answered from a cache that is not being watched, or that knows a chain by name alone,
   * and that a cache knows no user: a verdict that rests on it has to be made anew once it was
   * {@link #read}, an allow too. What is deleted does not come back, and the edit that began to use
   * it may be a moment old.
   */
  public Set<Need> untrusted() {
    return Set.copyOf(untrusted);
  }

  private static boolean areTrusted(Cluster cluster, Kind... kinds) {
    for (Kind kind : kinds) {
      if (!cluster.isTrusted(kind)) {
        return false;
      }
    }
    return true;
  }

  /**
   * These facts, but with {@code needs} read from the API server, some at a time. What can't be
   * read within {@code millis} is answered from the cache and says so.
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
    return cluster
        .refresh()
        .thenCompose(fresh -> listManyChains(needs, found))
        .thenCompose(left -> NeededReads.start(left, need -> look(need, deadline), found, deadline))
        // Nothing was read then, which the facts say.
        .exceptionally(unrefreshed -> null)
        .completeOnTimeout(null, millis, TimeUnit.MILLISECONDS)
        .thenApply(
            done ->
                new ClusterFacts(cluster, Basis.UNREADABLE, Map.copyOf(found), unneeded, taken));
  }

  /**
   * Lists the chains of a namespace of which so many are needed that a list costs less, whether
   * they exist or not: an edit that names a thousand chains is no thousand requests then, and such
   * edits at the same time share theirs.
   *
   * @param found takes what a list tells
   * @return what is left to be read
   */
  private CompletableFuture<Set<Need>> listManyChains(Set<Need> needs, Map<Need, Object> found) {
    Map<String, List<Need.Chain>> byNamespace =
        needs.stream()
            .filter(Need.Chain.class::isInstance)
            .map(Need.Chain.class::cast)
            .collect(Collectors.groupingBy(need -> need.ref().namespace()));
    CompletableFuture<?>[] lists =
        byNamespace.entrySet().stream()
            .filter(chains -> isListWorthIt(chains.getKey(), chains.getValue().size()))
            .map(chains -> listChains(chains.getKey(), chains.getValue(), found))
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(lists)
        .thenApply(
            all ->
                needs.stream()
                    .filter(need -> !found.containsKey(need))
                    .collect(Collectors.toSet()));
  }

  private boolean isListWorthIt(String namespace, int needed) {
    return needed >= MANY_CHAINS
        && cluster.chainCount(namespace) <= needed * CHAINS_LISTED_PER_CHAIN_READ;
  }

  /**
   * Whether there is room for what was read. Where there is none it counts as not read: those who
   * ask at the same time for the largest chains could otherwise fill the memory.
   */
  private boolean takesRoom(Optional<TemplateChain> read) {
    Optional<TemplateChain> cached = read.flatMap(chain -> cluster.chain(chain.ref()));
    return read.isEmpty() || read.equals(cached) || taken.grow(read.get().weight());
  }

  /** Where the list can't be read, each chain is tried. */
  private CompletableFuture<?> listChains(
      String namespace, List<Need.Chain> needs, Map<Need, Object> found) {
    return cluster
        .readChains(namespace)
        .thenAccept(
            chains ->
                needs.stream()
                    .filter(need -> !chains.isNamedOnly(need.ref()))
                    .filter(need -> takesRoom(chains.get(need.ref())))
                    .forEach(need -> found.put(need, chains.get(need.ref()))))
        .exceptionally(unreadable -> null);
  }

  private CompletableFuture<?> look(Need need, long deadline) {
    if (need instanceof Need.Chain chain) {
      return cluster.readChain(chain.ref()).thenApply(read -> takesRoom(read) ? read : null);
    }
    if (need instanceof Need.Templates templates) {
      return cluster
          .readTemplates(templates.namespace())
          .<Predicate<String>>thenApply(names -> names::contains);
    }
    if (need instanceof Need.ServiceSets sets) {
      return cluster.readServiceSets(sets.owner()).thenApply(Optional::of);
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

  /**
   * What was read for this need, and else what the cache says, of which these kinds must be
   * trusted.
   */
  @SuppressWarnings("unchecked") // each kind of need is stored with its own kind of answer
  private <T> Fact<T> fact(Need need, Supplier<T> cached, Kind... kinds) {
    Object found = read.get(need);
    if (found != null) {
      return new Fact<>((T) found, Basis.READ);
    }
    if (withoutRead == Basis.CACHED && !areTrusted(cluster, kinds)) {
      untrusted.add(need);
    }
    return new Fact<>(cached.get(), withoutRead);
  }

  @Override
  public Fact<Optional<TemplateChain>> chain(ChainRef ref) {
    Need need = new Need.Chain(ref);
    Fact<Optional<TemplateChain>> chain =
        fact(need, () -> seen.computeIfAbsent(ref, cluster::chain), Kind.SERVICE_TEMPLATE_CHAIN);
    if (chain.basis() == Basis.CACHED && chain.value().isEmpty() && cluster.isNamedOnly(ref)) {
      untrusted.add(need);
    }
    return chain;
  }

  @Override
  public Fact<List<String>> missingTemplates(String namespace, Collection<String> templates) {
    Fact<Predicate<String>> exists =
        fact(
            new Need.Templates(namespace),
            () -> name -> cluster.hasTemplate(namespace, name),
            Kind.SERVICE_TEMPLATE);
    return new Fact<>(templates.stream().filter(exists.value().negate()).toList(), exists.basis());
  }

  @Override
  public Fact<List<ObjectRef>> usersOf(ChainRef ref) {
    return users(new Need.Users(ref), () -> cluster.usersOf(ref));
  }

  /** That nobody uses something is believed of a list alone: what it allows can't be undone. */
  private Fact<List<ObjectRef>> users(Need need, Supplier<List<ObjectRef>> cached) {
    Fact<List<ObjectRef>> users = fact(need, cached, USERS);
    if (users.value().isEmpty() && users.basis() == Basis.CACHED) {
      untrusted.add(need);
    }
    return users;
  }

  @Override
  public Fact<Optional<String>> versionOf(TemplateRef ref) {
    return fact(new Need.Version(ref), () -> cluster.versionOf(ref), Kind.SERVICE_TEMPLATE);
  }

  @Override
  public Fact<List<ObjectRef>> usersOf(TemplateRef ref) {
    return users(new Need.TemplateUsers(ref), () -> cluster.usersOf(ref));
  }

  @Override
  public Fact<Optional<List<ServiceSet>>> serviceSetsOf(ObjectRef owner) {
    return fact(
        new Need.ServiceSets(owner), () -> setsSeen.computeIfAbsent(owner, cluster::serviceSetsOf));
  }

  @Override
  public boolean mayExist(ChainRef ref) {
    return cluster.isNamedOnly(ref)
        || cluster.chain(ref).filter(chain -> !chain.isTerminating()).isPresent();
  }

  @Override
  public List<TemplateChain> chainsListing(String namespace, Set<String> listing) {
    return cluster.chainsOf(namespace).stream()
        .filter(chain -> listing.stream().allMatch(chain::lists))
        .toList();
  }

  @Override
  public List<ObjectRef> clustersMatching(ClusterSelector selector) {
    return cluster.isReady() && areTrusted(cluster, ROLLED_OUT)
        ? selected.computeIfAbsent(selector, cluster::clustersMatching)
        : List.of();
  }

  @Override
  public Optional<Predicate<String>> templatesInUse(ChainRef ref) {
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
