package dev.pathgate.cli.check;

import dev.pathgate.Settings;
import dev.pathgate.cli.gate.Edit;
import dev.pathgate.cli.gate.Gate;
import dev.pathgate.cli.gate.PrintedVerdict;
import dev.pathgate.cli.input.Inventory;
import dev.pathgate.cli.input.Item;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceIdentity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The states of a cluster in which an edit may meet the gate, since tools apply the parts of a
 * change in an order of their own.
 *
 * <pre>
 *   chains first:  old objects + created chains  →  services move  →  chains are deleted
 *   chains last:   old objects  →  chains are deleted  →  services move  →  chains are created
 * </pre>
 *
 * What the gate would not let go first is still there when services move, in either order.
 */
final class Order {
  private final Map<ObjectRef, Item> stored;
  private final Gate before;
  private final Gate withoutOldChains;
  private final Gate withNewChains;
  private final Gate after;
  private final boolean mutates;

  /**
   * @param mutates whether {@code /mutate} is registered, too
   */
  Order(
      Settings settings, ServiceIdentity identity, Inventory from, Change change, boolean mutates) {
    this.mutates = mutates;
    this.stored = mutates ? stored(new Gate(settings, identity, from.all()), from) : from.items();
    Map<ObjectRef, Item> chainsAdded = new LinkedHashMap<>(stored);
    for (Edit edit : change.edits()) {
      if (edit.creates() && !edit.item().kind().hasServices()) {
        chainsAdded.put(edit.item().ref(), edit.item());
      }
    }
    this.before = new Gate(settings, identity, stored.values());
    Map<ObjectRef, Item> left = left(change);
    this.withoutOldChains =
        left.equals(stored) ? before : new Gate(settings, identity, left.values());
    this.withNewChains = new Gate(settings, identity, chainsAdded.values());
    Map<ObjectRef, Item> end = new LinkedHashMap<>(stored);
    for (Edit edit : change.edits()) {
      if (edit.item().kind().hasServices()) {
        if (edit.deletes()) {
          end.remove(edit.item().ref());
        } else {
          end.put(edit.item().ref(), mutated(withNewChains, edit).edit().item());
        }
      }
    }
    this.after = new Gate(settings, identity, end.values());
  }

  /** The old objects as the cluster has them: what their files leave out, they were given. */
  private static Map<ObjectRef, Item> stored(Gate gate, Inventory from) {
    Map<ObjectRef, Item> stored = new LinkedHashMap<>(from.items());
    stored.replaceAll(
        (ref, item) ->
            item.kind().hasServices() && item.origin().isPresent() ? filled(gate, item) : item);
    return stored;
  }

  /** As it was created; but {@code ""}, applied once more, has taken the chain away since. */
  private static Item filled(Gate gate, Item file) {
    List<Service> written = file.object().services();
    List<Service> given =
        gate.mutate(new Edit(Optional.empty(), Optional.of(file)))
            .edit()
            .item()
            .object()
            .services();
    return file.with(
        file.object()
            .with(
                IntStream.range(0, written.size())
                    .mapToObj(i -> (written.get(i).leavesChainOut() ? given : written).get(i))
                    .toList()));
  }

  /** The old objects without those chains and templates that can be deleted at once. */
  private Map<ObjectRef, Item> left(Change change) {
    Map<ObjectRef, Item> left = new LinkedHashMap<>(stored);
    for (Edit edit : change.edits()) {
      if (edit.deletes()
          && !edit.item().kind().hasServices()
          && PrintedVerdict.of(before.judge(edit)).isAllowed()) {
        left.computeIfPresent(edit.item().ref(), (ref, item) -> gone(item));
      }
    }
    return left;
  }

  /** A chain is on its way out, which is as good as gone and is said to be just that. */
  private static Item gone(Item item) {
    return item.kind() == Kind.SERVICE_TEMPLATE_CHAIN
        ? item.with(item.object().with(item.object().metadata().asDeleting(true)))
        : null;
  }

  /** The verdict where chains are created first and deleted last. */
  PrintedVerdict chainsFirst(Edit edit) {
    return judge(edit.deletes() ? after : withNewChains, edit);
  }

  /** The verdict where they are created last and deleted first. */
  PrintedVerdict chainsLast(Edit edit) {
    return judge(edit.deletes() ? before : withoutOldChains, edit);
  }

  private PrintedVerdict judge(Gate gate, Edit edit) {
    Gate.Mutated mutated = mutated(gate, edit);
    PrintedVerdict verdict = PrintedVerdict.of(gate.judge(mutated.edit()));
    List<PrintedVerdict.Warning> warnings = new ArrayList<>();
    mutated.warnings().forEach(text -> warnings.add(new PrintedVerdict.Warning("", text)));
    return verdict.and(warnings);
  }

  /** The edit as {@code /mutate}, if it is registered, leaves it. */
  private Gate.Mutated mutated(Gate gate, Edit edit) {
    if (!mutates) {
      return new Gate.Mutated(edit, List.of());
    }
    Optional<Item> old = edit.before().map(item -> stored.getOrDefault(item.ref(), item));
    return gate.mutate(new Edit(old, edit.after()));
  }
}
