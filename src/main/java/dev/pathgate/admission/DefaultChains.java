package dev.pathgate.admission;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.cluster.Cluster;
import dev.pathgate.cluster.ClusterFacts;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.Facts;
import dev.pathgate.rule.ServiceEdit;
import dev.pathgate.rule.Violation.Need;
import dev.pathgate.rule.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Gives a new service without a chain the one chain of its namespace that is annotated {@code
 * pathgate.dev/default-chain: "true"} and lists its template, and puts such a chain back where an
 * update leaves it out: files that are applied again do not speak of it.
 */
final class DefaultChains {
  private static final int CHAINS_NAMED = 10;

  private final Cluster cluster;
  private final String namespace;

  DefaultChains(Cluster cluster, String namespace) {
    this.cluster = cluster;
    this.namespace = namespace;
  }

  /**
   * A patch for the services that exactly one default chain fits or that had one, and a warning for
   * those that several fit. The cache says which chains come into question; they count as they are
   * right now, and what can't be read in time is left as it is.
   */
  CompletableFuture<Verdict> fill(List<ServiceEdit> edits, LongSupplier millis) {
    List<ServiceEdit> chainless =
        edits.stream().filter(edit -> wantsChain(edit) || lost(edit).isPresent()).toList();
    Set<ChainRef> candidates = chainless.isEmpty() ? Set.of() : candidates(chainless);
    if (candidates.isEmpty()) {
      return CompletableFuture.completedFuture(Verdict.allowed());
    }
    Set<Need> needs = candidates.stream().map(Need.Chain::new).collect(Collectors.toSet());
    ClusterFacts cached = ClusterFacts.cached(cluster);
    return cached
        .read(needs, millis.getAsLong())
        .thenApply(facts -> candidates.stream().map(facts::chain).toList())
        .thenApply(
            chains ->
                chains.stream().allMatch(Facts.Fact::isRead)
                    ? filled(chainless, chains)
                    : Verdict.allowed())
        .whenComplete((verdict, failure) -> cached.close());
  }

  private Set<ChainRef> candidates(List<ServiceEdit> chainless) {
    Set<String> templates = new HashSet<>();
    Set<ChainRef> lost = new LinkedHashSet<>();
    for (ServiceEdit edit : chainless) {
      if (wantsChain(edit)) {
        templates.add(edit.after().template());
      }
      lost(edit).ifPresent(lost::add);
    }
    Set<ChainRef> candidates = new LinkedHashSet<>();
    for (ChainRef ref : cluster.defaultChainsOf(namespace)) {
      Optional<TemplateChain> chain = cluster.chain(ref);
      if (lost.contains(ref)
          || chain.isEmpty()
          || templates.stream().anyMatch(chain.get()::lists)) {
        candidates.add(ref);
      }
    }
    if (!cluster.isTrusted(Kind.SERVICE_TEMPLATE_CHAIN)) {
      candidates.addAll(lost);
    }
    return candidates;
  }

  private static boolean wantsChain(ServiceEdit edit) {
    return edit.isNew() && !edit.after().namesChain();
  }

  /** The chain that a service had and that the edit leaves out; {@code ""} is no leaving out. */
  private static Optional<ChainRef> lost(ServiceEdit edit) {
    return edit.after().leavesChainOut() ? edit.chainTakenAway() : Optional.empty();
  }

  private static Verdict filled(
      List<ServiceEdit> chainless, List<Facts.Fact<Optional<TemplateChain>>> read) {
    Map<ChainRef, TemplateChain> defaults = new HashMap<>();
    Map<String, List<TemplateChain>> listing = new HashMap<>();
    read.stream()
        .flatMap(chain -> chain.value().stream())
        .filter(TemplateChain::isDefault)
        .forEach(
            chain -> {
              defaults.put(chain.ref(), chain);
              chain
                  .templates()
                  .forEach(
                      template ->
                          listing.computeIfAbsent(template, any -> new ArrayList<>()).add(chain));
            });
    List<Verdict.AddedChain> patch = new ArrayList<>();
    List<Supplier<String>> warnings = new ArrayList<>();
    for (ServiceEdit edit : chainless) {
      Optional<ChainRef> lost = lost(edit);
      List<TemplateChain> fitting =
          lost.isPresent()
              ? lost.map(defaults::get).stream().toList()
              : listing.getOrDefault(edit.after().template(), List.of());
      if (fitting.size() == 1) {
        patch.add(new Verdict.AddedChain(edit.index(), fitting.get(0).ref().name()));
        lost.ifPresent(chain -> warnings.add(() -> putBack(edit, chain)));
      } else if (fitting.size() > 1) {
        warnings.add(() -> undecided(edit, fitting));
      }
    }
    return Verdict.mutation(Warnings.fitting(warnings), patch);
  }

  private static String putBack(ServiceEdit edit, ChainRef chain) {
    return Warnings.of(
        "service "
            + Words.identity(edit.after())
            + " keeps its default templateChain "
            + Words.name(chain.name())
            + ", which this edit leaves out; to take it away, set templateChain: \"\"");
  }

  private static String undecided(ServiceEdit edit, List<TemplateChain> fitting) {
    return Warnings.of(
        "service "
            + Words.identity(edit.after())
            + " gets no default templateChain: more than one lists "
            + Words.name(edit.after().template())
            + ": "
            + fitting.stream()
                .limit(CHAINS_NAMED)
                .map(chain -> Words.ref(chain.ref()))
                .collect(Collectors.joining(", ")));
  }
}
