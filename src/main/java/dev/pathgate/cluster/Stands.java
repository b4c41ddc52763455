package dev.pathgate.cluster;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.Service;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** At which templates the services stand that name a chain. */
final class Stands {
  private record Stand(String chain, String template) {}

  private final Map<ObjectRef, List<Stand>> stands = new ConcurrentHashMap<>();

  void put(ObjectRef user, K0rdentObject object) {
    stands.put(
        user,
        object.services().stream()
            .filter(Service::namesChain)
            .map(
                service -> new Stand(service.templateChain().intern(), service.template().intern()))
            .toList());
  }

  void remove(ObjectRef user) {
    stands.remove(user);
  }

  /** The templates at which services of these users of a chain stand, by name. */
  Set<String> of(ChainRef chain, Collection<ObjectRef> users) {
    Set<String> templates = new TreeSet<>();
    for (ObjectRef user : users) {
      for (Stand stand : stands.getOrDefault(user, List.of())) {
        if (stand.chain().equals(chain.name())) {
          templates.add(stand.template());
        }
      }
    }
    return templates;
  }
}
