package dev.pathgate.rule;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** A cluster in a few maps; all that it says is of one basis. */
final class FakeFacts implements Facts {
  private final Map<ChainRef, TemplateChain> chains = new HashMap<>();
  private final List<ObjectRef> users = new ArrayList<>();
  private final Map<ObjectRef, Map<String, String>> clusters = new LinkedHashMap<>();
  private final Set<String> placed = new HashSet<>();
  private Optional<List<ServiceSet>> sets = Optional.of(List.of());
  private Set<String> inUse = Set.of();
  private Set<String> templates = Set.of();
  private final Map<String, String> versions = new HashMap<>();
  private Basis basis = Basis.READ;

  static FakeFacts with(TemplateChain... chains) {
    FakeFacts facts = new FakeFacts();
    for (TemplateChain chain : chains) {
      facts.chains.put(chain.ref(), chain);
    }
    return facts;
  }

  FakeFacts on(Basis other) {
    basis = other;
    return this;
  }

  FakeFacts templates(String... names) {
    templates = Set.of(names);
    return this;
  }

  /** A ServiceTemplate of that version. */
  FakeFacts version(String template, String version) {
    versions.put(template, version);
    return this;
  }

  FakeFacts user(String kind, String namespace, String name) {
    users.add(new ObjectRef(kind, namespace, name));
    return this;
  }

  FakeFacts sets(ServiceSet... all) {
    sets = Optional.of(List.of(all));
    return this;
  }

  FakeFacts setsUnknown() {
    sets = Optional.empty();
    return this;
  }

  FakeFacts cluster(String namespace, String name, Map<String, String> labels) {
    clusters.put(new ObjectRef("ClusterDeployment", namespace, name), labels);
    return this;
  }

  FakeFacts templateIn(String namespace, String template) {
    placed.add(namespace + "/" + template);
    return this;
  }

  @Override
  public Fact<Optional<List<ServiceSet>>> serviceSetsOf(ObjectRef owner) {
    return new Fact<>(
        sets.map(all -> all.stream().filter(set -> set.owner().equals(owner)).toList()), basis);
  }

  FakeFacts inUse(String... templatesOfEveryChain) {
    inUse = Set.of(templatesOfEveryChain);
    return this;
  }

  @Override
  public Optional<Predicate<String>> templatesInUse(ChainRef ref) {
    return inUse.isEmpty() ? Optional.empty() : Optional.of(inUse::contains);
  }

  @Override
  public List<ObjectRef> clustersMatching(ClusterSelector selector) {
    return clusters.entrySet().stream()
        .filter(cluster -> selector.selects(ClusterSelector.Labels.of(cluster.getValue())))
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public boolean isTemplateCached(String namespace, String template) {
    return placed.contains(namespace + "/" + template);
  }

  @Override
  public Fact<Optional<TemplateChain>> chain(ChainRef ref) {
    return new Fact<>(Optional.ofNullable(chains.get(ref)), basis);
  }

  @Override
  public Fact<List<String>> missingTemplates(String namespace, Collection<String> wanted) {
    return new Fact<>(wanted.stream().filter(name -> !templates.contains(name)).toList(), basis);
  }

  @Override
  public Fact<List<ObjectRef>> usersOf(ChainRef ref) {
    return new Fact<>(List.copyOf(users), basis);
  }

  @Override
  public Fact<Optional<String>> versionOf(TemplateRef ref) {
    return new Fact<>(Optional.ofNullable(versions.get(ref.name())), basis);
  }

  @Override
  public Fact<List<ObjectRef>> usersOf(TemplateRef ref) {
    return new Fact<>(List.copyOf(users), basis);
  }

  @Override
  public boolean mayExist(ChainRef ref) {
    return chains.containsKey(ref);
  }

  @Override
  public List<TemplateChain> chainsListing(String namespace, Set<String> listing) {
    return chains.values().stream()
        .filter(chain -> chain.ref().namespace().equals(namespace))
        .filter(chain -> listing.stream().allMatch(chain::lists))
        .sorted(Comparator.comparing(chain -> chain.ref().name()))
        .toList();
  }
}
