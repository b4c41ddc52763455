package dev.pathgate.status;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.rule.Service;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is kept of a ClusterDeployment or MultiClusterService: enough to tell whether its status is
 * right and whose it is, without the status itself.
 *
 * @param uid for Events
 * @param exact the digest of {@code status.servicesUpgradePaths}
 * @param asSets its digest where order doesn't count
 * @param namesOnly whether {@code asSets} is of the names alone, because its writer leaves {@code
 *     upgradePaths} out
 * @param moved the stored entries of services that have another template now, by the place of the
 *     service in the list
 * @param published its entries, in order
 * @param otherOwners the managers beside us that own the field, as {@code managedFields} has them
 * @param ownsPaths whether we own the field
 * @param condition our condition, whoever wrote it
 * @param ownsCondition whether we own it
 * @param conditionTaken whether somebody else owns a part of it
 */
record Observed(
    String uid,
    String resourceVersion,
    long generation,
    boolean deleting,
    List<Service> services,
    Digest exact,
    Digest asSets,
    boolean namesOnly,
    Map<Integer, JsonNode> moved,
    List<Published> published,
    List<String> otherOwners,
    boolean ownsPaths,
    Optional<SeenCondition> condition,
    boolean ownsCondition,
    boolean conditionTaken) {

  /** Our field manager. */
  static final String MANAGER = "pathgate";

  private static final String CONDITION_KEY = "k:{\"type\":\"" + Condition.TYPE + "\"}";

  /** An entry of the stored value, as far as Events need it. */
  record Published(String identity, String template, boolean hasPaths) {}

  /** Our condition as the object has it. */
  record SeenCondition(
      boolean isTrue,
      String reason,
      String message,
      long observedGeneration,
      String lastTransitionTime) {}

  /** Reads an object; what can't be meant counts as absent. */
  static Observed of(JsonNode json, K0rdentObject object) {
    JsonNode metadata = json.path("metadata");
    JsonNode status = json.path("status");
    JsonNode paths = status.path("servicesUpgradePaths");
    List<String> others = new ArrayList<>();
    boolean ownsPaths = false;
    boolean ownsCondition = false;
    boolean conditionTaken = false;
    for (JsonNode entry : metadata.path("managedFields")) {
      JsonNode owned = entry.path("fieldsV1").path("f:status");
      boolean ours = isOurs(entry);
      if (owned.has("f:servicesUpgradePaths")) {
        ownsPaths |= ours;
        if (!ours) {
          others.add(entry.path("manager").asText());
        }
      }
      JsonNode condition = owned.path("f:conditions");
      if (condition.path(CONDITION_KEY).isObject()) {
        ownsCondition |= ours;
        conditionTaken |= !ours;
      }
    }
    boolean namesOnly = leavesUpgradePathsOut(paths);
    return new Observed(
        metadata.path("uid").asText(),
        object.metadata().resourceVersion(),
        metadata.path("generation").asLong(),
        object.metadata().deleting(),
        object.services(),
        Digest.exact(paths),
        namesOnly ? Digest.ofNames(paths) : Digest.asSets(paths),
        namesOnly,
        moved(paths, object.services()),
        published(paths, object.services()),
        List.copyOf(others),
        ownsPaths,
        condition(status.path("conditions")),
        ownsCondition,
        conditionTaken);
  }

  private static boolean isOurs(JsonNode entry) {
    return entry.path("manager").asText().equals(MANAGER)
        && entry.path("operation").asText().equals("Apply")
        && entry.path("subresource").asText().equals("status");
  }

  /** k0rdent from 1.6 on writes {@code versions} alone. */
  private static boolean leavesUpgradePathsOut(JsonNode paths) {
    for (JsonNode entry : paths) {
      for (JsonNode upgrade : entry.path("availableUpgrades")) {
        if (upgrade.path("upgradePaths").isEmpty() && !upgrade.path("versions").isEmpty()) {
          return true;
        }
      }
    }
    return false;
  }

  private static Map<Integer, JsonNode> moved(JsonNode paths, List<Service> services) {
    // Up to k0rdent 1.3 a list may hold the same service twice: its entries are in the same order.
    Map<String, Deque<JsonNode>> entries = new HashMap<>();
    for (JsonNode entry : paths) {
      entries.computeIfAbsent(identity(entry), key -> new ArrayDeque<>()).add(entry);
    }
    Map<Integer, JsonNode> moved = new HashMap<>();
    for (int i = 0; i < services.size(); i++) {
      Service service = services.get(i);
      JsonNode entry = entries.getOrDefault(service.identity(), new ArrayDeque<>()).poll();
      if (entry != null && !entry.path("template").asText().equals(service.template())) {
        moved.put(i, entry);
      }
    }
    return Map.copyOf(moved);
  }

  private static String identity(JsonNode entry) {
    return entry.path("namespace").asText(Service.DEFAULT_NAMESPACE)
        + "/"
        + entry.path("name").asText();
  }

  private static List<Published> published(JsonNode paths, List<Service> services) {
    // Most entries repeat the names of the spec; the same strings serve both.
    Map<String, String> known = new HashMap<>();
    services.forEach(service -> known.put(service.template(), service.template()));
    List<Published> entries = new ArrayList<>();
    for (JsonNode entry : paths) {
      String template = entry.path("template").asText();
      entries.add(
          new Published(
              identity(entry),
              known.getOrDefault(template, template),
              !entry.path("availableUpgrades").isEmpty()));
    }
    return List.copyOf(entries);
  }

  private static Optional<SeenCondition> condition(JsonNode conditions) {
    for (JsonNode condition : conditions) {
      if (condition.path("type").asText().equals(Condition.TYPE)) {
        return Optional.of(
            new SeenCondition(
                condition.path("status").asText().equals("True"),
                condition.path("reason").asText(),
                condition.path("message").asText(),
                condition.path("observedGeneration").asLong(),
                condition.path("lastTransitionTime").asText()));
      }
    }
    return Optional.empty();
  }

  /** Whether our condition stands there already. */
  boolean says(Condition wanted) {
    return condition
        .filter(SeenCondition::isTrue)
        .filter(seen -> seen.reason().equals(wanted.reason()))
        .filter(seen -> seen.message().equals(wanted.message()))
        .filter(seen -> seen.observedGeneration() == generation)
        .isPresent();
  }
}
