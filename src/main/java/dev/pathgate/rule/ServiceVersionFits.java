package dev.pathgate.rule;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.SemanticVersion;
import dev.pathgate.chain.TemplateChain;
import java.util.Optional;

/**
 * The {@code version} of a service does not belong to another template of its chain: k0rdent 1.6
 * and later deploys the template that it finds at that version, whatever {@code template} says.
 * Labels that the chain gives to nobody are harmless.
 */
final class ServiceVersionFits implements ServiceRule {
  @Override
  public Optional<Violation> check(ServiceEdit edit, Facts facts) {
    Service service = edit.after();
    if (service.version().isEmpty() || edit.chain().isEmpty() || edit.isUnchanged()) {
      return Optional.empty();
    }
    ChainRef ref = edit.chain().get();
    Facts.Fact<Optional<TemplateChain>> chain = facts.chain(ref);
    Optional<String> owner =
        chain.value().flatMap(known -> known.ownerOf(service.version(), service.template()));
    if (owner.isEmpty()) {
      return Optional.empty();
    }
    TemplateRef template = new TemplateRef(edit.chainNamespace(), service.template());
    Facts.Fact<Optional<String>> own = facts.versionOf(template);
    if (own.value()
        .filter(version -> SemanticVersion.isSame(version, service.version()))
        .isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        new Violation(
                Violation.Reason.INVALID,
                edit.field("version"),
                () -> message(edit, ref, owner.get(), own.value()),
                Violation.Subject.of(edit, ""))
            .seenAt(chain.value().get().resourceVersion())
            .restingOn(chain, new Violation.Need.Chain(ref))
            .restingOn(own, new Violation.Need.Version(template)));
  }

  private static String message(
      ServiceEdit edit, ChainRef chain, String owner, Optional<String> own) {
    Service service = edit.after();
    return "service "
        + Words.identity(service)
        + " has version "
        + Words.name(service.version())
        + ", which "
        + Words.chain(chain)
        + " gives to template "
        + Words.name(owner)
        + " and not to "
        + Words.name(service.template())
        + ": k0rdent would deploy "
        + Words.name(owner)
        + "; leave version out"
        + own.map(version -> " or set it to " + Words.name(version)).orElse("");
  }
}
