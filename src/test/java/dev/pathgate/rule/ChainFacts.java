package dev.pathgate.rule;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Facts that know chains and nothing else, for those who ask about ways alone. */
public interface ChainFacts extends Facts {
  @Override
  default Fact<List<String>> missingTemplates(String namespace, Collection<String> templates) {
    return new Fact<>(List.of(), Basis.READ);
  }

  @Override
  default Fact<List<ObjectRef>> usersOf(ChainRef ref) {
    return new Fact<>(List.of(), Basis.READ);
  }

  @Override
  default Fact<Optional<String>> versionOf(TemplateRef ref) {
    return new Fact<>(Optional.empty(), Basis.READ);
  }

  @Override
  default Fact<List<ObjectRef>> usersOf(TemplateRef ref) {
    return new Fact<>(List.of(), Basis.READ);
  }

  @Override
  default boolean mayExist(ChainRef ref) {
    return false;
  }

  @Override
  default List<TemplateChain> chainsListing(String namespace, Set<String> listing) {
    return List.of();
  }
}
