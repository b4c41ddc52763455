package dev.pathgate.rule;

import java.util.List;
import java.util.Optional;

/**
 * A service moves on only once its last template is what runs: k0rdent goes from what it deployed
 * last to the newest template at once, so that two quick edits, one edge each, may be one step
 * along no edge in the cluster. k0rdent before 1.3 has no ServiceSets, and then nothing is said.
 */
final class ServiceIsSettled implements ServiceRule {
  @Override
  public Optional<Violation> check(ServiceEdit edit, Facts facts) {
    List<String> templatesLeft = edit.templatesLeft();
    if (templatesLeft.isEmpty() || edit.owner().ref().name().isEmpty()) {
      return Optional.empty();
    }
    ObjectRef owner = edit.owner().ref();
    Facts.Fact<Optional<List<ServiceSet>>> sets = facts.serviceSetsOf(owner);
    if (sets.value().filter(List::isEmpty).isPresent()) {
      return Optional.empty();
    }
    List<String> unsettled =
        sets.value().orElse(List.of()).stream()
            .filter(ServiceSet::isAtWork)
            .flatMap(set -> waiting(set, edit).stream())
            .toList();
    if (sets.value().isPresent() && unsettled.isEmpty()) {
      return Optional.empty();
    }
    String service = "service " + Words.identity(edit.after());
    String from = templatesLeft.get(0);
    String message =
        sets.value().isEmpty()
            ? service
                + " moves on from "
                + Words.name(from)
                + "; whether that runs could not be read in time; try again"
            : Warned.listing(
                service + " moves on before " + Words.name(from) + " runs; wait for ServiceSet ",
                unsettled,
                ", or k0rdent skips it");
    return Optional.of(
        new Violation(
                Violation.Reason.INVALID,
                edit.field("template"),
                () -> message,
                Violation.Subject.of(edit, from))
            .restingOn(sets, new Violation.Need.ServiceSets(owner)));
  }

  /** The set and what it waits for; of a service that was listed twice, either entry may run. */
  private static Optional<String> waiting(ServiceSet set, ServiceEdit edit) {
    List<Optional<String>> reasons = edit.before().stream().map(set::waitsFor).toList();
    return reasons.stream().allMatch(Optional::isPresent)
        ? Optional.of(set.location() + " (" + reasons.get(0).orElseThrow() + ")")
        : Optional.empty();
  }
}
