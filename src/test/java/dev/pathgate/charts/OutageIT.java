package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.PathgateProcess;
import dev.pathgate.testkit.RandomEdits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Every webhook pod is killed while edits come in. With the policies and {@code Ignore}, the API
 * server goes on to judge by itself; without them and with {@code Fail}, it admits nothing.
 */
class OutageIT {
  private static final int OBJECTS = 40;
  private static final int ENOUGH = 150;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** What policies judge, too. */
  private static final String FOLLOWS_CHAIN_ALONE =
      """
      rules:
        service-listed-once: "off"
        service-chain-exists: "off"
        service-fits-chain: "off"
        service-has-chain: "off"
      """;

  private static final String REACHABLE =
      """
      webhook:
        failurePolicy: %s
        extraEnv:
          - {name: PATHGATE_TLS_SELF_DNS_NAMES, value: "127.0.0.1"}
      """;

  @AfterAll
  static void stop() {
    KubeServer.tidyAll();
  }

  @Test
  void judgesOnByPoliciesWhenEveryPodIsKilled() throws IOException {
    KubeServer api = KubeServer.of("v1.12");
    List<Traffic.Edit> edits = edits(api);
    Policies.inForce(api, FOLLOWS_CHAIN_ALONE);
    try (Installation installation =
        Installation.of(api, FOLLOWS_CHAIN_ALONE + REACHABLE.formatted("Ignore"))) {
      List<PathgateProcess> pods =
          List.of(installation.startWebhook(), installation.startWebhook());
      pods.forEach(installation::serve);
      Traffic traffic = new Traffic(api, edits, Traffic.Edit::isJudgedRight);
      awaitMore(traffic, ENOUGH);

      pods.forEach(PathgateProcess::kill);
      awaitMore(traffic, ENOUGH);

      assertThat(traffic.end()).isEmpty();
      assertThat(edits.stream().filter(Traffic.Edit::isLegal).count())
          .isBetween(OBJECTS / 10L, OBJECTS * 9L / 10);
      System.out.printf(
          "Outage with policies and Ignore: %d edits, none judged wrong%n", traffic.answered());
    }
  }

  @Test
  void admitsNothingWithoutPoliciesAndWithFailWhenEveryPodIsKilled() throws IOException {
    KubeServer api = KubeServer.of("v1.6");
    List<Traffic.Edit> edits = edits(api);
    try (Installation installation =
        Installation.of(api, FOLLOWS_CHAIN_ALONE + REACHABLE.formatted("Fail"))) {
      List<PathgateProcess> pods =
          List.of(installation.startWebhook(), installation.startWebhook());
      pods.forEach(installation::serve);
      awaitTrust(api, edits);
      Traffic before = new Traffic(api, edits, Traffic.Edit::isJudgedRight);
      awaitMore(before, ENOUGH);
      assertThat(before.end()).isEmpty();

      Traffic meanwhile =
          new Traffic(api, edits, (edit, answer) -> edit.isLegal() || !answer.isAccepted());
      pods.forEach(PathgateProcess::kill);
      Traffic after = new Traffic(api, edits, (edit, answer) -> !answer.isAccepted());
      awaitMore(after, ENOUGH);

      assertThat(meanwhile.end()).isEmpty();
      assertThat(after.end()).isEmpty();
      assertThat(
              api.merge(
                      edits.get(0).path() + "?dryRun=All",
                      "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}")
                  .isAccepted())
          .as("an edit of labels alone, which nobody judges")
          .isTrue();
      System.out.printf("Outage with Fail: %d edits, none admitted%n", after.answered());
    }
  }

  private static void awaitTrust(KubeServer api, List<Traffic.Edit> edits) {
    Installation.await(
        "the API server trusts the pods",
        PATIENCE,
        () -> edits.stream().limit(5).allMatch(edit -> edit.isJudgedRight(edit.send(api))));
  }

  private static void awaitMore(Traffic traffic, int edits) {
    int already = traffic.answered();
    Installation.await(
        edits + " more edits", PATIENCE, () -> traffic.answered() >= already + edits);
  }

  /** Random edits of objects that are stored already, none of which names a missing chain. */
  private static List<Traffic.Edit> edits(KubeServer api) throws IOException {
    String namespace = api.freshNamespace();
    RandomEdits random = new RandomEdits(42, false);
    RuleOracle rule =
        new RuleOracle(new PathPolicy(PathPolicy.Steps.SINGLE, PathPolicy.ChainSwitch.TOGETHER));
    Map<String, TemplateChain> chains = new HashMap<>();
    for (String name : List.of("x", "y", "z")) {
      ObjectNode chain = Policies.chain(namespace, name, random.chain());
      api.create(chain);
      chains.put(name, RuleOracle.read(chain).asChain());
    }
    List<Traffic.Edit> edits = new ArrayList<>();
    while (edits.size() < OBJECTS) {
      ObjectNode before = deployment(namespace, random.services(chains.keySet()));
      ObjectNode after = deployment(namespace, random.services(chains.keySet()));
      List<Finding> denials = rule.denials(namespace, before, after, chains);
      boolean isWebhooksAlone =
          denials.stream().anyMatch(denial -> denial.message().contains("does not exist"));
      boolean isMove = !before.path("spec").equals(after.path("spec"));
      if (isMove && !isWebhooksAlone) {
        api.create(before);
        edits.add(
            new Traffic.Edit(
                KubeServer.path(before),
                "{\"spec\": " + after.path("spec") + "}",
                denials.isEmpty()));
      }
    }
    return edits;
  }

  private static ObjectNode deployment(String namespace, List<ObjectNode> services) {
    return Policies.deployment(namespace, services.toArray(new JsonNode[0]));
  }
}
