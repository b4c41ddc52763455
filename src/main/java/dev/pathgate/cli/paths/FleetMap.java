package dev.pathgate.cli.paths;

import dev.pathgate.cli.gate.Fleet;
import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.status.OfferedPaths;
import java.util.List;
import java.util.Optional;

/**
 * Chains as maps, and services with the ways that are open to them.
 *
 * @param at a template that somebody asks about, whoever stands there
 */
record FleetMap(List<ChainMap> chains, List<Member> services, Fleet fleet, Optional<String> at) {
  FleetMap {
    chains = List.copyOf(chains);
    services = List.copyOf(services);
  }

  /** The ways of a service, as the status patcher writes them. */
  List<List<String>> reachable(Member member) {
    return OfferedPaths.of(member.service(), member.chainNamespace(), fleet::chain);
  }

  /** The same chains with no more than what {@code at} leads to, where it is asked about. */
  FleetMap onward() {
    return at.isEmpty()
        ? this
        : new FleetMap(
            chains.stream().map(chain -> chain.from(at.get())).toList(), services, fleet, at);
  }
}
