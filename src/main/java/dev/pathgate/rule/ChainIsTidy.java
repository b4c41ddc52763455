package dev.pathgate.rule;

import dev.pathgate.chain.SpecFlaw;
import java.util.List;

/**
 * No template of a new chain upgrades to itself: k0rdent accepts it, but it does nothing. And the
 * upgrades of a template have versions all or none: k0rdent takes the chain for invalid else.
 */
final class ChainIsTidy implements ChainRule {
  @Override
  public List<Violation> check(ChainEdit edit, Facts facts) {
    return SpecFlaw.of(edit.templates()).stream()
        .filter(flaw -> !flaw.isMalformed())
        .map(
            flaw ->
                new Violation(
                    Violation.Reason.INVALID,
                    flaw.field(),
                    () -> message(edit, flaw),
                    Violation.Subject.of(edit.ref(), flaw)))
        .toList();
  }

  private static String message(ChainEdit edit, SpecFlaw flaw) {
    String start = Words.chain(edit.ref()) + " upgrades " + Words.name(flaw.template()) + " to ";
    return flaw.kind() == SpecFlaw.Kind.UPGRADES_TO_ITSELF
        ? start + "itself, which does nothing; another template may be meant"
        : start
            + Words.name(flaw.value())
            + " without a version, to others with one: k0rdent takes the chain for invalid; give"
            + " all or none";
  }
}
