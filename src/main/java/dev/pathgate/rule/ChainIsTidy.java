package dev.pathgate.rule;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.KcmWalk;
import dev.pathgate.chain.SharedVersion;
import dev.pathgate.chain.SpecFlaw;
import dev.pathgate.chain.Succession;
import dev.pathgate.chain.TemplateChain;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A new chain does what it looks like: no template upgrades to itself, which k0rdent accepts though
 * it does nothing; the upgrades of a template have versions all or none, since k0rdent takes the
 * chain for invalid else; a version tells its upgrades apart; k0rdent deploys each upgrade along
 * upgrades of the chain; and one that succeeds another takes nothing from those who use that one.
 */
final class ChainIsTidy implements ChainRule {
  @Override
  public List<Violation> check(ChainEdit edit, Facts facts) {
    return Stream.of(
            flaws(edit).stream(),
            sharedVersions(edit).stream(),
            detours(edit).stream(),
            losses(edit, facts).stream())
        .flatMap(part -> part)
        .toList();
  }

  private static List<Violation> flaws(ChainEdit edit) {
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

  private static Optional<Violation> sharedVersions(ChainEdit edit) {
    List<SharedVersion> shared = SharedVersion.of(edit.templates());
    if (shared.isEmpty()) {
      return Optional.empty();
    }
    String message =
        Warned.listing(
            Words.chain(edit.ref())
                + " gives upgrades the same version, by which k0rdent (from 1.10 on) takes either: ",
            shared.stream()
                .limit(Warned.NAMED)
                .map(pair -> pair.from() + " to " + pair.to() + " or " + pair.other())
                .toList(),
            shared.size(),
            "");
    SharedVersion first = shared.get(0);
    String field =
        "spec.supportedTemplates["
            + first.template()
            + "].availableUpgrades["
            + first.upgrade()
            + "].version";
    return Optional.of(violation(edit, field, message, first.from(), first.to()));
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
    TemplateChain chain = old.value().get();
    Optional<Predicate<String>> inUse = facts.templatesInUse(ref);
    Succession.Losses losses =
        Succession.losses(
            chain,
            new TemplateChain(edit.ref(), "", edit.templates()),
            chain.templates().stream().filter(inUse.orElse(any -> true)).toList(),
            Warned.NAMED);
    if (losses.count() == 0) {
      return Optional.empty();
    }
    String message =
        Warned.listing(
            Words.chain(edit.ref())
                + " replaces "
                + Words.name(ref.name())
                + " but no longer offers ",
            losses.first().stream().map(Succession.Loss::toString).toList(),
            losses.count(),
            inUse.isEmpty() ? "" : ", where services stand");
    return Optional.of(
        violation(edit, "metadata.annotations[pathgate.dev/succeeds]", message, "", "")
            .restingOn(old, new Violation.Need.Chain(ref)));
  }

  private static Violation violation(
      ChainEdit edit, String field, String message, String from, String to) {
    return new Violation(
        Violation.Reason.INVALID,
        field,
        () -> message,
        new Violation.Subject("", from, to, edit.ref().toString(), ""));
  }

  private static String message(ChainEdit edit, SpecFlaw flaw) {
    String start = Words.chain(edit.ref()) + " upgrades " + Words.name(flaw.template()) + " to ";
    return flaw.kind() == SpecFlaw.Kind.UPGRADES_TO_ITSELF
        ? start + "itself, which does nothing; another template may be meant"
        : start
            + Words.name(flaw.value())
            + " without a version, to others with one: k0rdent calls the chain invalid; give"
            + " all or none";
  }
}
