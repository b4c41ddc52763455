package dev.pathgate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.RandomEdits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How much the policies attempt: an edit whose judgement would cost the API server too much passes
 * (the webhook judges it), and not because a policy ran out of the API server's budget, which takes
 * ten seconds of its time. What each size took is printed.
 */
class PolicyBudgetIT {
  @AfterAll
  static void stop() {
    KubeServer.tidyAll();
  }

  /**
   * Services that all leave the first template at once, in a chain whose templates lead to as many
   * later ones, by names of so many letters; whether the policy judges them.
   */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          single,   1,    10,   1,  20, yes
          single,   1,  1000,   1,  20, yes
          single,   1,  4500,   1,  20, yes
          single,   1,  4600,   1,  20, no
          single,   1,  1000,   1, 253, yes
          single,   1,   200, 199,  10, yes
          single,   2,   100,  99, 100, yes
          single,  20,  1000,   1,  20, yes
          single,  20,  1600,   1, 100, yes
          single,  20,  1700,   1, 100, no
          single,  50,   500,   1,  20, yes
          single,  50,   500,   1, 253, yes
          single,  51,    10,   1,  20, no
          single,  50,    60,  59,  20, yes
          single,  50,   100,  99,  20, no
          single, 100,   300,   1,  20, no
          single, 150,   100,   1, 253, no
          single, 201,     3,   1,  20, no
          any,      1,     8,   1,  20, yes
          any,      1,     9,   1,  20, no
          any,      1,    60,  59,  20, yes
          any,      1,   120, 119,  20, yes
          any,      1,   200, 199,  10, no
          any,      4,    60,  59,  20, yes
          any,      5,    60,  59,  20, no
          any,     20,     9,   8, 253, yes
          any,     20,  1000,   1,  20, no
          any,     50,   500,   1,  20, no
          any,    100,   300,   1,  20, no
          any,    150,   100,   1,  20, no
          """)
  void judgesWhatIsAffordableAndStepsAsideFromTheRestAtOnce(
      String steps, int services, int templates, int edges, int letters, String judges) {
    KubeServer api = KubeServer.of("v1.12");
    Policies policies = Policies.inForce(api, "path: {steps: " + steps + "}");
    String namespace = api.freshNamespace();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < templates; i++) {
      names.add("t" + i + "-" + "x".repeat(letters - 2 - String.valueOf(i).length()));
    }
    Map<String, List<String>> chain = new LinkedHashMap<>();
    for (int i = 0; i < templates; i++) {
      chain.put(names.get(i), names.subList(i + 1, Math.min(templates, i + 1 + edges)));
    }
    String stored = policies.store(Policies.chain(namespace, "c", chain));
    policies.awaitChains(namespace);
    String path = policies.store(Policies.deployment(namespace, all(services, names.get(0))));

    long legal = millis(policies, path, all(services, names.get(1)), true);
    long illegal = millis(policies, path, all(services, "nowhere"), judges.equals("no"));
    long untouched = millis(policies, path, all(services, names.get(0)), true);

    System.out.printf(
        "steps=%s, %d services, %d templates of %d letters, %d edges each: %d, %d, %d ms%n",
        steps, services, templates, letters, edges, legal, illegal, untouched);
    assertThat(api.unevaluated()).isEmpty();
    api.send("DELETE", stored, null).accepted();
  }

  /** Services that all leave one template that leads to so many others. */
  @ParameterizedTest
  @CsvSource({"1, 3900, yes", "1, 4000, no", "50, 65, yes", "50, 75, no"})
  void judgesAsManyUpgradesAsAreAffordable(int services, int upgrades, String judges) {
    KubeServer api = KubeServer.of("v1.12");
    Policies policies = Policies.inForce(api, "");
    String namespace = api.freshNamespace();
    String stored =
        policies.store(
            Policies.chain(namespace, "c", Map.of("hub", RandomEdits.names("ray", upgrades))));
    policies.awaitChains(namespace);
    String path = policies.store(Policies.deployment(namespace, all(services, "hub")));

    long legal = millis(policies, path, all(services, "ray-" + (upgrades - 1)), true);
    long illegal = millis(policies, path, all(services, "nowhere"), judges.equals("no"));

    System.out.printf("%d services, %d upgrades: %d, %d ms%n", services, upgrades, legal, illegal);
    assertThat(api.unevaluated()).isEmpty();
    api.send("DELETE", stored, null).accepted();
  }

  /** Services that each name a chain of their own: each of these chains is judged by itself. */
  @ParameterizedTest
  @CsvSource({"10, 100, yes", "50, 60, yes", "50, 400, no"})
  void sharesItsBudgetBetweenTheChainsOfOneEdit(int chains, int templates, String judges) {
    KubeServer api = KubeServer.of("v1.12");
    Policies policies = Policies.inForce(api, "");
    String namespace = api.freshNamespace();
    String[] line = RandomEdits.names("t", templates).toArray(new String[0]);
    JsonNode[] before = new JsonNode[chains];
    JsonNode[] legalAfter = new JsonNode[chains];
    JsonNode[] illegalAfter = new JsonNode[chains];
    for (int i = 0; i < chains; i++) {
      policies.store(Policies.chain(namespace, "c" + i, Policies.line(line)));
      before[i] = Policies.service("s" + i, "t-0", "c" + i);
      legalAfter[i] = Policies.service("s" + i, "t-1", "c" + i);
      illegalAfter[i] = Policies.service("s" + i, "t-2", "c" + i);
    }
    policies.awaitChains(namespace);
    String path = policies.store(Policies.deployment(namespace, before));

    long legal = millis(policies, path, legalAfter, true);
    long illegal = millis(policies, path, illegalAfter, judges.equals("no"));

    System.out.printf("%d chains of %d templates: %d, %d ms%n", chains, templates, legal, illegal);
    assertThat(api.unevaluated()).isEmpty();
  }

  /**
   * Values that differ are no moves: the one service that moves is judged, whatever else changes.
   */
  @Test
  void judgesAMoveAmongServicesOfManyChainsWhoseValuesAllChange() {
    KubeServer api = KubeServer.of("v1.12");
    Policies policies = Policies.inForce(api, "");
    String namespace = api.freshNamespace();
    int chains = 200;
    JsonNode[] before = new JsonNode[chains];
    JsonNode[] after = new JsonNode[chains];
    for (int i = 0; i < chains; i++) {
      policies.store(Policies.chain(namespace, "c" + i, Policies.line("a", "b", "c")));
      before[i] = Policies.service("s" + i, "a", "c" + i).put("values", "x: 1");
      after[i] = Policies.service("s" + i, "a", "c" + i).put("values", "x: 2");
    }
    policies.awaitChains(namespace);
    String path = policies.store(Policies.deployment(namespace, before));

    long values = millis(policies, path, after, true);
    after[0] = Policies.service("s0", "c", "c0").put("values", "x: 2");
    long illegal = millis(policies, path, after, false);

    System.out.printf("values of %d services and chains: %d, %d ms%n", chains, values, illegal);
    assertThat(api.unevaluated()).isEmpty();
  }

  /** A chain of thousands of templates may not have reached the policies yet: then it waits. */
  private static long millis(Policies policies, String path, JsonNode[] services, boolean allowed) {
    long[] millis = new long[1];
    Awaitility.await()
        .untilAsserted(
            () -> {
              long start = System.nanoTime();
              KubeServer.Answer answer = policies.edit(path, services);
              millis[0] = (System.nanoTime() - start) / 1_000_000;
              assertThat(answer.isAccepted()).as(answer.message()).isEqualTo(allowed);
              assertThat(answer.code()).isIn(200, 403);
            });
    return millis[0];
  }

  private static JsonNode[] all(int count, String template) {
    ObjectNode[] services = new ObjectNode[count];
    for (int i = 0; i < count; i++) {
      services[i] = Policies.service("s" + i, template, "c");
    }
    return services;
  }
}
