package dev.pathgate.cli.paths;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.KcmWalk;
import dev.pathgate.chain.Reach;
import dev.pathgate.cli.gate.Fleet;
import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.cli.output.StructuredOutput;
import java.util.List;

/** A map for programs. */
final class PathsJson {
  private PathsJson() {}

  static ObjectNode of(FleetMap map) {
    ObjectNode json = chains(map);
    ArrayNode services = json.putArray("services");
    for (Member member : map.services()) {
      ObjectNode entry =
          member(services.addObject(), member)
              .put("template", member.service().template())
              .put("chain", member.service().templateChain());
      ArrayNode reachable = entry.putArray("reachable");
      map.reachable(member).forEach(path -> path(reachable.addObject(), path));
    }
    return json;
  }

  /** The chains alone. */
  static ObjectNode chains(FleetMap map) {
    ObjectNode json = StructuredOutput.object();
    ArrayNode chains = json.putArray("chains");
    for (ChainMap chain : map.chains()) {
      ObjectNode entry =
          chains
              .addObject()
              .put("namespace", chain.chain().ref().namespace())
              .put("name", chain.chain().ref().name());
      succession(entry, chain.chain().ref(), map.fleet());
      ArrayNode templates = entry.putArray("templates");
      chain.spots().forEach(spot -> template(templates.addObject(), spot));
      detours(entry, chain.detours());
      map.at().ifPresent(at -> reachable(entry, chain, at));
    }
    return json;
  }

  /** Only where there is something to say. */
  private static void succession(ObjectNode json, ChainRef chain, Fleet fleet) {
    fleet.predecessorOf(chain).ifPresent(old -> json.put("succeeds", old.name()));
    List<ChainRef> successors = fleet.successorsOf(chain);
    if (!successors.isEmpty()) {
      ArrayNode names = json.putArray("succeededBy");
      successors.forEach(successor -> names.add(successor.name()));
    }
  }

  /** Only where there are any. */
  private static void detours(ObjectNode json, List<KcmWalk.Detour> detours) {
    if (detours.isEmpty()) {
      return;
    }
    ArrayNode all = json.putArray("detours");
    for (KcmWalk.Detour detour : detours) {
      ArrayNode steps =
          all.addObject().put("from", detour.from()).put("to", detour.to()).putArray("steps");
      detour.steps().forEach(steps::add);
    }
  }

  private static void template(ObjectNode json, ChainMap.Spot spot) {
    json.put("name", spot.name()).put("listed", spot.listed());
    ArrayNode upgrades = json.putArray("upgrades");
    spot.upgrades().forEach(upgrades::add);
    ArrayNode services = json.putArray("services");
    spot.services().forEach(member -> member(services.addObject(), member));
    json.put("deadEnd", spot.deadEnd()).put("unreachable", spot.unreachable());
  }

  private static ObjectNode member(ObjectNode json, Member member) {
    return json.put("kind", member.item().kind().kindName())
        .put("namespace", member.item().object().metadata().namespace())
        .put("name", member.item().object().metadata().name())
        .put("service", member.service().identity());
  }

  private static void reachable(ObjectNode json, ChainMap chain, String at) {
    json.put("at", at);
    ArrayNode reachable = json.putArray("reachable");
    Reach reach = chain.chain().reachFrom(at);
    reach.destinations().forEach(to -> path(reachable.addObject(), reach.pathTo(to)));
  }

  private static void path(ObjectNode json, List<String> path) {
    json.put("template", path.get(path.size() - 1));
    ArrayNode steps = json.putArray("path");
    path.forEach(steps::add);
  }
}
