package dev.pathgate.rule;

import dev.pathgate.chain.Reach;
import dev.pathgate.chain.TemplateChain;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A service whose template changes has a way from the old template to the new one in the chain that
 * the new object names. Where an old object of k0rdent before 1.4 lists the service twice, it needs
 * a way from each.
 */
final class ServiceFollowsChain implements ServiceRule {
  private static final int DESTINATIONS_NAMED = 10;
  private static final int CHAINS_NAMED = 3;

  private final PathPolicy policy;

  ServiceFollowsChain(PathPolicy policy) {
    this.policy = policy;
  }

  @Override
  public Optional<Violation> check(ServiceEdit edit, Facts facts) {
    List<String> templatesLeft = edit.templatesLeft();
    if (templatesLeft.isEmpty()) {
      return Optional.empty();
    }
    if (edit.chain().isEmpty()) {
      String from = templatesLeft.get(0);
      return Optional.of(refusal(edit, from, withoutChain(edit, from, facts)));
    }
    Facts.Fact<Optional<TemplateChain>> fact = facts.chain(edit.chain().get());
    return templatesLeft.stream()
        .flatMap(from -> obstacle(edit, from, fact, facts).stream())
        .findFirst()
        .map(refusal -> refusal.seenAt(fact.value().map(TemplateChain::resourceVersion).orElse("")))
        .map(refusal -> refusal.restingOn(fact, new Violation.Need.Chain(edit.chain().get())));
  }

  private static Violation refusal(ServiceEdit edit, String from, String why) {
    return new Violation(
        Violation.Reason.INVALID,
        edit.field("template"),
        Words.cannotUpgrade(edit, from) + why,
        Violation.Subject.of(edit, from),
        Optional.empty());
  }

  private static String withoutChain(ServiceEdit edit, String from, Facts facts) {
    List<String> listing =
        facts.chainsListing(edit.chainNamespace(), Set.of(from)).stream()
            .map(chain -> chain.ref().toString())
            .toList();
    return "it has no templateChain; "
        + (listing.isEmpty()
            ? "no ServiceTemplateChain of namespace " + edit.chainNamespace() + " lists " + from
            : from + " is listed by " + Words.chain(Words.some(listing, CHAINS_NAMED)));
  }

  private Optional<Violation> obstacle(
      ServiceEdit edit, String from, Facts.Fact<Optional<TemplateChain>> fact, Facts facts) {
    String named = Words.chain(edit.chain().orElseThrow());
    if (fact.value().isEmpty()) {
      return Optional.of(
          refusal(
              edit,
              from,
              fact.isUnreadable()
                  ? named + " could not be read in time; try again"
                  : named + " does not exist; apply it first, in a commit of its own"));
    }
    TemplateChain chain = fact.value().get();
    if (chain.isLeaving()) {
      String why = named + " is on its way out: it is being deleted";
      return Optional.of(refusal(edit, from, why + otherWay(edit, from, facts)));
    }
    if (!chain.lists(from)) {
      String why = named + " does not list " + from;
      return Optional.of(refusal(edit, from, why + otherWay(edit, from, facts)));
    }
    String to = edit.after().template();
    Reach reach = chain.reachFrom(from);
    if (!reach.leadsTo(to)) {
      String why = named + openWays(reach, from);
      return Optional.of(refusal(edit, from, why + otherWay(edit, from, facts)));
    }
    if (policy.steps() == PathPolicy.Steps.SINGLE && reach.distanceTo(to) > 1) {
      List<String> path = reach.pathTo(to);
      String why =
          named
              + " leads there step by step, one edit each: "
              + String.join(", ", path.subList(0, path.size() - 1))
              + ", then "
              + to;
      return Optional.of(refusal(edit, from, why));
    }
    if (policy.chainSwitch() == PathPolicy.ChainSwitch.SEPARATE && switchesChain(edit, from)) {
      String why =
          named + " is not its chain yet; name it as templateChain first, in an edit of its own";
      return Optional.of(refusal(edit, from, why));
    }
    return Optional.empty();
  }

  private static boolean switchesChain(ServiceEdit edit, String from) {
    return edit.before().stream()
        .filter(service -> service.template().equals(from))
        .anyMatch(service -> !service.templateChain().equals(edit.after().templateChain()));
  }

  private String openWays(Reach reach, String from) {
    List<String> open =
        reach.destinations().stream()
            .filter(to -> policy.steps() == PathPolicy.Steps.ANY || reach.distanceTo(to) == 1)
            .toList();
    return open.isEmpty()
        ? " leads nowhere from " + from
        : " leads from "
            + from
            + " to "
            + Words.some(open, DESTINATIONS_NAMED, destination -> way(reach, destination));
  }

  private static String way(Reach reach, String destination) {
    List<String> path = reach.pathTo(destination);
    return path.size() == 1
        ? destination
        : destination + " (via " + String.join(", ", path.subList(0, path.size() - 1)) + ")";
  }

  private String otherWay(ServiceEdit edit, String from, Facts facts) {
    String to = edit.after().template();
    List<String> leading =
        facts.chainsListing(edit.chainNamespace(), Set.of(from, to)).stream()
            .filter(chain -> !chain.ref().name().equals(edit.after().templateChain()))
            .filter(
                chain ->
                    policy.steps() == PathPolicy.Steps.SINGLE
                        ? chain.allowsUpgrade(from, to)
                        : chain.reachFrom(from).leadsTo(to))
            .map(chain -> chain.ref().toString())
            .toList();
    if (leading.isEmpty()) {
      return "";
    }
    return "; "
        + Words.chain(Words.some(leading, CHAINS_NAMED))
        + " leads there: name it as templateChain"
        + (policy.chainSwitch() == PathPolicy.ChainSwitch.SEPARATE
            ? " first, in an edit of its own"
            : "");
  }
}
