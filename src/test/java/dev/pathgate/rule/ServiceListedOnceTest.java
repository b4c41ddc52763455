package dev.pathgate.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.rule.Violation.Reason;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceListedOnceTest {
  @Test
  void allowsTheFirstEntryOfANewService() {
    assertThat(check(EditSketch.ofNewService().to("ingress-0-9-0", "ingress-chain"))).isEmpty();
  }

  @Test
  void refusesTheSecondEntryOfANewService() {
    ServiceEdit edit = EditSketch.ofNewService().occurrence(2).to("ingress-0-9-0", "ingress-chain");

    assertThat(check(edit))
        .contains(
            ViolationSketch.of(
                Reason.DUPLICATE,
                "spec.serviceSpec.services[1]",
                "service tenant42/ingress-nginx is listed more than once, here with template"
                    + " ingress-0-9-0 and templateChain ingress-chain; keep one entry for each name"
                    + " and namespace",
                new Violation.Subject(
                    "tenant42/ingress-nginx", "", "ingress-0-9-0", "tenant42/ingress-chain", ""),
                Optional.empty()));
  }

  @Test
  void refusesASecondEntryOfAServiceThatWasThereOnce() {
    ServiceEdit edit = EditSketch.from("ingress-0-9-0", "").occurrence(2).to("ingress-0-9-0", "");

    assertThat(check(edit).map(Violation::message))
        .contains(
            "service tenant42/ingress-nginx is listed more than once, here with template"
                + " ingress-0-9-0; keep one entry for each name and namespace");
  }

  @Test
  void allowsASecondEntryOfAServiceThatWasThereTwice() {
    EditSketch twice = EditSketch.from("ingress-0-9-0", "").andFrom("ingress-0-10-0", "");

    assertThat(check(twice.occurrence(2).to("ingress-0-9-0", ""))).isEmpty();
  }

  @Test
  void refusesAThirdEntryOfAServiceThatWasThereTwice() {
    EditSketch twice = EditSketch.from("ingress-0-9-0", "").andFrom("ingress-0-10-0", "");

    assertThat(check(twice.occurrence(3).to("ingress-0-9-0", "")).map(Violation::message))
        .contains(
            "service tenant42/ingress-nginx is listed more than 2 times, here with template"
                + " ingress-0-9-0; keep one entry for each name and namespace");
  }

  private static Optional<Violation> check(ServiceEdit edit) {
    return new ServiceListedOnce().check(edit, FakeFacts.with());
  }
}
