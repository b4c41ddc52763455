package dev.pathgate.cli.plan;

import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.Reach;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.cli.gate.Fleet;
import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.cli.gate.Gate;
import dev.pathgate.cli.plan.Planned.Stuck;
import dev.pathgate.route.Position;
import dev.pathgate.route.RouteOptions;
import dev.pathgate.route.Routes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Finds each service's way; one search a target and namespace serves the whole fleet. */
final class Planner {
  private final Fleet fleet;
  private final RouteOptions options;
  private final GateWalk walk;
  private final Map<ChainRef, Routes> searches = new HashMap<>();

  /**
   * @param gate knows the fleet as it is
   */
  Planner(Fleet fleet, RouteOptions options, Gate gate) {
    this.fleet = fleet;
    this.options = options;
    this.walk = new GateWalk(gate);
  }

  /** The ways of all of them to one template. */
  Planned toTarget(List<Member> members, String target) {
    return plan(members, member -> Optional.of(target));
  }

  /** The ways to the last template that each one's own chain lists and leads to. */
  Planned toNewest(List<Member> members) {
    return plan(members, this::newest);
  }

  private Planned plan(List<Member> members, Function<Member, Optional<String>> targets) {
    List<Move> moves = new ArrayList<>();
    List<Stuck> stuck = new ArrayList<>();
    int arrived = 0;
    for (Member member : members) {
      Optional<String> target = targets.apply(member);
      if (target.isEmpty()) {
        stuck.add(new Stuck(member, chainless(member)));
      } else if (target.get().equals(member.service().template())) {
        arrived++;
      } else if (isListedTwice(member)) {
        stuck.add(new Stuck(member, "the object lists it twice; remove one of the entries first"));
      } else {
        Optional<List<Position>> way = search(member, target.get()).from(member.position());
        if (way.isEmpty()) {
          stuck.add(new Stuck(member, noWay(member, target.get())));
          continue;
        }
        Move move = new Move(member, target.get(), edits(member, way.get()));
        Optional<String> refusal = walk.refusal(move);
        if (refusal.isPresent()) {
          stuck.add(new Stuck(member, refusal.get()));
        } else {
          moves.add(move);
        }
      }
    }
    return new Planned(moves, stuck, arrived);
  }

  private Routes search(Member member, String target) {
    return searches.computeIfAbsent(
        new ChainRef(member.chainNamespace(), target),
        key -> Routes.to(target, fleet.chainsOf(member.chainNamespace()), options));
  }

  private static boolean isListedTwice(Member member) {
    String identity = member.service().identity();
    return member.item().object().services().stream()
            .filter(service -> service.identity().equals(identity))
            .count()
        > 1;
  }

  private Optional<String> newest(Member member) {
    String here = member.service().template();
    Optional<TemplateChain> chain =
        member.chain().flatMap(fleet::chain).filter(found -> found.lists(here));
    if (chain.isEmpty()) {
      return Optional.empty();
    }
    Reach reach = chain.get().reachFrom(here);
    String newest = here;
    for (String template : chain.get().templates()) {
      if (template.equals(here) || reach.leadsTo(template)) {
        newest = template;
      }
    }
    return Optional.of(newest);
  }

  private String chainless(Member member) {
    if (member.chain().isEmpty()) {
      return "it names no chain";
    }
    String chain = "ServiceTemplateChain " + member.chain().get();
    return fleet.chain(member.chain().get()).isEmpty()
        ? chain + " does not exist"
        : chain + " does not list " + member.service().template();
  }

  private String noWay(Member member, String target) {
    String here = member.service().template();
    String namespace = member.chainNamespace();
    List<TemplateChain> chains = fleet.chainsOf(namespace);
    for (String template : List.of(target, here)) {
      if (chains.stream().noneMatch(chain -> chain.lists(template))) {
        return "no ServiceTemplateChain of namespace " + namespace + " lists " + template;
      }
    }
    return "the ServiceTemplateChains of namespace "
        + namespace
        + " do not lead from "
        + here
        + " to "
        + target;
  }

  private List<PlannedEdit> edits(Member member, List<Position> way) {
    List<PlannedEdit> edits = new ArrayList<>();
    PlannedEdit here = Move.now(member);
    boolean versioned = here.version().isPresent();
    for (Position next : way) {
      Optional<String> version =
          versioned && !next.template().equals(here.template())
              ? version(member, here.template(), next)
              : here.version();
      here = new PlannedEdit(next.template(), next.chain(), version);
      edits.add(here);
    }
    return edits;
  }

  /** k0rdent deploys by a service's version, so one that stayed would undo the move. */
  private Optional<String> version(Member member, String from, Position to) {
    return fleet
        .chain(new ChainRef(member.chainNamespace(), to.chain()))
        .map(chain -> chain.reachFrom(from).upgradesTo(to.template()))
        .map(steps -> steps.get(steps.size() - 1))
        .flatMap(AvailableUpgrade::version);
  }
}
