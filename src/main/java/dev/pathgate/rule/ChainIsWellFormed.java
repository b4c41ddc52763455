package dev.pathgate.rule;

import dev.pathgate.chain.SpecFlaw;
import java.util.List;

/** In a new chain every upgrade target is listed, no template twice, and no name is empty. */
final class ChainIsWellFormed implements ChainRule {
  @Override
  public List<Violation> check(ChainEdit edit, Facts facts) {
    return SpecFlaw.of(edit.templates()).stream()
        .filter(SpecFlaw::isMalformed)
        .map(flaw -> violation(edit, flaw))
        .toList();
  }

  private static Violation violation(ChainEdit edit, SpecFlaw flaw) {
    return new Violation(
        switch (flaw.kind()) {
          case TARGET_NOT_LISTED -> Violation.Reason.NOT_FOUND;
          case LISTED_TWICE -> Violation.Reason.DUPLICATE;
          default -> Violation.Reason.REQUIRED;
        },
        flaw.field(),
        () -> message(edit, flaw),
        Violation.Subject.of(edit.ref(), flaw));
  }

  private static String message(ChainEdit edit, SpecFlaw flaw) {
    String chain = Words.chain(edit.ref());
    String template = Words.name(flaw.template());
    return switch (flaw.kind()) {
      case TARGET_NOT_LISTED ->
          chain
              + " upgrades "
              + template
              + " to "
              + Words.name(flaw.value())
              + ", which is not in spec.supportedTemplates; list it there too";
      case LISTED_TWICE ->
          chain + " lists " + template + " twice; keep one entry for each template";
      default ->
          flaw.template().isEmpty()
              ? chain + " has a template without a name"
              : chain + " upgrades " + template + " to a template without a name";
    };
  }
}
