package dev.pathgate.charts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.ObjectReader;
import dev.pathgate.rule.Action;
import dev.pathgate.rule.ChainFacts;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.RuleId;
import dev.pathgate.rule.Rulebook;
import dev.pathgate.rule.ServiceIdentity;
import dev.pathgate.testkit.KubeServer;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The webhook's own {@code service-follows-chain} and {@code chain-is-immutable}, as an oracle for
 * what others decide.
 */
final class RuleOracle {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Edits edits = new Edits(KubeServer.SYSTEM_NAMESPACE);
  private final Rulebook rulebook;

  private final ServiceIdentity identity;

  RuleOracle(PathPolicy policy) {
    this(policy, ServiceIdentity.NAMESPACE_DEFAULTED);
  }

  RuleOracle(PathPolicy policy, ServiceIdentity identity) {
    this.identity = identity;
    Map<RuleId, Action> actions = new EnumMap<>(RuleId.class);
    for (RuleId rule : RuleId.values()) {
      actions.put(rule, Action.OFF);
    }
    actions.put(RuleId.SERVICE_FOLLOWS_CHAIN, Action.DENY);
    actions.put(RuleId.CHAIN_IS_IMMUTABLE, Action.DENY);
    rulebook = new Rulebook(actions, policy, KubeServer.SYSTEM_NAMESPACE);
  }

  /** What it has against an edit, where these chains and no others exist. */
  List<Finding> denials(
      String namespace, ObjectNode before, ObjectNode after, Map<String, TemplateChain> chains)
      throws IOException {
    return rulebook
        .ofServices(
            edits.ofServices(
                Optional.of(read(before)),
                read(after),
                edits.chainNamespace(read(after).knownKind().orElseThrow(), namespace),
                identity),
            new Known(chains))
        .denials();
  }

  /** What it has against an edit of a chain. */
  List<Finding> denials(ObjectNode before, ObjectNode after) throws IOException {
    return rulebook
        .ofChangedChain(
            edits.ofChain(
                before.at("/metadata/namespace").asText(), Optional.of(read(before)), read(after)),
            new Known(Map.of()))
        .denials();
  }

  static K0rdentObject read(ObjectNode object) throws IOException {
    try (JsonParser parser = JSON.treeAsTokens(object)) {
      parser.nextToken();
      return ObjectReader.strictKeepingSpec().read(parser, "");
    }
  }

  /** These chains and nothing else. */
  private record Known(Map<String, TemplateChain> chains) implements ChainFacts {
    @Override
    public Fact<Optional<TemplateChain>> chain(ChainRef ref) {
      return new Fact<>(Optional.ofNullable(chains.get(ref.name())), Basis.READ);
    }
  }
}
