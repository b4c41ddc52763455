package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.Settings.StatusSettings.Ownership;
import dev.pathgate.chain.ChainSketch;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusWriteTest {
  private static final Instant NOW = Instant.parse("2026-11-01T10:00:00.5Z");
  private static final StatusShape NEW = new StatusShape(true, false, true);
  private static final StatusShape OLD = new StatusShape(true, false, false);
  private static final StatusWrite.Policy YIELD =
      new StatusWrite.Policy(Ownership.YIELD, true, 1000);
  private static final StatusWrite.Policy FORCE =
      new StatusWrite.Policy(Ownership.FORCE, true, 1000);
  private static final StatusWrite.Policy BARE =
      new StatusWrite.Policy(Ownership.YIELD, false, 1000);

  private static final String SPEC =
      "{serviceSpec: {services: [{name: a, namespace: n, template: t}]}}";
  private static final String RIGHT = "[{name: a, namespace: n, template: t}]";
  private static final String WRONG = "[{name: z, namespace: n, template: t}]";
  private static final String MESSAGE = "service n/a has no paths: it has no templateChain";
  private static final String CONDITION =
      "{type: pathgate.dev/UpgradePathsResolved, status: 'True', reason: SomeWithoutPaths,"
          + " message: '"
          + MESSAGE
          + "', observedGeneration: 3, lastTransitionTime: '2026-01-01T00:00:00Z'}";

  @Test
  void writesValueAndConditionWhereThereIsNothing() {
    StatusWrite plan = plan(object("{}"), NEW, YIELD);

    assertThat(plan.status().orElseThrow())
        .hasToString(
            text(
                "{servicesUpgradePaths: %s, conditions: [%s]}"
                    .formatted(
                        RIGHT, CONDITION.replace("2026-01-01T00:00:00Z", "2026-11-01T10:00:00Z"))));
    assertThat(plan.force()).isFalse();
  }

  @Test
  void writesNothingWhereAllIsRight() {
    StatusWrite plan =
        plan(object(status(RIGHT, CONDITION), ours("f:servicesUpgradePaths: {}")), NEW, YIELD);

    assertThat(plan)
        .isEqualTo(
            new StatusWrite(
                Optional.empty(),
                false,
                false,
                false,
                Optional.empty(),
                Digest.exact(TestCluster.yaml(RIGHT))));
  }

  @Test
  void keepsItsFieldInTheApplyWhereOnlyTheConditionIsOld() {
    String old = CONDITION.replace("observedGeneration: 3", "observedGeneration: 2");

    StatusWrite plan =
        plan(object(status(RIGHT, old), ours("f:servicesUpgradePaths: {}")), NEW, YIELD);

    assertThat(plan.status().orElseThrow()).hasToString(text(status(RIGHT, CONDITION)));
    assertThat(plan.writesPaths()).isFalse();
  }

  @Test
  void writesNoConditionWhereTheListIsAtomic() {
    assertThat(plan(object("{}"), OLD, YIELD).status().orElseThrow().has("conditions")).isFalse();
  }

  @Test
  void yieldsWithTheConditionAloneWhereAnotherOwnsADifferentValue() {
    StatusWrite plan = plan(object(status(WRONG, CONDITION), theirs("kcm")), NEW, YIELD);

    assertThat(plan.yieldsTo()).contains("kcm");
    assertThat(plan.status().orElseThrow().has("servicesUpgradePaths")).isFalse();
    assertThat(plan.status().orElseThrow().path("conditions").path(0).path("reason").asText())
        .isEqualTo("Yielded");
  }

  @Test
  void writesNothingAtAllWhereItYieldsAndHasNoCondition() {
    assertThat(plan(object(status(WRONG, "{type: x}"), theirs("kcm")), OLD, YIELD).status())
        .isEmpty();
  }

  @Test
  void doesNotYieldToAnEqualValueAndLeavesItsOwnershipAlone() {
    String old = CONDITION.replace("observedGeneration: 3", "observedGeneration: 2");

    StatusWrite plan = plan(object(status(RIGHT, old), theirs("kcm")), NEW, YIELD);

    assertThat(plan.yieldsTo()).isEmpty();
    assertThat(plan.status().orElseThrow().has("servicesUpgradePaths")).isFalse();
  }

  @Test
  void doesNotYieldToTheSameNamesInVersionsAlone() {
    StatusWrite plan =
        planWithChain(
            "[{name: a, namespace: n, template: t, availableUpgrades: [{versions: [{name: u}]}]}]");

    assertThat(plan.yieldsTo()).isEmpty();
    assertThat(reason(plan)).isEqualTo("AllResolved");
  }

  @Test
  void yieldsToOtherNamesInVersionsAlone() {
    StatusWrite plan =
        planWithChain(
            "[{name: a, namespace: n, template: t, availableUpgrades: [{versions: [{name: v}]}]}]");

    assertThat(plan.yieldsTo()).contains("kcm");
    assertThat(reason(plan)).isEqualTo("Yielded");
  }

  private static StatusWrite planWithChain(String stored) {
    Observed observed = object(status(stored, "{type: x}"), theirs("kcm"));
    TemplateChain chain = ChainSketch.of("team/c", "t → u", "u");
    UpgradePaths paths =
        UpgradePaths.of(
            List.of(new Service("n", "a", "t", "c")),
            Map.of(),
            "team",
            ref -> Optional.of(chain),
            true,
            1000);
    return StatusWrite.of(observed, paths, new StatusShape(true, true, true), YIELD, NOW);
  }

  private static String reason(StatusWrite plan) {
    return plan.status().orElseThrow().at("/conditions/0/reason").asText();
  }

  @Test
  void overwritesAnotherOwnersValueOnlyWhereForced() {
    StatusWrite plan = plan(object(status(WRONG, CONDITION), theirs("kcm")), NEW, FORCE);

    assertThat(plan.force()).isTrue();
    assertThat(plan.writesPaths()).isTrue();
    assertThat(plan.yieldsTo()).isEmpty();
  }

  @Test
  void correctsAWrongValueThatNobodyElseOwns() {
    StatusWrite plan = plan(object(status(WRONG, CONDITION)), NEW, YIELD);

    assertThat(plan.writesPaths()).isTrue();
    assertThat(plan.force()).isFalse();
  }

  @Test
  void takesAWrongValueThatNobodyOwnsAtAllAsItWasSeen() {
    StatusWrite plan = plan(object(status(WRONG, CONDITION), "[]"), NEW, YIELD);

    assertThat(plan.writesPaths()).isTrue();
    assertThat(plan.force()).isTrue();
    assertThat(plan.atVersion()).isTrue();
  }

  @Test
  void takesBackItsConditionButNotTheFieldOfSomebodyWhoCameInBetween() {
    String taken = CONDITION.replace("'True'", "'False'");
    String fields =
        "[{manager: kubectl-edit, operation: Update, subresource: status, fieldsV1: {f:status: {f:conditions: {'k:{\"type\":\"pathgate.dev/UpgradePathsResolved\"}': {f:status: {}}}}}}]";

    StatusWrite plan = plan(object(status(RIGHT, taken), fields), NEW, YIELD);

    assertThat(plan.force()).isTrue();
    assertThat(plan.atVersion()).isTrue();
    assertThat(
            plan.status()
                .orElseThrow()
                .path("conditions")
                .path(0)
                .path("lastTransitionTime")
                .asText())
        .isEqualTo("2026-11-01T10:00:00Z");
  }

  @Test
  void removesItsConditionWhereItIsOff() {
    String owns =
        "f:servicesUpgradePaths: {}, f:conditions: {'k:{\"type\":\"pathgate.dev/UpgradePathsResolved\"}': {}}";

    StatusWrite plan = plan(object(status(RIGHT, CONDITION), ours(owns)), NEW, BARE);

    assertThat(plan.status().orElseThrow())
        .isEqualTo(TestCluster.yaml("{servicesUpgradePaths: %s}".formatted(RIGHT)));
  }

  /** As JSON text, where an int is the same as a long. */
  private static String text(String yaml) {
    return TestCluster.yaml(yaml).toString();
  }

  private static String status(String paths, String condition) {
    return "{servicesUpgradePaths: %s, conditions: [%s]}".formatted(paths, condition);
  }

  private static String ours(String fields) {
    return "[{manager: pathgate, operation: Apply, subresource: status, fieldsV1: {f:status: {%s}}}]"
        .formatted(fields);
  }

  private static String theirs(String manager) {
    return "[{manager: %s, operation: Update, subresource: status, fieldsV1: {f:status: {f:servicesUpgradePaths: {}}}}]"
        .formatted(manager);
  }

  private static Observed object(String status) {
    return object(status, "[{manager: user, operation: Apply, fieldsV1: {f:spec: {}}}]");
  }

  private static Observed object(String status, String managedFields) {
    JsonNode json =
        TestCluster.yaml(
            """
            apiVersion: k0rdent.mirantis.com/v1beta1
            kind: ClusterDeployment
            metadata: {name: d, namespace: team, uid: u, resourceVersion: "7", generation: 3, managedFields: %s}
            spec: %s
            status: %s
            """
                .formatted(managedFields, SPEC, status));
    try (JsonParser parser = json.traverse()) {
      parser.nextToken();
      return ObservedObject.read(parser).observed();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static StatusWrite plan(Observed observed, StatusShape shape, StatusWrite.Policy policy) {
    UpgradePaths paths =
        UpgradePaths.of(
            observed.services(), Map.of(), "team", ref -> Optional.empty(), shape.versions(), 1000);
    return StatusWrite.of(observed, paths, shape, policy, NOW);
  }
}
