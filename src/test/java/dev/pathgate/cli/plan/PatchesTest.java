package dev.pathgate.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.cli.input.Item;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectSketch;
import dev.pathgate.rule.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PatchesTest {
  private static final String ENTRY = "/spec/serviceSpec/services/0/";

  /** The patch of a cluster's object, an operation a line. */
  private static List<String> patch(Service service) {
    Item item =
        new Item(
            Kind.CLUSTER_DEPLOYMENT,
            ObjectSketch.clusterDeployment("tenant42/prod", service),
            Optional.empty(),
            true);
    Member member = new Member(item, 0, service, "tenant42");
    ArrayNode patch = Patches.patch();
    Patches patches =
        new Patches(
            () -> {
              throw new AssertionError("what a cluster's object leaves out is not there");
            },
            "");
    patches.add(
        patch, member, Move.now(member), new PlannedEdit("b", "up", Move.now(member).version()));
    List<String> lines = new ArrayList<>();
    for (JsonNode operation : patch) {
      lines.add(
          operation.path("op").asText()
              + " "
              + operation.path("path").asText().replace(ENTRY, "")
              + " "
              + operation.path("value"));
    }
    return lines;
  }

  @Test
  void testsAllThatTellsAServiceFromAnother() {
    assertThat(patch(new Service("web", "ingress", "a", "up", "1.0.0", false)))
        .containsExactly(
            "test name \"ingress\"",
            "test namespace \"web\"",
            "test template \"a\"",
            "test templateChain \"up\"",
            "test version \"1.0.0\"",
            "replace template \"b\"");
  }

  @Test
  void testsThatWhatWasAbsentStillIs() {
    assertThat(patch(new Service("", "ingress", "a", "")))
        .containsExactly(
            "test name \"ingress\"",
            "test namespace null",
            "test template \"a\"",
            "test templateChain null",
            "test version null",
            "replace template \"b\"",
            "add templateChain \"up\"");
  }

  @Test
  void testsAChainThatIsEmptyOnPurpose() {
    assertThat(patch(new Service("web", "ingress", "a", "", "", false)))
        .contains("test templateChain \"\"");
  }
}
