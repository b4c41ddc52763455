package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.ServiceIdentity;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.RandomEdits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The chart's policies in a real API server against the webhook's own rules, on random edits: the
 * two must never contradict each other.
 */
class PoliciesAndRulesIT {
  private static final int ROUNDS = Integer.getInteger("tests.policies.rounds", 6);
  private static final int OBJECTS = 20;
  private static final int EDITS_EACH = 3;
  private static final int EDITS = OBJECTS * EDITS_EACH;

  @AfterAll
  static void stop() {
    KubeServer.tidyAll();
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
    KubeServer api = KubeServer.of(release);
    Policies policies =
        Policies.inForce(
            api,
            "path: {steps: %s, chainSwitch: %s}"
                .formatted(
                    steps.name().toLowerCase(java.util.Locale.ROOT),
                    chainSwitch.name().toLowerCase(java.util.Locale.ROOT)));
    boolean mayRepeat = release.equals("v1.0");
    RuleOracle rule =
        new RuleOracle(
            new PathPolicy(steps, chainSwitch),
            mayRepeat ? ServiceIdentity.NAMESPACE_OPTIONAL : ServiceIdentity.NAMESPACE_DEFAULTED);
    RandomEdits random = new RandomEdits((release + steps + chainSwitch).hashCode(), mayRepeat);
    List<String> contradictions = new ArrayList<>();
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      boolean isOfFleets = round % 3 == 2;
      String namespace = isOfFleets ? KubeServer.SYSTEM_NAMESPACE : api.freshNamespace();
      Map<String, TemplateChain> chains = new HashMap<>();
      for (String name : List.of(KubeServer.fresh("x"), KubeServer.fresh("y"))) {
        ObjectNode chain = Policies.chain(namespace, name, random.chain());
        policies.store(chain);
        chains.put(name, RuleOracle.read(chain).asChain());
      }
      policies.awaitChains(namespace);
      for (int object = 0; object < OBJECTS; object++) {
        List<ObjectNode> old = random.services(chains.keySet());
        ObjectNode before = object(isOfFleets, namespace, old);
        String path = policies.store(before);
        for (int edit = 0; edit < EDITS_EACH; edit++) {
          List<ObjectNode> now =
              edit == 0 ? random.services(chains.keySet()) : random.edited(old, chains.keySet());
          ObjectNode after = object(isOfFleets, namespace, now);

          KubeServer.Answer policy =
              api.merge(path + "?dryRun=All", "{\"spec\": " + after.path("spec") + "}");
          List<Finding> denials = rule.denials(namespace, before, after, chains);
          boolean decided =
              denials.stream().anyMatch(denial -> !denial.message().contains("does not exist"));
          refused += policy.isAccepted() ? 0 : 1;
          if ((!policy.isAccepted() && denials.isEmpty())
              || (policy.isAccepted() && decided && !mayRepeat)) {
            contradictions.add(
                before.path("spec")
                    + "\n"
                    + after.path("spec")
                    + "\n"
                    + policy.message()
                    + denials);
          }
        }
      }
    }

    assertThat(contradictions).isEmpty();
    assertThat(refused).isBetween(ROUNDS * EDITS / 10, ROUNDS * EDITS * 9 / 10);
  }

  @Test
  void refuseTheSameEditsOfAChainsSpec() throws IOException {
    KubeServer api = KubeServer.ofFreeChains();
    Policies.inForce(api, "");
    String namespace = api.freshNamespace();
    RuleOracle rule =
        new RuleOracle(new PathPolicy(PathPolicy.Steps.ANY, PathPolicy.ChainSwitch.TOGETHER));
    RandomSpecs random = new RandomSpecs(7);
    List<String> contradictions = new ArrayList<>();
    int refused = 0;
    for (int round = 0; round < 10; round++) {
      ObjectNode before =
          KubeServer.object(
              "k0rdent.mirantis.com/v1beta1", "ServiceTemplateChain", namespace, "c-" + round);
      random.fill(before);
      ObjectNode stored = (ObjectNode) api.create(before);
      for (int i = 0; i < EDITS; i++) {
        ObjectNode after = stored.deepCopy();
        random.change(after);

        KubeServer.Answer policy = api.send("PUT", KubeServer.path(after) + "?dryRun=All", after);
        boolean denied = !rule.denials(stored, after).isEmpty();
        refused += denied ? 1 : 0;
        if (policy.isAccepted() == denied) {
          contradictions.add(
              stored.path("spec") + "\n" + after.path("spec") + "\n" + policy.message());
        }
      }
    }

    assertThat(contradictions).isEmpty();
    assertThat(refused).isBetween(EDITS, 9 * EDITS);
  }

  /** What is on its way out is nobody's to hold up: not the webhook's, not the policies'. */
  @Test
  void refuseNothingOfAnObjectThatIsBeingDeleted() throws IOException {
    KubeServer api = KubeServer.of("v1.12");
    Policies policies = Policies.inForce(api, "path: {steps: single, chainSwitch: together}");
    RandomEdits random = new RandomEdits(13, false);
    String namespace = api.freshNamespace();
    List<String> chains = List.of(KubeServer.fresh("x"), KubeServer.fresh("y"));
    for (String name : chains) {
      policies.store(Policies.chain(namespace, name, random.chain()));
    }
    policies.awaitChains(namespace);
    int refusedWhileItStays = 0;
    List<String> refused = new ArrayList<>();
    for (int i = 0; i < EDITS / 2; i++) {
      List<ObjectNode> old = random.services(chains);
      ObjectNode object = deployment(namespace, old);
      object.withObject("metadata").putArray("finalizers").add("pathgate.dev/test");
      String path = policies.store(object);
      JsonNode[] now = random.edited(old, chains).toArray(new JsonNode[0]);

      refusedWhileItStays += policies.edit(path, now).isAccepted() ? 0 : 1;
      api.send("DELETE", path, null).accepted();
      KubeServer.Answer answer = policies.edit(path, now);
      if (!answer.isAccepted()) {
        refused.add(answer.message());
      }
      api.merge(path, "{\"metadata\": {\"finalizers\": null}}").accepted();
    }

    assertThat(refused).isEmpty();
    assertThat(refusedWhileItStays).isGreaterThan(EDITS / 12);
  }

  private static ObjectNode object(boolean isFleet, String namespace, List<ObjectNode> services) {
    return isFleet
        ? Policies.fleet(services.toArray(new JsonNode[0]))
        : deployment(namespace, services);
  }

  private static ObjectNode deployment(String namespace, List<ObjectNode> services) {
    return Policies.deployment(namespace, services.toArray(new JsonNode[0]));
  }
}
