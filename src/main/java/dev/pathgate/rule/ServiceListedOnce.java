package dev.pathgate.rule;

import java.util.Optional;

/**
 * A service, told by name and namespace, stands in the list once. Objects of k0rdent before 1.4 may
 * hold one twice: they stay editable, but get no further copy.
 */
final class ServiceListedOnce implements ServiceRule {
  @Override
  public Optional<Violation> check(ServiceEdit edit, Facts facts) {
    if (!edit.isListedMoreOften()) {
      return Optional.empty();
    }
    int allowed = Math.max(1, edit.listedBefore());
    Service service = edit.after();
    return Optional.of(
        new Violation(
            Violation.Reason.DUPLICATE,
            edit.entry(),
            () ->
                "service "
                    + Words.identity(service)
                    + " is listed more than "
                    + (allowed == 1 ? "once" : allowed + " times")
                    + ", here with template "
                    + Words.name(service.template())
                    + (service.namesChain()
                        ? " and templateChain " + Words.name(service.templateChain())
                        : "")
                    + "; keep one entry for each name and namespace",
            Violation.Subject.of(edit, "")));
  }
}
