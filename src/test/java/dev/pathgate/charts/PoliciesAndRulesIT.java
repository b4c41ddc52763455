package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectReader;
import dev.pathgate.rule.Action;
import dev.pathgate.rule.Facts;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.RuleId;
import dev.pathgate.rule.Rulebook;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The chart's policies in a real API server against the webhook's own rules, on random edits: the
 * two must never contradict each other.
 */
class PoliciesAndRulesIT {
  private static final int ROUNDS = 6;
  private static final int EDITS = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  @AfterAll
  static void stop() {
    ApiServer.stopAll();
  }

  @ParameterizedTest
  @CsvSource({
    "v1.0, ANY, TOGETHER",
    "v1.0, SINGLE, TOGETHER",
    "v1.0, ANY, SEPARATE",
    "v1.6, ANY, TOGETHER",
    "v1.6, SINGLE, SEPARATE",
    "v1.12, ANY, TOGETHER",
    "v1.12, SINGLE, TOGETHER",
    "v1.12, ANY, SEPARATE",
    "v1.12, SINGLE, SEPARATE"
  })
  void refuseTheSameMovesAlongChainsThatExist(
      String release, PathPolicy.Steps steps, PathPolicy.ChainSwitch chainSwitch)
      throws IOException {
    ApiServer api = ApiServer.of(release);
    Policies policies =
        Policies.inForce(
            api,
            "path: {steps: %s, chainSwitch: %s}"
                .formatted(
                    steps.name().toLowerCase(java.util.Locale.ROOT),
                    chainSwitch.name().toLowerCase(java.util.Locale.ROOT)));
    Rulebook rulebook = followsChainAlone(new PathPolicy(steps, chainSwitch));
    boolean mayRepeat = release.equals("v1.0");
    RandomEdits random = new RandomEdits((release + steps + chainSwitch).hashCode(), mayRepeat);
    String namespace = api.freshNamespace();
    List<String> contradictions = new ArrayList<>();
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Map<String, TemplateChain> chains = new HashMap<>();
      for (String name : List.of("x-" + round, "y-" + round)) {
        ObjectNode chain = Policies.chain(namespace, name, random.chain());
        policies.store(chain);
        chains.put(name, read(chain).asChain());
      }
      policies.awaitChains(namespace);
      for (int i = 0; i < EDITS; i++) {
        ObjectNode before = deployment(namespace, random.services(chains.keySet()));
        ObjectNode after = deployment(namespace, random.services(chains.keySet()));
        String path = policies.store(before);

        ApiServer.Answer policy =
            api.merge(path + "?dryRun=All", "{\"spec\": " + after.path("spec") + "}");
        List<Finding> denials = denials(rulebook, namespace, before, after, chains);
        boolean decided =
            denials.stream().anyMatch(denial -> !denial.message().contains("does not exist"));
        refused += policy.isAccepted() ? 0 : 1;
        if ((!policy.isAccepted() && denials.isEmpty())
            || (policy.isAccepted() && decided && !mayRepeat)) {
          contradictions.add(
              before.path("spec") + "\n" + after.path("spec") + "\n" + policy.message() + denials);
        }
      }
    }

    assertThat(contradictions).isEmpty();
    assertThat(refused).isBetween(ROUNDS * EDITS / 10, ROUNDS * EDITS * 9 / 10);
  }

  private static ObjectNode deployment(String namespace, List<ObjectNode> services) {
    return Policies.deployment(namespace, services.toArray(new JsonNode[0]));
  }

  private static Rulebook followsChainAlone(PathPolicy policy) {
    Map<RuleId, Action> actions = new EnumMap<>(RuleId.class);
    for (RuleId rule : RuleId.values()) {
      actions.put(rule, rule == RuleId.SERVICE_FOLLOWS_CHAIN ? Action.DENY : Action.OFF);
    }
    return new Rulebook(actions, policy, ApiServer.SYSTEM_NAMESPACE);
  }

  private static List<Finding> denials(
      Rulebook rulebook,
      String namespace,
      ObjectNode before,
      ObjectNode after,
      Map<String, TemplateChain> chains)
      throws IOException {
    Edits edits = new Edits(ApiServer.SYSTEM_NAMESPACE);
    return rulebook
        .ofServices(
            edits.ofServices(
                Optional.of(read(before)),
                read(after),
                edits.chainNamespace(Kind.CLUSTER_DEPLOYMENT, namespace)),
            new Known(chains))
        .denials();
  }

  private static K0rdentObject read(ObjectNode object) throws IOException {
    try (JsonParser parser = JSON.treeAsTokens(object)) {
      parser.nextToken();
      return ObjectReader.strict().read(parser, "");
    }
  }

  /** These chains and nothing else. */
  private record Known(Map<String, TemplateChain> chains) implements Facts {
    @Override
    public Fact<Optional<TemplateChain>> chain(ChainRef ref) {
      return new Fact<>(Optional.ofNullable(chains.get(ref.name())), Basis.READ);
    }

    @Override
    public Fact<List<String>> missingTemplates(String namespace, Collection<String> templates) {
      return new Fact<>(List.of(), Basis.READ);
    }

    @Override
    public Fact<List<ChainUser>> usersOf(ChainRef ref) {
      return new Fact<>(List.of(), Basis.READ);
    }

    @Override
    public List<TemplateChain> chainsListing(String namespace, Set<String> listing) {
      return List.of();
    }
  }
}
