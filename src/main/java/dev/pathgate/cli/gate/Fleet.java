package dev.pathgate.cli.gate;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.cli.input.Inventory;
import dev.pathgate.cli.input.Item;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.route.Position;
import dev.pathgate.rule.Service;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The services of all objects that stay, and the chains that stay, by namespace. */
public final class Fleet {
  private final List<Member> members = new ArrayList<>();
  private final Map<ChainRef, Item> chains = new LinkedHashMap<>();
  private final Set<ChainRef> going = new HashSet<>();
  private final Map<String, Map<String, TemplateChain>> byNamespace = new TreeMap<>();

  /**
   * A service of an object.
   *
   * @param index its position in {@code spec.serviceSpec.services}
   * @param chainNamespace where its chains live
   */
  public record Member(Item item, int index, Service service, String chainNamespace) {
    /** Where it stands: its template, and the chain that it names. */
    public Position position() {
      return new Position(service.template(), service.templateChain());
    }

    /** The chain that it names. */
    public Optional<ChainRef> chain() {
      return service.namesChain()
          ? Optional.of(new ChainRef(chainNamespace, service.templateChain()))
          : Optional.empty();
    }

    /** The path of its entry. */
    public String field() {
      return "spec.serviceSpec.services[" + index + "]";
    }
  }

  /** The fleet that sources hold. */
  public Fleet(Inventory inventory, Edits edits) {
    for (Item item : inventory.all()) {
      if (item.object().metadata().deleting()) {
        if (item.kind() == Kind.SERVICE_TEMPLATE_CHAIN) {
          going.add(item.object().asChain().ref());
        }
        continue;
      }
      if (item.kind() == Kind.SERVICE_TEMPLATE_CHAIN) {
        TemplateChain chain = item.object().asChain();
        chains.put(chain.ref(), item);
        byNamespace
            .computeIfAbsent(chain.ref().namespace(), key -> new TreeMap<>())
            .put(chain.ref().name(), chain);
      } else if (item.kind().hasServices()) {
        String namespace = edits.chainNamespace(item.kind(), item.object().metadata().namespace());
        List<Service> services = item.object().services();
        for (int i = 0; i < services.size(); i++) {
          members.add(new Member(item, i, services.get(i), namespace));
        }
      }
    }
  }

  /** All services, in the order of objects and lists. */
  public List<Member> members() {
    return List.copyOf(members);
  }

  /** The services that name the chain. */
  public List<Member> usersOf(ChainRef chain) {
    return members.stream()
        .filter(member -> member.chain().filter(chain::equals).isPresent())
        .toList();
  }

  /** Whether the chain is there, but being deleted. */
  public boolean isGoing(ChainRef chain) {
    return going.contains(chain);
  }

  /** All chains, as read. */
  public Collection<Item> chainItems() {
    return chains.values();
  }

  /** The chain whose place a chain takes, as it says. */
  public Optional<ChainRef> predecessorOf(ChainRef chain) {
    return Optional.ofNullable(chains.get(chain))
        .flatMap(item -> item.object().metadata().succeeds())
        .filter(name -> !name.isBlank())
        .map(name -> new ChainRef(chain.namespace(), name));
  }

  /** The chains that take the place of a chain, as they say, by name. */
  public List<ChainRef> successorsOf(ChainRef chain) {
    return chains.keySet().stream()
        .filter(other -> predecessorOf(other).filter(chain::equals).isPresent())
        .sorted(Comparator.comparing(ChainRef::name))
        .toList();
  }

  /** The chains of a namespace, by name. */
  public List<TemplateChain> chainsOf(String namespace) {
    return List.copyOf(byNamespace.getOrDefault(namespace, Map.of()).values());
  }

  /** The chain of that name. */
  public Optional<TemplateChain> chain(ChainRef ref) {
    return Optional.ofNullable(byNamespace.getOrDefault(ref.namespace(), Map.of()).get(ref.name()));
  }
}
