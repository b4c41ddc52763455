package dev.pathgate.cli.check;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.cli.gate.Edit;
import dev.pathgate.cli.gate.PrintedVerdict;
import dev.pathgate.cli.gate.PrintedVerdict.Warning;
import dev.pathgate.cli.input.Item;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceEdit;
import dev.pathgate.rule.ServiceIdentity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Traps of GitOps that no single request shows, since they lie in what else the change holds; each
 * was seen with Flux or Argo CD.
 */
final class GitOps {
  /** A chain goes in the change in which its users move away. */
  static final String CHAIN_REMOVED = "gitops-chain-removed";

  /** A chain comes in the change in which a service moves along it. */
  static final String CHAIN_AND_MOVE = "gitops-chain-and-move";

  /** A new chain and a move along it are taken back together. */
  static final String REVERT = "gitops-revert";

  private final Edits edits;
  private final ServiceIdentity identity;
  private final Set<ChainRef> created = new LinkedHashSet<>();
  private final Map<ChainRef, Edit> deleted = new LinkedHashMap<>();
  private final Map<ChainRef, Set<ObjectRef>> leavers = new LinkedHashMap<>();
  private final Map<ObjectRef, List<Moved>> moves = new LinkedHashMap<>();

  /** A service whose template changes. */
  private record Moved(Service before, ServiceEdit edit) {}

  GitOps(Change change, Edits edits, ServiceIdentity identity) {
    this.edits = edits;
    this.identity = identity;
    for (Edit edit : change.edits()) {
      if (edit.item().kind() == Kind.SERVICE_TEMPLATE_CHAIN) {
        ChainRef ref = chain(edit.item());
        if (edit.creates()) {
          created.add(ref);
        } else if (edit.deletes()) {
          deleted.put(ref, edit);
        }
      }
    }
    for (Edit edit : change.edits()) {
      if (edit.item().kind().hasServices() && !edit.creates()) {
        noteMoves(edit);
        noteLeavers(edit);
      }
    }
  }

  private static ChainRef chain(Item item) {
    return new ChainRef(item.object().metadata().namespace(), item.object().metadata().name());
  }

  private void noteMoves(Edit edit) {
    if (edit.deletes()) {
      return;
    }
    Item item = edit.item();
    for (ServiceEdit service :
        edits.ofServices(
            edit.before().map(Item::object), item.object(), namespace(item), identity)) {
      for (Service before : service.before()) {
        if (!before.template().equals(service.after().template())) {
          moves
              .computeIfAbsent(item.ref(), key -> new ArrayList<>())
              .add(new Moved(before, service));
        }
      }
    }
  }

  private void noteLeavers(Edit edit) {
    Set<ChainRef> left = chains(edit.before().orElseThrow());
    edit.after().ifPresent(after -> left.removeAll(chains(after)));
    left.forEach(
        chain ->
            leavers.computeIfAbsent(chain, key -> new LinkedHashSet<>()).add(edit.item().ref()));
  }

  private Set<ChainRef> chains(Item item) {
    Set<ChainRef> chains = new LinkedHashSet<>();
    item.object().services().stream()
        .filter(Service::namesChain)
        .forEach(service -> chains.add(new ChainRef(namespace(item), service.templateChain())));
    return chains;
  }

  private String namespace(Item item) {
    return edits.chainNamespace(item.kind(), item.object().metadata().namespace());
  }

  /**
   * What there is to say about an edit of the change.
   *
   * @param chainsFirst the verdict if the chains came first
   * @param worst the verdict in whatever order
   */
  List<Warning> about(Edit edit, PrintedVerdict chainsFirst, PrintedVerdict worst) {
    if (edit.item().kind() == Kind.SERVICE_TEMPLATE_CHAIN) {
      return edit.deletes() ? aboutDeletion(chain(edit.item())) : List.of();
    }
    List<Warning> warnings = new ArrayList<>();
    for (Moved moved : moves.getOrDefault(edit.item().ref(), List.of())) {
      Optional<ChainRef> named = moved.edit().chain();
      if (named.filter(created::contains).isPresent()
          && worst.refuses(moved.edit().entry())
          && !chainsFirst.refuses(moved.edit().entry())) {
        warnings.add(chainAndMove(moved, named.get()));
      }
      ChainRef left = new ChainRef(moved.edit().chainNamespace(), moved.before().templateChain());
      if (takesBack(left, moved)) {
        warnings.add(revert(moved, left));
      }
    }
    return warnings;
  }

  private List<Warning> aboutDeletion(ChainRef ref) {
    Set<ObjectRef> users = leavers.getOrDefault(ref, Set.of());
    if (users.isEmpty()) {
      return List.of();
    }
    return List.of(
        warning(
            CHAIN_REMOVED,
            "ServiceTemplateChain "
                + ref
                + " goes in the change in which "
                + users.iterator().next()
                + (users.size() > 1 ? " and " + (users.size() - 1) + " more leave" : " leaves")
                + " it: a tool that deletes it first or waits for it (Flux dependsOn, Argo CD sync"
                + " waves) stops there; delete it in a later commit"));
  }

  private static Warning chainAndMove(Moved moved, ChainRef chain) {
    return warning(
        CHAIN_AND_MOVE,
        "service "
            + moved.edit().after().identity()
            + " moves along ServiceTemplateChain "
            + chain
            + ", which the same change creates; it would pass if the chain came first: in an earlier"
            + " commit, by Flux's --custom-apply-stage-kinds, or in an earlier Argo CD sync wave");
  }

  /** Whether the change undoes a move that a chain allowed, and takes that chain away with it. */
  private boolean takesBack(ChainRef left, Moved moved) {
    Edit deletion = deleted.get(left);
    return deletion != null
        && deletion
            .item()
            .object()
            .asChain()
            .reachFrom(moved.edit().after().template())
            .leadsTo(moved.before().template());
  }

  private static Warning revert(Moved moved, ChainRef chain) {
    return warning(
        REVERT,
        "service "
            + moved.edit().after().identity()
            + " goes back to "
            + moved.edit().after().template()
            + " and ServiceTemplateChain "
            + chain
            + " goes with it, as git revert has it: revert the service's move alone, along a chain"
            + " that leads back, and delete "
            + chain
            + " in a later commit");
  }

  private static Warning warning(String rule, String text) {
    return new Warning(rule, text + " [" + rule + "]");
  }
}
