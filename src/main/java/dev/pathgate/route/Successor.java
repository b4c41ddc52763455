package dev.pathgate.route;

import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.chain.TemplateChain;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A chain that takes another's place: the old one's edges, new ones, and nothing that a chain may
 * not have (an upgrade to itself or to a template that is not listed, a template twice). An edge of
 * the old one whose target only the new one lists is kept.
 */
public final class Successor {
  private final TemplateChain old;
  private final Map<String, Map<String, Optional<String>>> upgrades = new LinkedHashMap<>();

  /** An edge to add. */
  public record Edge(String from, String to) {}

  private Successor(TemplateChain old) {
    this.old = old;
    for (String template : old.templates()) {
      Map<String, Optional<String>> next = new LinkedHashMap<>();
      for (AvailableUpgrade upgrade : old.upgradesFrom(template)) {
        if (!upgrade.name().equals(template)) {
          next.putIfAbsent(upgrade.name(), upgrade.version());
        }
      }
      upgrades.put(template, next);
    }
  }

  /** A successor with all that the old chain has. */
  public static Successor of(TemplateChain old) {
    return new Successor(old);
  }

  /** Lists one more template, as the last. */
  public Successor list(String template) {
    upgrades.putIfAbsent(template, new LinkedHashMap<>());
    return this;
  }

  /** Whether it lists the template. */
  public boolean lists(String template) {
    return upgrades.containsKey(template);
  }

  /**
   * Adds an edge between two listed templates. It gets a version where the others of its template
   * have one, since a template's upgrades carry versions all or none.
   *
   * @param versions a template's version; asked only where no edge of the chain tells it
   */
  public Successor add(Edge edge, Function<String, String> versions) {
    Map<String, Optional<String>> next = upgrades.get(edge.from());
    boolean versioned =
        next.keySet().stream().noneMatch(this::lists)
            ? allUpgrades().stream().anyMatch(Optional::isPresent)
            : next.entrySet().stream()
                .filter(upgrade -> lists(upgrade.getKey()))
                .allMatch(upgrade -> upgrade.getValue().isPresent());
    if (!edge.from().equals(edge.to()) && !next.containsKey(edge.to())) {
      next.put(
          edge.to(),
          versioned
              ? Optional.of(versionOf(edge.to()).orElseGet(() -> versions.apply(edge.to())))
              : Optional.empty());
    }
    return this;
  }

  private List<Optional<String>> allUpgrades() {
    return upgrades.values().stream().flatMap(next -> next.values().stream()).toList();
  }

  private Optional<String> versionOf(String template) {
    return upgrades.values().stream()
        .map(next -> next.getOrDefault(template, Optional.empty()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Keeps only {@code stands} and what can be reached from them. */
  public Successor keepOnlyReachedFrom(Collection<String> stands) {
    TemplateChain grown = chain(old.ref());
    Set<String> kept = new LinkedHashSet<>();
    for (String stand : stands) {
      if (lists(stand) && kept.add(stand)) { // else all that it reaches is kept already
        kept.addAll(grown.reachFrom(stand).destinations());
      }
    }
    upgrades.keySet().retainAll(kept);
    return this;
  }

  /** The spec of the new chain. */
  public List<SupportedTemplate> templates() {
    List<SupportedTemplate> templates = new ArrayList<>();
    upgrades.forEach(
        (template, next) -> {
          List<AvailableUpgrade> edges =
              next.entrySet().stream()
                  .filter(edge -> lists(edge.getKey()))
                  .map(edge -> new AvailableUpgrade(edge.getKey(), edge.getValue()))
                  .toList();
          templates.add(new SupportedTemplate(template, edges));
        });
    return templates;
  }

  /** The new chain under its name. */
  public TemplateChain chain(ChainRef ref) {
    return new TemplateChain(ref, "", templates());
  }
}
