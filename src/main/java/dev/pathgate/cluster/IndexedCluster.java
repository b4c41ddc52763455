package dev.pathgate.cluster;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.TemplateRef;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A cluster whose cached answers are those of an index, however that is filled. */
interface IndexedCluster extends Cluster {
  /** The index as it is now. */
  ObjectIndex index();

  @Override
  default Optional<TemplateChain> chain(ChainRef ref) {
    return index().chains().get(ref);
  }

  @Override
  default List<TemplateChain> chainsOf(String namespace) {
    return index().chains().of(namespace);
  }

  @Override
  default boolean isNamedOnly(ChainRef ref) {
    return index().chains().isNamedOnly(ref);
  }

  @Override
  default int chainCount(String namespace) {
    return index().chains().count(namespace);
  }

  @Override
  default List<ChainRef> defaultChainsOf(String namespace) {
    return index().chains().defaultsOf(namespace);
  }

  @Override
  default boolean hasTemplate(String namespace, String template) {
    return index().hasTemplate(namespace, template);
  }

  @Override
  default List<ObjectRef> usersOf(ChainRef ref) {
    return index().usersOf(ref);
  }

  @Override
  default Optional<Predicate<String>> templatesInUse(ChainRef ref) {
    return index().templatesInUse(ref);
  }

  @Override
  default List<ObjectRef> clustersMatching(ClusterSelector selector) {
    return index().clustersMatching(selector);
  }

  @Override
  default Optional<String> versionOf(TemplateRef ref) {
    return index().versionOf(ref);
  }

  @Override
  default List<ObjectRef> usersOf(TemplateRef ref) {
    return index().usersOf(ref);
  }
}
