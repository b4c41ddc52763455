package dev.pathgate.rule;

import dev.pathgate.chain.SupportedTemplate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Each template of a new chain is a ServiceTemplate of the chain's namespace. Not asked of chains
 * that k0rdent manages outside the system namespace: it copies their templates after them.
 */
final class ChainTemplatesExist implements ChainRule {
  private static final int TEMPLATES_NAMED = 3;

  private final String systemNamespace;

  ChainTemplatesExist(String systemNamespace) {
    this.systemNamespace = systemNamespace;
  }

  @Override
  public List<Violation> check(ChainEdit edit, Facts facts) {
    String namespace = edit.ref().namespace();
    if (edit.managed() && !namespace.equals(systemNamespace)) {
      return List.of();
    }
    Set<String> templates =
        edit.templates().stream()
            .map(SupportedTemplate::name)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Facts.Fact<List<String>> missing = facts.missingTemplates(namespace, templates);
    if (missing.value().isEmpty()) {
      return List.of();
    }
    return List.of(
        new Violation(
                Violation.Reason.NOT_FOUND,
                "spec.supportedTemplates",
                () ->
                    "namespace "
                        + Words.name(namespace)
                        + " has no ServiceTemplate "
                        + Words.some(missing.value(), TEMPLATES_NAMED)
                        + ", named by "
                        + Words.chain(edit.ref()),
                Violation.Subject.of(edit.ref()))
            .restingOn(missing, new Violation.Need.Templates(namespace)));
  }
}
