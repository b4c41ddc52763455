package dev.pathgate.cluster;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.ServiceIdentity;
import dev.pathgate.rule.ServiceSet;
import dev.pathgate.rule.TemplateRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A cluster whose cache and whose truth are told apart, and which remembers what was read. */
public final class FakeCluster implements Cluster {
  private enum Reads {
    ANSWERED,
    FAILED,
    NEVER_ANSWERED
  }

  private final ObjectIndex cache;
  private final ObjectIndex truth = new ObjectIndex("kcm-system");
  private final List<String> asked = new ArrayList<>();
  private Optional<List<ServiceSet>> cachedSets = Optional.of(List.of());
  private List<ServiceSet> storedSets = List.of();
  private Reads reads = Reads.ANSWERED;
  private boolean ready = true;
  private final Set<Kind> unwatched = EnumSet.noneOf(Kind.class);
  private ServiceIdentity identity = ServiceIdentity.NAMESPACE_DEFAULTED;
  private Runnable beforeEachRead = () -> {};

  private boolean sharing;
  private WorkBudget roomForReads = WorkBudget.UNBOUNDED;

  /** A cluster without objects. */
  public FakeCluster() {
    this(HeldChains.all());
  }

  private FakeCluster(HeldChains chains) {
    this.cache = new ObjectIndex("kcm-system", chains);
  }

  /** A cluster whose cache knows chains by name alone. */
  public static FakeCluster withoutRoomForChains() {
    return new FakeCluster(new HeldChains(0));
  }

  /** What is read of a chain is what is cached. */
  FakeCluster sharing() {
    sharing = true;
    return this;
  }

  /** Requests may read chains of that weight at the same time. */
  FakeCluster roomForReads(WorkBudget room) {
    roomForReads = room;
    return this;
  }

  @Override
  public WorkBudget roomForReads() {
    return roomForReads;
  }

  /** Objects that exist and that the cache knows. */
  public FakeCluster has(K0rdentObject... objects) {
    return caches(objects).stores(objects);
  }

  /** Objects that the cache knows, whatever became of them. */
  public FakeCluster caches(K0rdentObject... objects) {
    for (K0rdentObject object : objects) {
      cache.put(object.knownKind().orElseThrow(), object);
    }
    return this;
  }

  /** Objects that exist, whether the cache has heard of them or not. */
  public FakeCluster stores(K0rdentObject... objects) {
    for (K0rdentObject object : objects) {
      truth.put(object.knownKind().orElseThrow(), object);
    }
    return this;
  }

  /** The ServiceSets that the cache knows. */
  public FakeCluster cachesSets(ServiceSet... sets) {
    cachedSets = Optional.of(List.of(sets));
    return this;
  }

  /** The ServiceSets that exist. */
  public FakeCluster storesSets(ServiceSet... sets) {
    storedSets = List.of(sets);
    return this;
  }

  /** The cache does not know yet which ServiceSets there are. */
  public FakeCluster knowsNoSets() {
    cachedSets = Optional.empty();
    return this;
  }

  /** Lets the cache forget an object. */
  public FakeCluster forgets(K0rdentObject object) {
    cache.remove(
        object.knownKind().orElseThrow(), object.metadata().namespace(), object.metadata().name());
    return this;
  }

  /** The cache was never filled. */
  public FakeCluster unread() {
    ready = false;
    return unwatched(Kind.values());
  }

  /** Nobody tells the cache what becomes of objects of these kinds. */
  public FakeCluster unwatched(Kind... kinds) {
    unwatched.addAll(List.of(kinds));
    return this;
  }

  /** The API server can't be reached. */
  public FakeCluster failing() {
    reads = Reads.FAILED;
    return this;
  }

  /** The API server does not answer. */
  public FakeCluster silent() {
    reads = Reads.NEVER_ANSWERED;
    return this;
  }

  /** What happens in the world before each read is answered. */
  public FakeCluster beforeEachRead(Runnable event) {
    beforeEachRead = event;
    return this;
  }

  /** The reads so far, in order. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public Optional<TemplateChain> chain(ChainRef ref) {
    return cache.chains().get(ref);
  }

  @Override
  public List<TemplateChain> chainsOf(String namespace) {
    return cache.chains().of(namespace);
  }

  @Override
  public boolean isNamedOnly(ChainRef ref) {
    return cache.chains().isNamedOnly(ref);
  }

  @Override
  public int chainCount(String namespace) {
    return cache.chains().count(namespace);
  }

  @Override
  public List<ChainRef> defaultChainsOf(String namespace) {
    return cache.chains().defaultsOf(namespace);
  }

  @Override
  public boolean hasTemplate(String namespace, String template) {
    return cache.hasTemplate(namespace, template);
  }

  @Override
  public List<ObjectRef> usersOf(ChainRef ref) {
    return cache.usersOf(ref);
  }

  @Override
  public Optional<Predicate<String>> templatesInUse(ChainRef ref) {
    return cache.templatesInUse(ref);
  }

  @Override
  public List<ObjectRef> clustersMatching(ClusterSelector selector) {
    return cache.clustersMatching(selector);
  }

  @Override
  public Optional<List<ServiceSet>> serviceSetsOf(ObjectRef owner) {
    return cachedSets.map(sets -> ofOwner(sets, owner));
  }

  @Override
  public CompletableFuture<List<ServiceSet>> readServiceSets(ObjectRef owner) {
    return read("ServiceSets of " + owner, () -> ofOwner(storedSets, owner));
  }

  private static List<ServiceSet> ofOwner(List<ServiceSet> sets, ObjectRef owner) {
    return sets.stream().filter(set -> set.owner().equals(owner)).toList();
  }

  @Override
  public CompletableFuture<List<ObjectRef>> readUsers(TemplateRef ref) {
    return read("users of template " + ref, () -> truth.usersOf(ref));
  }

  @Override
  public Optional<String> versionOf(TemplateRef ref) {
    return cache.versionOf(ref);
  }

  @Override
  public List<ObjectRef> usersOf(TemplateRef ref) {
    return cache.usersOf(ref);
  }

  @Override
  public CompletableFuture<Optional<String>> readVersion(TemplateRef ref) {
    return read("template " + ref, () -> truth.versionOf(ref));
  }

  @Override
  public CompletableFuture<Boolean> readUse(ObjectRef user, TemplateRef ref) {
    return read("use of template " + ref + " by " + user, () -> truth.usersOf(ref).contains(user));
  }

  @Override
  public ServiceIdentity serviceIdentity() {
    return identity;
  }

  /** Its k0rdent tells services like that. */
  public FakeCluster telling(ServiceIdentity other) {
    identity = other;
    return this;
  }

  @Override
  public CompletableFuture<Optional<TemplateChain>> readChain(ChainRef ref) {
    return read("chain " + ref, () -> (sharing ? cache : truth).chains().get(ref));
  }

  @Override
  public CompletableFuture<HeldChains> readChains(String namespace) {
    return read("chains " + namespace, () -> truth.chains());
  }

  @Override
  public CompletableFuture<Set<String>> readTemplates(String namespace) {
    return read("templates " + namespace, () -> truth.templatesOf(namespace));
  }

  @Override
  public CompletableFuture<Boolean> readUse(ObjectRef user, ChainRef ref) {
    return read("use of " + ref + " by " + user, () -> truth.usersOf(ref).contains(user));
  }

  @Override
  public CompletableFuture<List<ObjectRef>> readUsers(ChainRef ref) {
    return read("users of " + ref, () -> truth.usersOf(ref));
  }

  @Override
  public boolean isTrusted(Kind kind) {
    return !unwatched.contains(kind);
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  private <T> CompletableFuture<T> read(String what, Supplier<T> answer) {
    asked.add(what);
    beforeEachRead.run();
    return switch (reads) {
      case ANSWERED -> CompletableFuture.completedFuture(answer.get());
      case FAILED -> CompletableFuture.failedFuture(new IOException("connection refused"));
      case NEVER_ANSWERED -> new CompletableFuture<>();
    };
  }
}
