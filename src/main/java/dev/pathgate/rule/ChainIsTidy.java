package dev.pathgate.rule;

import dev.pathgate.chain.SpecFlaw;
import java.util.List;
import java.util.Optional;

/** No template of a new chain upgrades to itself: k0rdent accepts it, but it does nothing. */
final class ChainIsTidy implements ChainRule {
  @Override
  public List<Violation> check(ChainEdit edit, Facts facts) {
    return SpecFlaw.of(edit.templates()).stream()
        .filter(flaw -> flaw.kind() == SpecFlaw.Kind.UPGRADES_TO_ITSELF)
        .map(
            flaw ->
                new Violation(
                    Violation.Reason.INVALID,
                    flaw.field(),
                    Words.chain(edit.ref())
                        + " upgrades "
                        + flaw.template()
                        + " to itself, which does nothing; another template may be meant",
                    new Violation.Subject(
                        "", flaw.template(), flaw.value(), edit.ref().toString(), ""),
                    Optional.empty()))
        .toList();
  }
}
