package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * What the API server answers about one thing.
 *
 * @param value missing where there is none, or where it may not be seen
 * @param unseen why it may not be seen; empty where it may
 */
record Reading(JsonNode value, String unseen) {
  static Reading of(JsonNode value) {
    return new Reading(value, "");
  }

  static Reading refused(String why) {
    return new Reading(MissingNode.getInstance(), why);
  }

  boolean isUnseen() {
    return !unseen.isEmpty();
  }

  /** Whether the API server says that there is none. */
  boolean isAbsent() {
    return unseen.isEmpty() && value.isMissingNode();
  }
}
