package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.rule.Violation.Reason;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServicePathPublishedTest {
  private static final String REFUSAL =
      "service tenant42/ingress-nginx can't be upgraded from ingress-0-9-0 to ingress-0-11-0: ";

  @Test
  void allowsTheEndOfAPublishedPath() {
    assertThat(
            check(
                EditSketch.from("ingress-0-9-0", "chain")
                    .published("ingress-0-9-0", "ingress-0-10-0", "ingress-0-11-0")))
        .isEmpty();
  }

  @Test
  void refusesWhatNoPublishedPathEndsAt() {
    EditSketch edit =
        EditSketch.from("ingress-0-9-0", "chain").published("ingress-0-9-0", "ingress-0-10-0");

    assertThat(new ServicePathPublished().check(edit.to("ingress-0-11-0", "chain"), facts()))
        .contains(
            ViolationSketch.of(
                Reason.INVALID,
                "spec.serviceSpec.services[0].template",
                REFUSAL + "status.servicesUpgradePaths leads to ingress-0-10-0",
                new Violation.Subject(
                    "tenant42/ingress-nginx",
                    "ingress-0-9-0",
                    "ingress-0-11-0",
                    "tenant42/chain",
                    ""),
                Optional.empty()));
  }

  @Test
  void refusesWhereTheEntryOffersNoPath() {
    assertThat(check(EditSketch.from("ingress-0-9-0", "chain").published("ingress-0-9-0")))
        .contains(REFUSAL + "status.servicesUpgradePaths leads nowhere from ingress-0-9-0");
  }

  @Test
  void refusesWhileTheEntryStillSpeaksOfAnEarlierTemplate() {
    assertThat(
            check(
                EditSketch.from("ingress-0-9-0", "chain")
                    .published("ingress-0-8-0", "ingress-0-9-0", "ingress-0-11-0")))
        .contains(
            REFUSAL
                + "status.servicesUpgradePaths does not speak of ingress-0-9-0 yet; try again once"
                + " it does");
  }

  @Test
  void refusesWhereNothingWasPublished() {
    assertThat(check(EditSketch.from("ingress-0-9-0", "chain")))
        .contains(
            REFUSAL
                + "status.servicesUpgradePaths does not speak of ingress-0-9-0 yet; try again once"
                + " it does");
  }

  @Test
  void asksNothingOfAServiceWhoseTemplateStays() {
    assertThat(check(EditSketch.from("ingress-0-11-0", "other"))).isEmpty();
  }

  @Test
  void asksNothingOfANewService() {
    assertThat(check(EditSketch.ofNewService())).isEmpty();
  }

  private static Optional<String> check(EditSketch edit) {
    return new ServicePathPublished()
        .check(edit.to("ingress-0-11-0", "chain"), facts())
        .map(Violation::message);
  }

  private static Facts facts() {
    return FakeFacts.with();
  }
}
