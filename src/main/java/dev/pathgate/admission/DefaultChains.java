package dev.pathgate.admission;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.cluster.Cluster;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ServiceEdit;
import dev.pathgate.rule.Words;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
    Set<ChainRef> candidates =
        cluster.defaultChainsOf(namespace).stream()
            .filter(chain -> chainless.stream().anyMatch(edit -> fits(chain, edit)))
            .map(TemplateChain::ref)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (!cluster.isTrusted(Kind.SERVICE_TEMPLATE_CHAIN)) {
      chainless.forEach(edit -> lost(edit).ifPresent(candidates::add));
    }
    if (candidates.isEmpty()) {
      return CompletableFuture.completedFuture(Verdict.allowed());
    }
    List<CompletableFuture<Optional<TemplateChain>>> reads =
        candidates.stream().map(cluster::readDefaultChain).toList();
    return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
        .thenApply(done -> reads.stream().flatMap(read -> read.join().stream()).toList())
        .exceptionally(unreadable -> List.of())
        .completeOnTimeout(List.of(), millis.getAsLong(), TimeUnit.MILLISECONDS)
        .thenApply(chains -> filled(chainless, chains));
  }

  private static boolean wantsChain(ServiceEdit edit) {
    return edit.isNew() && !edit.after().namesChain();
  }

  /** The chain that a service had and that the edit leaves out; {@code ""} is no leaving out. */
  private static Optional<ChainRef> lost(ServiceEdit edit) {
    return edit.after().leavesChainOut() ? edit.chainTakenAway() : Optional.empty();
  }

  private static boolean fits(TemplateChain chain, ServiceEdit edit) {
    return !chain.isTerminating()
        && lost(edit)
            .map(chain.ref()::equals)
            .orElseGet(() -> wantsChain(edit) && chain.lists(edit.after().template()));
  }

  private static Verdict filled(List<ServiceEdit> chainless, List<TemplateChain> chains) {
    List<Verdict.AddedChain> patch = new ArrayList<>();
    List<Supplier<String>> warnings = new ArrayList<>();
    for (ServiceEdit edit : chainless) {
      List<TemplateChain> fitting = chains.stream().filter(chain -> fits(chain, edit)).toList();
      if (fitting.size() == 1) {
        patch.add(new Verdict.AddedChain(edit.index(), fitting.get(0).ref().name()));
        lost(edit).ifPresent(chain -> warnings.add(() -> putBack(edit, chain)));
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
