package dev.pathgate.rule;

import java.util.List;
import java.util.Optional;

/**
 * A new service names a chain, and one that has a chain keeps one: without it can't be upgraded
 * later.
 */
final class ServiceHasChain implements ServiceRule {
  private static final int CHAINS_NAMED = 3;

  @Override
  public Optional<Violation> check(ServiceEdit edit, Facts facts) {
    boolean asked = edit.isNew() || edit.chainTakenAway().isPresent();
    if (!asked || edit.after().namesChain()) {
      return Optional.empty();
    }
    return Optional.of(
        new Violation(
            Violation.Reason.REQUIRED,
            edit.field("templateChain"),
            () -> message(edit, facts),
            Violation.Subject.of(edit, "")));
  }

  private static String message(ServiceEdit edit, Facts facts) {
    String template = edit.after().template();
    List<String> listing = Words.leadingOnFirst(edit.chainNamespace(), template, facts);
    return "service "
        + Words.identity(edit.after())
        + edit.chainTakenAway()
            .map(chain -> " loses its " + Words.chain(chain))
            .orElse(" names no templateChain")
        + "; without one it can't be upgraded from "
        + Words.name(template)
        + (listing.isEmpty()
            ? ""
            : ", which is listed by " + Words.chains(edit.chainNamespace(), listing, CHAINS_NAMED));
  }
}
