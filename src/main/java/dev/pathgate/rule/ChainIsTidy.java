package dev.pathgate.rule;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.KcmWalk;
import dev.pathgate.chain.SpecFlaw;
import dev.pathgate.chain.Succession;
import dev.pathgate.chain.TemplateChain;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A new chain does what it looks like: no template upgrades to itself, which k0rdent accepts though
 * it does nothing; k0rdent deploys each upgrade along upgrades of the chain; and one that succeeds
 * another takes nothing from those who use that one.
 */
final class ChainIsTidy implements ChainRule {
  @Override
  public List<Violation> check(ChainEdit edit, Facts facts) {
    return Stream.of(
            selfUpgrades(edit).stream(), detours(edit).stream(), losses(edit, facts).stream())
        .flatMap(part -> part)
        .toList();
  }

  private static List<Violation> selfUpgrades(ChainEdit edit) {
    return SpecFlaw.of(edit.templates()).stream()
        .filter(flaw -> flaw.kind() == SpecFlaw.Kind.UPGRADES_TO_ITSELF)
        .map(
            flaw ->
                violation(
                    edit,
                    flaw.field(),
                    Words.chain(edit.ref())
                        + " upgrades "
                        + flaw.template()
                        + " to itself, which does nothing; another template may be meant",
                    flaw.template(),
                    flaw.value()))
        .toList();
  }

  private static Optional<Violation> detours(ChainEdit edit) {
    List<KcmWalk.Detour> detours = KcmWalk.over(edit.templates()).detours();
    if (detours.isEmpty()) {
      return Optional.empty();
    }
    String message =
        Warned.listing(
            Words.chain(edit.ref())
                + " has upgrades that k0rdent (from 1.10 on) deploys in steps which it does not"
                + " have: ",
            detours.stream().map(ChainIsTidy::inSteps).toList(),
            "");
    KcmWalk.Detour first = detours.get(0);
    String field =
        "spec.supportedTemplates["
            + first.template()
            + "].availableUpgrades["
            + first.upgrade()
            + "].name";
    return Optional.of(violation(edit, field, message, first.from(), first.to()));
  }

  private static String inSteps(KcmWalk.Detour detour) {
    return detour.from() + " to " + detour.to() + " as " + String.join(" then ", detour.steps());
  }

  private static Optional<Violation> losses(ChainEdit edit, Facts facts) {
    Optional<String> name = edit.succeeds().filter(old -> !old.isBlank());
    if (name.isEmpty()) {
      return Optional.empty();
    }
    ChainRef ref = new ChainRef(edit.ref().namespace(), name.get());
    Facts.Fact<Optional<TemplateChain>> old = facts.chain(ref);
    if (old.value().isEmpty()) {
      return Optional.empty();
    }
    Set<String> stands = facts.templatesInUse(ref);
    List<String> losses =
        Succession.losses(
                old.value().get(),
                new TemplateChain(edit.ref(), "", edit.templates()),
                stands.isEmpty() ? old.value().get().templates() : stands)
            .stream()
            .map(Succession.Loss::toString)
            .toList();
    if (losses.isEmpty()) {
      return Optional.empty();
    }
    String message =
        Warned.listing(
            Words.chain(edit.ref()) + " succeeds " + ref.name() + " but has no longer ",
            losses,
            stands.isEmpty() ? "" : ", where services stand");
    return Optional.of(
        violation(edit, "metadata.annotations[pathgate.dev/succeeds]", message, "", "")
            .restingOn(old, new Violation.Need.Chain(ref)));
  }

  private static Violation violation(
      ChainEdit edit, String field, String message, String from, String to) {
    return new Violation(
        Violation.Reason.INVALID,
        field,
        message,
        new Violation.Subject("", from, to, edit.ref().toString(), ""),
        Optional.empty());
  }
}
