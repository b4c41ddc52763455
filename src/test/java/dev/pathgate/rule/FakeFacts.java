package dev.pathgate.rule;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A cluster in a few maps; all that it says is of one basis. */
final class FakeFacts implements Facts {
  private final Map<ChainRef, TemplateChain> chains = new HashMap<>();
  private final List<ObjectRef> users = new ArrayList<>();
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
