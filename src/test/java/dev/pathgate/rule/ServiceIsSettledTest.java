package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.rule.Facts.Basis;
import dev.pathgate.rule.ServiceSet.Deployed;
import dev.pathgate.rule.ServiceSet.Reported;
import dev.pathgate.rule.Violation.Need;
import dev.pathgate.rule.Violation.Reason;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServiceIsSettledTest {
  private static final String INGRESS = "tenant42/ingress-nginx";
  private static final String SINCE = "2026-11-25T17:00:00Z";
  private static final Deployed AT_0_9 = new Deployed(INGRESS, "ingress-0-9-0", "0.9.0");
  private static final Reported RUNS_0_9 =
      new Reported(INGRESS, "ingress-0-9-0", "0.9.0", "Deployed", SINCE);

  private static final ServiceEdit OF_CLUSTER =
      EditSketch.from("ingress-0-9-0", "ingress-chain")
          .ofCluster("tenant42", "prod-eu")
          .to("ingress-0-10-0", "ingress-chain");
  private static final ServiceEdit OF_FLEET =
      EditSketch.from("ingress-0-9-0", "ingress-chain")
          .ofMultiClusterService("fleet", ClusterSelector.NONE)
          .to("ingress-0-10-0", "ingress-chain");

  @Test
  void allowsMovingOnFromWhatRuns() {
    assertThat(check(OF_CLUSTER, ofCluster(AT_0_9, RUNS_0_9))).isEmpty();
  }

  @Test
  void objectsWhileTheLastTemplateIsProvisioned() {
    Reported provisioning = new Reported(INGRESS, "ingress-0-9-0", "0.9.0", "Provisioning", SINCE);

    assertThat(check(OF_CLUSTER, ofCluster(AT_0_9, provisioning)))
        .contains(
            new Violation(
                Reason.INVALID,
                "spec.serviceSpec.services[0].template",
                () ->
                    "service tenant42/ingress-nginx moves on before ingress-0-9-0 runs; wait for"
                        + " ServiceSet tenant42/prod-eu (Provisioning since 2026-11-25T17:00:00Z), or"
                        + " k0rdent skips it",
                new Violation.Subject(
                    INGRESS, "ingress-0-9-0", "ingress-0-10-0", "tenant42/ingress-chain", "")));
  }

  @Test
  void objectsWhileTheSetIsAtAnEarlierTemplate() {
    ServiceSet set =
        ofCluster(
            new Deployed(INGRESS, "ingress-0-8-0", "0.8.0"),
            new Reported(INGRESS, "ingress-0-8-0", "0.8.0", "Deployed", SINCE));

    assertThat(message(OF_CLUSTER, set)).contains("tenant42/prod-eu (still at ingress-0-8-0)");
  }

  @Test
  void objectsWhileTheStatusIsOfAnEarlierTemplate() {
    Reported earlier = new Reported(INGRESS, "ingress-0-8-0", "0.8.0", "Deployed", SINCE);

    assertThat(message(OF_CLUSTER, ofCluster(AT_0_9, earlier)))
        .contains("(Deployed at ingress-0-8-0 since 2026-11-25T17:00:00Z)");
  }

  @Test
  void objectsWhileTheStatusIsOfAnotherVersion() {
    Reported earlier = new Reported(INGRESS, "ingress-0-9-0", "0.8.0", "Deployed", SINCE);

    assertThat(check(OF_CLUSTER, ofCluster(AT_0_9, earlier))).isPresent();
  }

  @Test
  void takesTheTemplateForTheVersionWhereThereIsNone() {
    Deployed unversioned = new Deployed(INGRESS, "ingress-0-9-0", "");
    Reported template = new Reported(INGRESS, "ingress-0-9-0", "ingress-0-9-0", "Deployed", SINCE);

    assertThat(check(OF_CLUSTER, ofCluster(unversioned, template))).isEmpty();
    assertThat(check(OF_CLUSTER, ofCluster(unversioned, RUNS_0_9))).isPresent();
  }

  @Test
  void objectsWhileNothingIsReported() {
    ServiceSet set =
        new ServiceSet(
            "tenant42", "prod-eu", "prod-eu", "", false, false, List.of(AT_0_9), List.of());

    assertThat(message(OF_CLUSTER, set)).contains("tenant42/prod-eu (not reported yet)");
  }

  @Test
  void objectsWhileTheSetLacksTheService() {
    ServiceSet set =
        new ServiceSet("tenant42", "prod-eu", "prod-eu", "", false, false, List.of(), List.of());

    assertThat(message(OF_CLUSTER, set)).contains("tenant42/prod-eu (not taken up yet)");
  }

  /** k0rdent passes it over, and it would wait for ever. */
  @Test
  void saysNothingOfADisabledServiceThatNoSetHolds() {
    ServiceEdit disabled =
        EditSketch.from("ingress-0-9-0", "ingress-chain")
            .disabled()
            .ofCluster("tenant42", "prod-eu")
            .to("ingress-0-10-0", "ingress-chain");
    ServiceSet ofOthers =
        new ServiceSet("tenant42", "prod-eu", "prod-eu", "", false, false, List.of(), List.of());

    assertThat(check(disabled, ofOthers)).isEmpty();
    assertThat(message(disabled, behind("tenant42", "prod-eu", "prod-eu", "", false, false)))
        .as("once enabled, it goes from there to the newest at once")
        .contains("tenant42/prod-eu (still at ");
  }

  @Test
  void saysNothingWithoutASet() {
    assertThat(check(OF_CLUSTER)).isEmpty();
  }

  @Test
  void looksAtTheSetOfTheClusterItselfAlone() {
    ServiceSet ofFleet = behind("tenant42", "prod-eu-1a2b", "prod-eu", "fleet", false, false);

    assertThat(check(OF_CLUSTER, ofFleet)).isEmpty();
    assertThat(check(OF_FLEET, ofFleet)).isPresent();
  }

  @Test
  void looksAtTheClustersOwnNamespace() {
    assertThat(check(OF_CLUSTER, behind("tenant43", "prod-eu", "prod-eu", "", false, false)))
        .isEmpty();
    assertThat(check(OF_CLUSTER, behind("tenant42", "prod-eu", "prod-eu", "", false, false)))
        .isPresent();
  }

  @Test
  void saysNothingOfASetThatIsPausedOrLeaves() {
    assertThat(check(OF_CLUSTER, behind("tenant42", "prod-eu", "prod-eu", "", true, false)))
        .isEmpty();
    assertThat(check(OF_CLUSTER, behind("tenant42", "prod-eu", "prod-eu", "", false, true)))
        .isEmpty();
  }

  @Test
  void namesFiveSetsAtMostWithinAWarningsLength() {
    ServiceSet[] sets =
        IntStream.range(0, 500)
            .mapToObj(i -> behind("t" + i, "eu", "eu", "fleet", false, false))
            .toArray(ServiceSet[]::new);

    assertThat(message(OF_FLEET, sets))
        .contains("t0/eu (", "t4/eu (", " and 495 more")
        .doesNotContain("t5/eu")
        .hasSizeLessThan(256 - " [service-is-settled]".length());
  }

  @Test
  void namesFewerSetsWhereTheirNamesAreLong() {
    ServiceSet[] sets =
        IntStream.range(0, 7)
            .mapToObj(i -> behind("t" + i, "a".repeat(60), "eu", "fleet", false, false))
            .toArray(ServiceSet[]::new);

    assertThat(message(OF_FLEET, sets))
        .contains("t0/aaa", " and 6 more")
        .hasSizeLessThan(256 - " [service-is-settled]".length());
  }

  @Test
  void takesEitherEntryOfAServiceThatWasListedTwice() {
    ServiceEdit twice =
        EditSketch.from("ingress-0-8-0", "ingress-chain")
            .andFrom("ingress-0-9-0", "ingress-chain")
            .ofCluster("tenant42", "prod-eu")
            .to("ingress-0-10-0", "ingress-chain");

    assertThat(check(twice, ofCluster(AT_0_9, RUNS_0_9))).isEmpty();
    assertThat(check(twice, behind("tenant42", "prod-eu", "prod-eu", "", false, false)))
        .isPresent();
  }

  @Test
  void asksNothingOfAServiceThatIsNewOrKeepsItsTemplate() {
    ServiceSet behind = behind("tenant42", "prod-eu", "prod-eu", "", false, false);

    assertThat(
            check(
                EditSketch.ofNewService().ofCluster("tenant42", "prod-eu").to("ingress-1", "c"),
                behind))
        .isEmpty();
    assertThat(
            check(
                EditSketch.from("ingress-1", "c")
                    .ofCluster("tenant42", "prod-eu")
                    .to("ingress-1", "d"),
                behind))
        .isEmpty();
  }

  @Test
  void waitsForAReadBeforeItObjectsOnTheCache() {
    ServiceSet behind = behind("tenant42", "prod-eu", "prod-eu", "", false, false);

    assertThat(
            new ServiceIsSettled()
                .check(OF_CLUSTER, FakeFacts.with().sets(behind).on(Basis.CACHED))
                .orElseThrow()
                .needs())
        .contains(new Need.ServiceSets(OF_CLUSTER.owner().ref()));
  }

  @Test
  void waitsForAReadWhereTheCacheKnowsNothing() {
    assertThat(
            new ServiceIsSettled()
                .check(OF_CLUSTER, FakeFacts.with().setsUnknown().on(Basis.CACHED))
                .orElseThrow()
                .needs())
        .contains(new Need.ServiceSets(OF_CLUSTER.owner().ref()));
  }

  private static ServiceSet ofCluster(Deployed deployed, Reported reported) {
    return new ServiceSet(
        "tenant42",
        "prod-eu",
        "prod-eu",
        "",
        false,
        false,
        List.of(new Deployed("other/dns", "dns-1", "1"), deployed),
        List.of(new Reported("other/dns", "dns-1", "1", "Failed", ""), reported));
  }

  private static ServiceSet behind(
      String namespace,
      String name,
      String cluster,
      String multiClusterService,
      boolean leaving,
      boolean paused) {
    return new ServiceSet(
        namespace,
        name,
        cluster,
        multiClusterService,
        leaving,
        paused,
        List.of(new Deployed(INGRESS, "x", "")),
        List.of());
  }

  private static Optional<Violation> check(ServiceEdit edit, ServiceSet... sets) {
    return new ServiceIsSettled().check(edit, FakeFacts.with().sets(sets));
  }

  private static String message(ServiceEdit edit, ServiceSet... sets) {
    return check(edit, sets).orElseThrow().message();
  }
}
