package dev.pathgate.rule;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.Reach;
import dev.pathgate.chain.TemplateChain;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A service whose template changes has a way from the old template to the new one in the chain that
 * the new object names. Where an old object of k0rdent before 1.4 lists the service twice, it needs
 * a way from each.
 */
final class ServiceFollowsChain implements ServiceRule {
  private static final int DESTINATIONS_NAMED = 10;
  private static final int DESTINATIONS_LENGTH = 800;
  private static final int STEPS_NAMED = 10;
  private static final int STEPS_LENGTH = 300;
  private static final int CHAINS_NAMED = 3;

  private final PathPolicy policy;
  private final String systemNamespace;

  ServiceFollowsChain(PathPolicy policy, String systemNamespace) {
    this.policy = policy;
    this.systemNamespace = systemNamespace;
  }

  @Override
  public Optional<Violation> check(ServiceEdit edit, Facts facts) {
    List<String> templatesLeft = edit.templatesLeft();
    if (templatesLeft.isEmpty()) {
      return Optional.empty();
    }
    if (edit.chain().isEmpty()) {
      String from = templatesLeft.get(0);
      return Optional.of(refusal(edit, from, () -> withoutChain(edit, from, facts)));
    }
    Facts.Fact<Optional<TemplateChain>> fact = facts.chain(edit.chain().get());
    for (String from : templatesLeft) {
      Optional<Violation> refusal = violation(edit, from, fact, facts);
      if (refusal.isPresent()) {
        String version = fact.value().map(TemplateChain::resourceVersion).orElse("");
        return Optional.of(
            refusal
                .get()
                .seenAt(version)
                .restingOn(fact, new Violation.Need.Chain(edit.chain().get())));
      }
    }
    return Optional.empty();
  }

  private static Violation refusal(ServiceEdit edit, String from, Supplier<String> why) {
    return new Violation(
        Violation.Reason.INVALID,
        edit.field("template"),
        () -> Words.cannotUpgrade(edit, from) + why.get(),
        Violation.Subject.of(edit, from));
  }

  private static String withoutChain(ServiceEdit edit, String from, Facts facts) {
    if (edit.chainTakenAway().isPresent()) {
      return "this edit takes its "
          + Words.chain(edit.chainTakenAway().get())
          + " away; keep it as templateChain";
    }
    List<String> listing = Words.leadingOnFirst(edit.chainNamespace(), from, facts);
    return "it has no templateChain; "
        + (listing.isEmpty()
            ? "no ServiceTemplateChain of namespace "
                + Words.name(edit.chainNamespace())
                + " lists "
                + Words.name(from)
            : Words.name(from)
                + " is listed by "
                + Words.chains(edit.chainNamespace(), listing, CHAINS_NAMED));
  }

  /** What is in the way from one old template; empty if nothing is. */
  private Optional<Violation> violation(
      ServiceEdit edit, String from, Facts.Fact<Optional<TemplateChain>> fact, Facts facts) {
    ChainRef ref = edit.chain().orElseThrow();
    if (fact.value().isEmpty()) {
      return Optional.of(refusal(edit, from, () -> Words.chain(ref) + missing(ref, fact, facts)));
    }
    TemplateChain chain = fact.value().get();
    if (chain.isTerminating()) {
      return offPath(edit, from, facts, () -> " is on its way out: it is being deleted");
    }
    if (!chain.lists(from)) {
      return offPath(edit, from, facts, () -> " does not list " + Words.name(from));
    }
    if (!leads(chain, from, edit.after().template())) {
      // What a search finds is as large as the chain: it is made again for those who are told.
      return Optional.of(refusal(edit, from, () -> notThere(edit, from, chain, facts)));
    }
    if (policy.chainSwitch() == PathPolicy.ChainSwitch.SEPARATE && switchesChain(edit, from)) {
      String why = " is not its chain yet; name it as templateChain first, in an edit of its own";
      return Optional.of(refusal(edit, from, () -> Words.chain(ref) + why));
    }
    return Optional.empty();
  }

  /** Whether the chain allows the move in one edit. */
  private boolean leads(TemplateChain chain, String from, String to) {
    return policy.steps() == PathPolicy.Steps.SINGLE
        ? chain.allowsUpgrade(from, to)
        : chain.reachFrom(from).leadsTo(to);
  }

  private String notThere(ServiceEdit edit, String from, TemplateChain chain, Facts facts) {
    String to = edit.after().template();
    Reach reach = chain.reachFrom(from);
    return reach.leadsTo(to)
        ? Words.chain(chain.ref())
            + stepByStep(reach, to)
            + "; k0rdent would deploy "
            + Words.name(to)
            + " at once"
        : Words.chain(chain.ref()) + openWays(reach, from) + otherWay(edit, from, facts);
  }

  private Optional<Violation> offPath(
      ServiceEdit edit, String from, Facts facts, Supplier<String> why) {
    return Optional.of(
        refusal(
            edit,
            from,
            () ->
                Words.chain(edit.chain().orElseThrow()) + why.get() + otherWay(edit, from, facts)));
  }

  private String missing(ChainRef ref, Facts.Fact<?> fact, Facts facts) {
    if (fact.isUnreadable()) {
      return " could not be read in time; try again";
    }
    String elsewhere = Words.elsewhere(ref, systemNamespace, facts);
    return " does not exist"
        + (elsewhere.isEmpty() ? "; apply it first, in a commit of its own" : elsewhere);
  }

  private static String stepByStep(Reach reach, String to) {
    List<String> path = reach.pathTo(to);
    return " leads there step by step, one edit each: "
        + steps(path, 2 * STEPS_LENGTH)
        + ", then "
        + Words.name(to);
  }

  private static boolean switchesChain(ServiceEdit edit, String from) {
    return edit.before().stream()
        .filter(service -> service.template().equals(from))
        .anyMatch(service -> !service.templateChain().equals(edit.after().templateChain()));
  }

  private static String openWays(Reach reach, String from) {
    List<String> open = reach.destinations();
    return open.isEmpty()
        ? " leads nowhere from " + Words.name(from)
        : " leads from "
            + Words.name(from)
            + " to "
            + Words.fitting(
                open,
                DESTINATIONS_NAMED,
                DESTINATIONS_LENGTH,
                destination -> way(reach, destination));
  }

  private static String way(Reach reach, String destination) {
    List<String> path = reach.pathTo(destination);
    return path.size() == 1
        ? Words.name(destination)
        : Words.name(destination) + " (via " + steps(path, STEPS_LENGTH) + ")";
  }

  /** What lies between, as far as there is room for it. */
  private static String steps(List<String> path, int characters) {
    return Words.fitting(path.subList(0, path.size() - 1), STEPS_NAMED, characters, Words::name);
  }

  private String otherWay(ServiceEdit edit, String from, Facts facts) {
    String to = edit.after().template();
    List<TemplateChain> others =
        facts.chainsListing(edit.chainNamespace(), Set.of(from, to)).stream()
            .filter(chain -> !chain.ref().name().equals(edit.after().templateChain()))
            .toList();
    List<String> leading =
        others.stream()
            .filter(chain -> leads(chain, from, to))
            .map(chain -> chain.ref().name())
            .toList();
    if (leading.isEmpty()) {
      return wayAround(others, from, to);
    }
    return "; "
        + Words.chains(edit.chainNamespace(), leading, CHAINS_NAMED)
        + (leading.size() == 1 ? " leads there: name it" : " lead there: name one")
        + asTemplateChain();
  }

  /** The first chain that leads there, though in more steps than one edit may take. */
  private String wayAround(List<TemplateChain> chains, String from, String to) {
    for (TemplateChain chain : chains) {
      Reach reach = chain.reachFrom(from);
      if (reach.leadsTo(to)) {
        return "; "
            + Words.chain(chain.ref())
            + stepByStep(reach, to)
            + ": name it"
            + asTemplateChain();
      }
    }
    return "";
  }

  private String asTemplateChain() {
    return " as templateChain"
        + (policy.chainSwitch() == PathPolicy.ChainSwitch.SEPARATE
            ? " first, in an edit of its own"
            : "");
  }
}
