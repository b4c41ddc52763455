package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.pathgate.testkit.CrdShape;
import dev.pathgate.testkit.K0rdentObjects;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.NeedsApiServer;
import dev.pathgate.testkit.PathgateProcess;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The webhook asks the API server before it refuses, and not before it allows. On an API server of
 * its own: where other classes exchange CRDs, watches end, and for that moment no cache is trusted.
 */
@NeedsApiServer
class LiveLookupsIT {
  private static final CrdShape SHAPE = CrdShape.ofRepository().get(0);
  private static final int EDITS = 300;

  private static KubeServer api;
  private static PathgateProcess gate;

  private String home;
  private String clusters;
  private String cluster;

  @BeforeAll
  static void serve() throws IOException {
    api = KubeServer.own(SHAPE.folder());
    gate = PathgateProcess.onCluster(api.kubeconfig()).start();
    gate.registerAt(api, "pathgate");
  }

  @AfterAll
  static void stop() {
    gate.close();
    api.close();
  }

  @BeforeEach
  void store() {
    home = api.freshNamespace();
    api.create(K0rdentObjects.chain(SHAPE, home, "c", "a > b", "b", "z"));
    api.create(K0rdentObjects.cluster(home, "prod", K0rdentObjects.service("", "s", "a", "c")));
    clusters = K0rdentObjects.CLUSTERS.formatted(home);
    cluster = clusters + "/prod";
    gate.awaitKnows(api);
  }

  @Test
  void asksTheApiServerNothingForHundredsOfEditsThatItAllows() {
    double lookups = sum("pathgate_live_lookups_total");
    double decisions = sum("pathgate_decisions_total");

    for (int i = 0; i < EDITS; i++) {
      assertThat(moveTo("b").isAccepted()).isTrue();
    }

    assertThat(sum("pathgate_decisions_total") - decisions).isEqualTo(EDITS);
    assertThat(sum("pathgate_live_lookups_total") - lookups).isZero();
  }

  @Test
  void asksTheApiServerBeforeItRefuses() {
    double lookups = sum("pathgate_live_lookups_total");

    assertThat(moveTo("z").code()).isEqualTo(403);

    assertThat(sum("pathgate_live_lookups_total") - lookups).isPositive();
  }

  /** As many look-ups as an edit names chains would each be a request of their own. */
  @Test
  void looksUpTheChainsOfThousandsOfServicesAtOnce() throws IOException {
    ObjectNode many = (ObjectNode) new YAMLMapper().readTree(K0rdentObjects.cluster(home, "many"));
    ArrayNode services = many.withObject("/spec/serviceSpec").putArray("services");
    for (int i = 0; i < 20_000; i++) {
      services
          .addObject()
          .put("name", "s" + i)
          .put("template", "a")
          .put("templateChain", "missing-" + i);
    }

    double lookups = sum("pathgate_live_lookups_total");
    KubeServer.Answer answer = api.send("POST", "/" + clusters + "?dryRun=All", many);

    assertThat(answer.code()).as(answer.message()).isEqualTo(201);
    assertThat(sum("pathgate_live_lookups_total") - lookups).isBetween(1.0, 3.0);
    assertThat(moveTo("z").code()).isEqualTo(403);
    assertThat(moveTo("b").isAccepted()).isTrue();
  }

  /** What the API server answers to an edit of the template, of which it stores nothing. */
  private KubeServer.Answer moveTo(String template) {
    return api.merge(
        "/" + cluster + "?dryRun=All",
        """
        {"spec": {"serviceSpec": {"services": [
          {"name": "s", "template": "%s", "templateChain": "c"}]}}}
        """
            .formatted(template));
  }

  /** A counter over all of its labels. */
  private static double sum(String counter) {
    return gate.body("/q/metrics")
        .lines()
        .filter(line -> line.startsWith(counter + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}
