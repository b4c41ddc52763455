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
    return edit.templatesLeft().stream()
        .flatMap(from -> violation(edit, from).stream())
        .findFirst();
  }

  private static Optional<Violation> violation(ServiceEdit edit, String from) {
    List<String> open =
        edit.published().stream()
            .filter(paths -> paths.template().equals(from))
            .flatMap(paths -> paths.destinations().stream())
            .distinct()
            .toList();
    if (open.contains(edit.after().template())) {
      return Optional.empty();
    }
    return Optional.of(
        new Violation(
            Violation.Reason.INVALID,
            edit.field("template"),
            () -> Words.cannotUpgrade(edit, from) + why(edit, from, open),
            Violation.Subject.of(edit, from)));
  }

  private static String why(ServiceEdit edit, String from, List<String> open) {
    if (!open.isEmpty()) {
      return "status.servicesUpgradePaths leads to " + Words.some(open, DESTINATIONS_NAMED);
    }
    return edit.published().stream().anyMatch(paths -> paths.template().equals(from))
        ? "status.servicesUpgradePaths leads nowhere from " + Words.name(from)
        : "status.servicesUpgradePaths does not speak of "
            + Words.name(from)
            + " yet; try again once it does";
  }
}
