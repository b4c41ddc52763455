package dev.pathgate.cli.gate;

import dev.pathgate.admission.Operation;
import dev.pathgate.cli.input.Item;
import java.util.Optional;

/**
 * One object of a change.
 *
 * @param before as it was; empty on creation
 * @param after as it is to be; empty on deletion
 */
public record Edit(Optional<Item> before, Optional<Item> after) {
  /** CREATE, UPDATE or DELETE. */
  public Operation operation() {
    return before.isEmpty()
        ? Operation.CREATE
        : after.isEmpty() ? Operation.DELETE : Operation.UPDATE;
  }

  /** Whether there was no such object before. */
  public boolean creates() {
    return before.isEmpty();
  }

  /** Whether there is no such object afterwards. */
  public boolean deletes() {
    return after.isEmpty();
  }

  /** The object as it is to be, or as it was. */
  public Item item() {
    return after.or(() -> before).orElseThrow();
  }
}
