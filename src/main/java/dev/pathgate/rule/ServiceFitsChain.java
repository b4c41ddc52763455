package dev.pathgate.rule;

import dev.pathgate.chain.TemplateChain;
import java.util.Optional;

/** A new or changed service has a template that the chain which it names lists. */
final class ServiceFitsChain implements ServiceRule {
  private static final int TEMPLATES_NAMED = 10;

  @Override
  public Optional<Violation> check(ServiceEdit edit, Facts facts) {
    if (edit.isUnchanged() || edit.chain().isEmpty()) {
      return Optional.empty();
    }
    Facts.Fact<Optional<TemplateChain>> fact = facts.chain(edit.chain().get());
    return fact.value()
        .filter(chain -> !chain.isTerminating() && !chain.lists(edit.after().template()))
        .map(chain -> misfit(edit, chain))
        .map(misfit -> misfit.restingOn(fact, new Violation.Need.Chain(edit.chain().get())));
  }

  private static Violation misfit(ServiceEdit edit, TemplateChain chain) {
    return new Violation(
            Violation.Reason.INVALID,
            edit.field("template"),
            () ->
                "service "
                    + Words.identity(edit.after())
                    + " has template "
                    + Words.name(edit.after().template())
                    + ", which "
                    + Words.chain(chain.ref())
                    + " does not list; "
                    + (chain.templates().isEmpty()
                        ? "it lists none"
                        : "it lists " + Words.some(chain.templates(), TEMPLATES_NAMED)),
            Violation.Subject.of(edit, ""))
        .seenAt(chain.resourceVersion());
  }
}
