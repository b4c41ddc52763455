package dev.pathgate.rule;

import dev.pathgate.chain.SpecFlaw;
import java.util.List;
import java.util.Optional;

/** In a new chain every upgrade target is listed, no template twice, and no name is empty. */
final class ChainIsWellFormed implements ChainRule {
  /** So many are enough to see what is wrong; a spec of megabytes can have a hundred thousand. */
  private static final int FLAWS_NAMED = 100;

  @Override
  public List<Violation> check(ChainEdit edit, Facts facts) {
    return SpecFlaw.of(edit.templates()).stream()
        .filter(flaw -> flaw.kind() != SpecFlaw.Kind.UPGRADES_TO_ITSELF)
        .limit(FLAWS_NAMED)
        .map(flaw -> violation(edit, flaw))
        .toList();
  }

  private static Violation violation(ChainEdit edit, SpecFlaw flaw) {
    String chain = Words.chain(edit.ref());
    Violation.Reason reason;
    String message;
    switch (flaw.kind()) {
      case TARGET_NOT_LISTED -> {
        reason = Violation.Reason.NOT_FOUND;
        message =
            chain
                + " upgrades "
                + flaw.template()
                + " to "
                + flaw.value()
                + ", which is not in spec.supportedTemplates; list it there too";
      }
      case LISTED_TWICE -> {
        reason = Violation.Reason.DUPLICATE;
        message = chain + " lists " + flaw.template() + " twice; keep one entry for each template";
      }
      default -> {
        reason = Violation.Reason.REQUIRED;
        message =
            flaw.template().isEmpty()
                ? chain + " has a template without a name"
                : chain + " upgrades " + flaw.template() + " to a template without a name";
      }
    }
    return new Violation(
        reason,
        flaw.field(),
        message,
        new Violation.Subject("", flaw.template(), flaw.value(), edit.ref().toString(), ""),
        Optional.empty());
  }
}
