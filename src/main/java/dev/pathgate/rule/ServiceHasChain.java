package dev.pathgate.rule;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A new service names a chain: without one it can't be upgraded later. */
final class ServiceHasChain implements ServiceRule {
  private static final int CHAINS_NAMED = 3;

  @Override
  public Optional<Violation> check(ServiceEdit edit, Facts facts) {
    if (!edit.isNew() || edit.after().namesChain()) {
      return Optional.empty();
    }
    String template = edit.after().template();
    List<String> listing =
        facts.chainsListing(edit.chainNamespace(), Set.of(template)).stream()
            .map(chain -> chain.ref().toString())
            .toList();
    String message =
        "service "
            + edit.after().identity()
            + " names no templateChain; without one it can't be upgraded from "
            + template
            + (listing.isEmpty()
                ? ""
                : ", which is listed by " + Words.chain(Words.some(listing, CHAINS_NAMED)));
    return Optional.of(
        new Violation(
            Violation.Reason.REQUIRED,
            edit.field("templateChain"),
            message,
            Violation.Subject.of(edit, ""),
            Optional.empty()));
  }
}
