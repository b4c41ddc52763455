package dev.pathgate.status;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.Settings.StatusSettings.Ownership;
import java.time.Instant;
import java.util.Optional;

/**
 * What is to be written into an object's status, so that it says what the chains offer.
 *
 * <p>A server-side apply states everything that we own: what we leave out we give up, and what
 * nobody owns any more disappears. So while the field is ours, the condition is never sent without
 * it; and if we yield, the condition is sent alone, which hands the field to its other owner.
 *
 * @param status the {@code status} to apply; empty if the object is right as it is
 * @param force whether the apply takes over what others own; without it, the API server answers 409
 *     where a writer came in between
 * @param atVersion whether it holds for the version of the object only that was looked at
 * @param writesPaths whether the apply changes {@code servicesUpgradePaths}
 * @param yieldsTo who owns the field, where it is left alone although it says something else
 * @param value the digest of what the chains lead to, the same whoever owns the field
 */
record StatusWrite(
    Optional<ObjectNode> status,
    boolean force,
    boolean atVersion,
    boolean writesPaths,
    Optional<String> yieldsTo,
    Digest value) {

  /** What to do is the user's to choose. */
  record Policy(Ownership ownership, boolean condition, long maxBytes) {}

  /**
   * What to say while our value, which another writer has overwritten, waits to be written again:
   * the condition must not go on claiming it. Nothing, where the condition does not.
   */
  static Optional<ObjectNode> whileOverwritten(
      Observed observed, StatusShape shape, Policy policy, Instant now) {
    if (observed.otherOwner().isEmpty()
        || observed.conditionTaken()
        || !policy.condition()
        || !shape.conditions()) {
      return Optional.empty();
    }
    Condition overwritten = Condition.overwrittenBy(observed.otherOwner().get());
    if (observed.says(overwritten)) {
      return Optional.empty();
    }
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.putArray("conditions").add(overwritten.json(observed, now));
    return Optional.of(status);
  }

  static StatusWrite of(
      Observed observed, UpgradePaths paths, StatusShape shape, Policy policy, Instant now) {
    ArrayNode value = StatusJson.paths(paths, shape.versions());
    boolean foreign = observed.otherOwner().isPresent();
    Digest digest = Digest.exact(value);
    Observed.Comparison comparison = observed.comparison();
    boolean right =
        observed
            .paths()
            .equals(comparison == Observed.Comparison.EXACT ? digest : comparison.digest(value));
    boolean yields = foreign && !right && policy.ownership() == Ownership.YIELD;
    boolean writesPaths = !right && !yields;
    Optional<Condition> condition =
        policy.condition() && shape.conditions()
            ? Optional.of(
                yields
                    ? Condition.yieldedTo(observed.otherOwner().get())
                    : Condition.of(paths, policy.maxBytes()))
            : Optional.empty();
    boolean conditionRight =
        condition.map(observed::says).orElseGet(() -> !observed.ownsCondition());
    Optional<String> yieldsTo = yields ? observed.otherOwner() : Optional.empty();
    if (!writesPaths && conditionRight) {
      return new StatusWrite(Optional.empty(), false, false, false, yieldsTo, digest);
    }
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    boolean saysPaths = writesPaths || !foreign;
    if (saysPaths && !(value.isEmpty() && observed.paths().equals(Digest.OF_NOTHING))) {
      status.set("servicesUpgradePaths", value);
    }
    condition.ifPresent(wanted -> status.putArray("conditions").add(wanted.json(observed, now)));
    // Our condition is ours by its name, so that a part which another writer took is taken back;
    // that must not take the field as well if its owner changed a moment ago.
    boolean takesConditionBack = condition.isPresent() && observed.conditionTaken();
    boolean forced = policy.ownership() == Ownership.FORCE;
    // What nobody owns is refused all the same, as if somebody did.
    boolean takesWhatNobodyOwns = observed.ownerless();
    return new StatusWrite(
        Optional.of(status),
        forced || takesConditionBack || takesWhatNobodyOwns,
        !forced && ((takesConditionBack && saysPaths) || takesWhatNobodyOwns),
        writesPaths,
        yieldsTo,
        digest);
  }
}
