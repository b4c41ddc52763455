package dev.pathgate.testkit;

import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One object with a service or two, two chains over at most four templates, and all that can be
 * done to them: small enough to be gone through, and a witness of what every service has moved
 * along.
 *
 * @param chains x and y, those that there are
 * @param leaving the chains that are being deleted
 * @param services the object's; empty where there is no object
 * @param isTerminating whether the object is being deleted
 * @param pins what a service's chain was when it came to name it, by service and chain: its edges
 *     are those that it may move along, whatever becomes of the chain
 */
public record SmallWorld(
    Map<String, Graph> chains,
    Set<String> leaving,
    Optional<List<Service>> services,
    boolean isTerminating,
    Map<String, Graph> pins) {
  /** The name of the service, which is also one of its namespaces before k0rdent 1.4. */
  public static final String SERVICE = "s";

  private static final List<String> CHAINS = List.of("x", "y");

  public SmallWorld {
    chains = Map.copyOf(chains);
    leaving = Set.copyOf(leaving);
    pins = Map.copyOf(pins);
  }

  /** Something that somebody asks for. */
  public sealed interface Edit {
    /** The object, there is none, is created with these services. */
    record Create(List<Service> services) implements Edit {}

    /** The object gets these services; the same ones, too, where only an annotation changes. */
    record Update(List<Service> services) implements Edit {}

    /** The object is deleted, or, where it is on its way out, gone. */
    record Delete(boolean atOnce) implements Edit {}

    /** The chain, there is none, is created. */
    record CreateChain(String name, Graph graph) implements Edit {}

    /** The chain gets another spec. */
    record UpdateChain(String name, Graph graph) implements Edit {}

    /** The chain is deleted, or, where it is on its way out, gone. */
    record DeleteChain(String name, boolean atOnce) implements Edit {}
  }

  /** A world with chain x and, unless it is empty, y, and an object with these services. */
  public static SmallWorld of(
      Graph x, Optional<Graph> y, List<Service> services, ServiceIdentity identity) {
    Map<String, Graph> chains = new HashMap<>(Map.of("x", x));
    y.ifPresent(graph -> chains.put("y", graph));
    return new SmallWorld(chains, Set.of(), Optional.of(services), false, Map.of())
        .pinned(identity);
  }

  /** The service with that template and chain, in the namespace as written. */
  public static Service service(String namespace, String template, String chain) {
    return new Service(namespace, SERVICE, template, chain);
  }

  /** The chain, if there is one that stays. */
  public Optional<Graph> chain(String name) {
    return leaving.contains(name) ? Optional.empty() : Optional.ofNullable(chains.get(name));
  }

  /** Whether a service of the object, which stays, names the chain. */
  public boolean isInUse(String chain) {
    return !isTerminating
        && services
            .filter(all -> all.stream().anyMatch(service -> service.templateChain().equals(chain)))
            .isPresent();
  }

  /** All edits that can be asked for here. */
  public List<Edit> edits() {
    List<Edit> edits = new ArrayList<>();
    if (services.isEmpty()) {
      for (String template : Graph.NAMES) {
        edits.add(new Edit.Create(List.of(service("", template, "x"))));
      }
    } else {
      lists(services.get()).forEach(list -> edits.add(new Edit.Update(list)));
      edits.add(new Edit.Delete(true));
      if (!isTerminating) {
        edits.add(new Edit.Delete(false));
      }
    }
    for (String name : CHAINS) {
      addEditsOf(name, edits);
    }
    return edits;
  }

  /** Other lists of services: moved, of another chain or spelling, twice, renamed, joined, gone. */
  private static List<List<Service>> lists(List<Service> now) {
    List<List<Service>> lists = new ArrayList<>();
    lists.add(now);
    List<Service> rest = now.subList(Math.min(1, now.size()), now.size());
    lists.add(rest);
    for (String template : Graph.NAMES) {
      for (String chain : List.of("x", "y", "missing", "")) {
        lists.add(join(List.of(service("", template, chain)), rest));
      }
      for (String namespace : List.of("default", SERVICE)) {
        lists.add(join(List.of(service(namespace, template, "x")), rest));
      }
      Service other = new Service("", "r", template, "x");
      lists.add(join(List.of(other), rest));
      lists.add(List.of(new Service("", SERVICE, template, "x", "b", false)));
      if (now.size() < 2) {
        lists.add(join(now, List.of(other)));
        lists.add(join(now, List.of(service("", template, "x"))));
      }
    }
    return lists;
  }

  private static List<Service> join(List<Service> head, List<Service> tail) {
    List<Service> all = new ArrayList<>(head);
    all.addAll(tail);
    return List.copyOf(all);
  }

  private void addEditsOf(String name, List<Edit> edits) {
    Graph graph = chains.get(name);
    if (graph == null) {
      Graph like = chains.values().stream().findFirst().orElse(Graph.EMPTY);
      edits.add(new Edit.CreateChain(name, Graph.COMPLETE));
      edits.add(new Edit.CreateChain(name, like.reversed()));
      for (int template = 0; template < Graph.SIZE; template++) {
        edits.add(new Edit.CreateChain(name, Graph.COMPLETE.without(template)));
      }
      return;
    }
    edits.add(new Edit.DeleteChain(name, true));
    if (!leaving.contains(name)) {
      edits.add(new Edit.DeleteChain(name, false));
    }
    edits.add(new Edit.UpdateChain(name, Graph.EMPTY));
    edits.add(new Edit.UpdateChain(name, Graph.COMPLETE));
    for (int from = 0; from < Graph.SIZE; from++) {
      for (int to = 0; to < Graph.SIZE; to++) {
        if (from != to && graph.lists(from) && graph.lists(to)) {
          edits.add(new Edit.UpdateChain(name, graph.toggled(from, to)));
        }
      }
    }
  }

  /** The world after an edit that was admitted. */
  public SmallWorld after(Edit edit, ServiceIdentity identity) {
    Map<String, Graph> newChains = new HashMap<>(chains);
    Set<String> newLeaving = new HashSet<>(leaving);
    Optional<List<Service>> newServices = services;
    boolean newIsLeaving = isTerminating;
    if (edit instanceof Edit.Create create) {
      newServices = Optional.of(create.services());
    } else if (edit instanceof Edit.Update update) {
      newServices = Optional.of(update.services());
    } else if (edit instanceof Edit.Delete delete) {
      newIsLeaving = !delete.atOnce();
      newServices = delete.atOnce() ? Optional.empty() : services;
    } else if (edit instanceof Edit.CreateChain create) {
      newChains.put(create.name(), create.graph());
    } else if (edit instanceof Edit.UpdateChain update) {
      newChains.put(update.name(), update.graph());
    } else if (edit instanceof Edit.DeleteChain delete) {
      newLeaving.add(delete.name());
      if (delete.atOnce()) {
        newChains.remove(delete.name());
        newLeaving.remove(delete.name());
      }
    }
    return new SmallWorld(newChains, newLeaving, newServices, newIsLeaving, pins).pinned(identity);
  }

  /** With what each service's chain is now, unless it was known before. */
  private SmallWorld pinned(ServiceIdentity identity) {
    Map<String, Graph> now = new HashMap<>();
    for (Service service : isTerminating ? List.<Service>of() : services.orElse(List.of())) {
      String pin = pin(service, identity);
      Optional.ofNullable(pins.get(pin))
          .or(() -> chain(service.templateChain()))
          .ifPresent(graph -> now.put(pin, graph));
    }
    return new SmallWorld(chains, leaving, services, isTerminating, now);
  }

  private static String pin(Service service, ServiceIdentity identity) {
    return release(service, identity) + " " + service.templateChain();
  }

  /** Which release in the cluster the service is. */
  private static String release(Service service, ServiceIdentity identity) {
    return identity == ServiceIdentity.NAMESPACE_OPTIONAL && service.writtenNamespace().isEmpty()
        ? service.name() + "/" + service.name()
        : service.identity();
  }

  /**
   * The move off the graph that an edit would make, in words; empty if it makes none. What is on
   * its way out, comes new or goes does not move.
   */
  public Optional<String> offTheGraph(Edit edit, PathPolicy policy, ServiceIdentity identity) {
    if (isTerminating || !(edit instanceof Edit.Update update)) {
      return Optional.empty();
    }
    for (Service now : update.services()) {
      List<Service> before = before(now, identity);
      if (before.stream().noneMatch(now::isSameAs)) {
        for (Service old : before) {
          if (!old.template().equals(now.template()) && !mayMove(old, now, policy, identity)) {
            return Optional.of(old + " to " + now);
          }
        }
      }
    }
    return Optional.empty();
  }

  /** What the service was: what was spelled like it, for want of such the same release. */
  private List<Service> before(Service now, ServiceIdentity identity) {
    List<Service> release =
        services.orElseThrow().stream()
            .filter(old -> release(old, identity).equals(release(now, identity)))
            .toList();
    List<Service> spelled =
        release.stream()
            .filter(old -> old.writtenNamespace().equals(now.writtenNamespace()))
            .toList();
    return spelled.isEmpty() ? release : spelled;
  }

  private boolean mayMove(Service old, Service now, PathPolicy policy, ServiceIdentity identity) {
    boolean stays = old.templateChain().equals(now.templateChain());
    Optional<Graph> graph = chain(now.templateChain());
    if (stays) {
      graph = graph.map(known -> pins.get(pin(old, identity)));
    }
    return (stays || policy.chainSwitch() == PathPolicy.ChainSwitch.TOGETHER)
        && graph
            .filter(
                known ->
                    policy.steps() == PathPolicy.Steps.SINGLE
                        ? known.hasEdge(old.template(), now.template())
                        : known.hasWay(old.template(), now.template()))
            .isPresent();
  }
}
