package dev.pathgate.admission;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.cluster.Cluster;
import dev.pathgate.rule.ServiceEdit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Gives a service without a chain the one chain of its namespace that is annotated {@code
 * pathgate.dev/default-chain: "true"} and lists its template.
 */
final class DefaultChains {
  private final Cluster cluster;
  private final String namespace;

  DefaultChains(Cluster cluster, String namespace) {
    this.cluster = cluster;
    this.namespace = namespace;
  }

  /**
   * A patch for the services that exactly one default chain fits, a warning for those that several
   * fit. The cache says which chains come into question; they count as they are right now.
   */
  CompletableFuture<Verdict> fill(List<ServiceEdit> chainless, long millis) {
    List<ChainRef> candidates =
        cluster.defaultChainsOf(namespace).stream()
            .filter(chain -> chainless.stream().anyMatch(edit -> lists(chain, edit)))
            .map(TemplateChain::ref)
            .toList();
    List<CompletableFuture<Optional<TemplateChain>>> reads =
        candidates.stream().map(cluster::readDefaultChain).toList();
    return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
        .thenApply(done -> reads.stream().flatMap(read -> read.join().stream()).toList())
        .exceptionally(unreadable -> List.of())
        .completeOnTimeout(List.of(), millis, TimeUnit.MILLISECONDS)
        .thenApply(chains -> filled(chainless, chains));
  }

  private static boolean lists(TemplateChain chain, ServiceEdit edit) {
    return chain.lists(edit.after().template());
  }

  private static Verdict filled(List<ServiceEdit> chainless, List<TemplateChain> chains) {
    List<Verdict.AddedChain> patch = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (ServiceEdit edit : chainless) {
      List<TemplateChain> fitting = chains.stream().filter(chain -> lists(chain, edit)).toList();
      if (fitting.size() == 1) {
        patch.add(new Verdict.AddedChain(edit.index(), fitting.get(0).ref().name()));
      } else if (fitting.size() > 1) {
        warnings.add(
            Warnings.of(
                "service "
                    + edit.after().identity()
                    + " gets no default templateChain: more than one lists "
                    + edit.after().template()
                    + ": "
                    + String.join(
                        ", ", fitting.stream().map(chain -> chain.ref().toString()).toList())));
      }
    }
    return new Verdict(
        List.of(), List.of(), Warnings.fitting(warnings), patch, Optional.empty(), "none");
  }
}
