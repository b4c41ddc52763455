package dev.pathgate.rule;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a MultiClusterService deploys is there, and can be moved to, in the namespaces of the
 * clusters that it selects: it is judged by the system namespace, but k0rdent rolls it out from the
 * namespace of each ClusterDeployment.
 */
final class ServiceReachesClusters implements ServiceRule {
  @Override
  public Optional<Violation> check(ServiceEdit edit, Facts facts) {
    if (edit.isUnchanged() || edit.owner().selector().isEmpty()) {
      return Optional.empty();
    }
    Map<String, Optional<String>> lacks = new HashMap<>();
    List<String> unreached = new ArrayList<>();
    Set<String> reasons = new LinkedHashSet<>();
    for (ObjectRef cluster : facts.clustersMatching(edit.owner().selector())) {
      lacks
          .computeIfAbsent(cluster.namespace(), namespace -> lack(namespace, edit, facts))
          .ifPresent(
              reason -> {
                unreached.add(cluster.namespace() + "/" + cluster.name());
                reasons.add(reason);
              });
    }
    if (unreached.isEmpty()) {
      return Optional.empty();
    }
    String message =
        Warned.listing(
            "service " + Words.identity(edit.after()) + " does not reach ClusterDeployment ",
            unreached,
            "; their namespaces have no " + String.join(", ", reasons));
    return Optional.of(
        new Violation(
            Violation.Reason.NOT_FOUND,
            edit.field("template"),
            () -> message,
            Violation.Subject.of(edit, edit.templatesLeft().stream().findFirst().orElse(""))));
  }

  /** What the clusters of a namespace lack to deploy the service; empty if nothing. */
  private static Optional<String> lack(String namespace, ServiceEdit edit, Facts facts) {
    String template = edit.after().template();
    if (!facts.isTemplateCached(namespace, template)) {
      return Optional.of("ServiceTemplate " + Words.name(template));
    }
    if (!edit.after().namesChain()) {
      return Optional.empty();
    }
    ChainRef ref = new ChainRef(namespace, edit.after().templateChain());
    Optional<TemplateChain> chain = facts.cachedChain(ref);
    if (chain.isEmpty() && facts.mayExist(ref)) {
      return Optional.empty(); // it is cached by name alone
    }
    if (chain.isEmpty() || chain.get().isTerminating()) {
      return Optional.of("ServiceTemplateChain " + Words.name(ref.name()));
    }
    return edit.templatesLeft().stream()
        .filter(from -> !chain.get().reachFrom(from).leadsTo(template))
        .findFirst()
        .map(
            from ->
                "path from "
                    + Words.name(from)
                    + " in ServiceTemplateChain "
                    + Words.name(ref.name()));
  }
}
