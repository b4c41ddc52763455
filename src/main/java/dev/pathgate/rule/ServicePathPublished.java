package dev.pathgate.rule;

import java.util.List;
import java.util.Optional;

/**
 * A service moves only to the end of a path that its object's status offers, and only once the
 * status speaks of the template that it has now, so that one edit is reconciled before the next.
 */
final class ServicePathPublished implements ServiceRule {
  private static final int DESTINATIONS_NAMED = 10;

  @Override
  public Optional<Violation> check(ServiceEdit edit, Facts facts) {
    return edit.templatesLeft().stream().flatMap(from -> obstacle(edit, from).stream()).findFirst();
  }

  private static Optional<Violation> obstacle(ServiceEdit edit, String from) {
    List<String> open =
        edit.published().stream()
            .filter(paths -> paths.template().equals(from))
            .flatMap(paths -> paths.destinations().stream())
            .distinct()
            .toList();
    if (open.contains(edit.after().template())) {
      return Optional.empty();
    }
    String why;
    if (!open.isEmpty()) {
      why = "status.servicesUpgradePaths leads to " + Words.some(open, DESTINATIONS_NAMED);
    } else if (edit.published().stream().anyMatch(paths -> paths.template().equals(from))) {
      why = "status.servicesUpgradePaths leads nowhere from " + from;
    } else {
      why =
          "status.servicesUpgradePaths does not speak of " + from + " yet; try again once it does";
    }
    return Optional.of(
        new Violation(
            Violation.Reason.INVALID,
            edit.field("template"),
            Words.cannotUpgrade(edit, from) + why,
            Violation.Subject.of(edit, from),
            Optional.empty()));
  }
}
