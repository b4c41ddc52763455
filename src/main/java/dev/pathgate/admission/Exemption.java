package dev.pathgate.admission;

import dev.pathgate.rule.Words;
import java.util.Optional;
import java.util.Set;

/**
 * Break-glass: what the annotation {@code pathgate.dev/exempt} means for one request. It lifts path
 * denials where this very edit gives the reason, and somebody gives it who may: nobody can arm it
 * for another, and one reason lifts one edit.
 *
 * @param reason what the annotation says
 * @param isGivenNow whether this edit sets the annotation or changes its text
 * @param isAllowed whether the requester is in one of the groups that may lift denials
 */
record Exemption(String reason, boolean isGivenNow, boolean isAllowed) {
  /** The exemption that a request asks for; empty if its object has no such annotation. */
  static Optional<Exemption> of(AdmissionRequest request, Set<String> groups) {
    if (!request.hasServices() || !request.operation().writes()) {
      return Optional.empty();
    }
    Optional<String> before = request.replaced().flatMap(old -> old.metadata().exempt());
    return request
        .object()
        .flatMap(object -> object.metadata().exempt())
        .map(
            reason ->
                new Exemption(
                    reason,
                    !before.equals(Optional.of(reason)),
                    request.groups().stream().anyMatch(groups::contains)));
  }

  boolean lifts() {
    return isGivenNow && isAllowed && !reason.isBlank();
  }

  /** Why it lifts nothing. */
  String noEffect(AdmissionRequest request) {
    return "annotation pathgate.dev/exempt of "
        + Words.name(request.subject())
        + " has no effect: "
        + (reason.isBlank()
            ? "it gives no reason"
            : isAllowed
                ? "this edit does not give its reason anew, and one reason lifts one edit"
                : "user "
                    + Words.name(request.user())
                    + " is in no group of pathgate.exempt.groups");
  }
}
