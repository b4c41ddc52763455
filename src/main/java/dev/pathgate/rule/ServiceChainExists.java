package dev.pathgate.rule;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import java.util.Optional;

/** A new or changed service names a chain that exists. */
final class ServiceChainExists implements ServiceRule {
  private final String systemNamespace;

  ServiceChainExists(String systemNamespace) {
    this.systemNamespace = systemNamespace;
  }

  @Override
  public Optional<Violation> check(ServiceEdit edit, Facts facts) {
    if (edit.isUnchanged() || edit.chain().isEmpty()) {
      return Optional.empty();
    }
    ChainRef ref = edit.chain().get();
    Facts.Fact<Optional<TemplateChain>> fact = facts.chain(ref);
    if (fact.value().filter(chain -> !chain.isTerminating()).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        new Violation(
                Violation.Reason.NOT_FOUND,
                edit.field("templateChain"),
                () ->
                    "service "
                        + Words.identity(edit.after())
                        + " with template "
                        + Words.name(edit.after().template())
                        + " names "
                        + Words.chain(ref)
                        + (fact.isUnreadable()
                            ? ", which could not be read in time; try again"
                            : fact.value().isPresent()
                                ? ", which is on its way out: it is being deleted"
                                : ", which does not exist"
                                    + Words.elsewhere(ref, systemNamespace, facts)),
                Violation.Subject.of(edit, ""))
            .restingOn(fact, new Violation.Need.Chain(ref)));
  }
}
