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
 * right and who owns it, but nothing of the status itself. There is one per object, and each is
 * small whatever the object holds.
 *
 * @param uid for Events
 * @param paths the digest of {@code status.servicesUpgradePaths}, as {@code comparison} has it
 * @param moved whether an entry is stored of a service that has another template now
 * @param stored how the service of each place in the list stands in the stored value
 * @param otherOwner the first manager beside us that owns the field, as {@code managedFields} has
 *     them
 * @param condition our condition, whoever wrote it
 * @param ownsCondition whether we own it
 * @param conditionTaken whether somebody else owns a part of it
 * @param ownerless whether what stands there has no owner but one that the API server makes up
 * @param crowded whether it lists so many services that they are not kept; it is read again when
 *     its turn comes
 */
record Observed(
    String uid,
    String resourceVersion,
    long generation,
    boolean deleting,
    PackedServices packedServices,
    Digest paths,
    Comparison comparison,
    boolean moved,
    List<Stored> stored,
    Optional<String> otherOwner,
    Optional<SeenCondition> condition,
    boolean ownsCondition,
    boolean conditionTaken,
    boolean ownerless,
    boolean crowded) {

  /** How many services of an object are meant, and kept. */
  private static final int SERVICES_KEPT = 1_000;

  /** Our field manager. */
  static final String MANAGER = "pathgate";

  /**
   * To whom the API server gives all that it finds in an object without {@code managedFields} when
   * it is applied to: to nobody that writes.
   */
  private static final String NOBODY = "before-first-apply";

  static final String CONDITION_KEY = "k:{\"type\":\"" + Condition.TYPE + "\"}";

  private static final Interner<PackedServices> SERVICES = new Interner<>();
  private static final Interner<List<Stored>> STORED = new Interner<>();

  /** What counts of a value: of one that somebody else writes less than of our own. */
  enum Comparison {
    EXACT,
    AS_SETS,
    /** Of the names alone, since its writer leaves {@code upgradePaths} out. */
    NAMES;

    Digest digest(JsonNode paths) {
      return switch (this) {
        case EXACT -> Digest.exact(paths);
        case AS_SETS -> Digest.asSets(paths);
        case NAMES -> Digest.ofNames(paths);
      };
    }
  }

  /** What the stored value says of a service, as far as Events need it. */
  enum Stored {
    NOTHING,
    SAME_TEMPLATE_WITH_PATHS,
    SAME_TEMPLATE_WITHOUT_PATHS,
    OTHER_TEMPLATE_WITH_PATHS,
    OTHER_TEMPLATE_WITHOUT_PATHS;

    static Stored of(boolean sameTemplate, boolean hasPaths) {
      if (sameTemplate) {
        return hasPaths ? SAME_TEMPLATE_WITH_PATHS : SAME_TEMPLATE_WITHOUT_PATHS;
      }
      return hasPaths ? OTHER_TEMPLATE_WITH_PATHS : OTHER_TEMPLATE_WITHOUT_PATHS;
    }

    boolean isSameTemplate() {
      return this == SAME_TEMPLATE_WITH_PATHS || this == SAME_TEMPLATE_WITHOUT_PATHS;
    }

    boolean hasPaths() {
      return this == SAME_TEMPLATE_WITH_PATHS || this == OTHER_TEMPLATE_WITH_PATHS;
    }
  }

  /**
   * Our condition as the object has it.
   *
   * @param said the digest of its reason and message
   */
  record SeenCondition(
      boolean isTrue, Digest said, long observedGeneration, String lastTransitionTime) {}

  /**
   * Who owns what is ours to write, as {@code managedFields} has it; see the fields of that name.
   */
  private record Owners(
      Optional<String> otherOwner,
      boolean ownsCondition,
      boolean conditionTaken,
      boolean ownerless) {
    static Owners of(JsonNode managedFields) {
      Optional<String> otherOwner = Optional.empty();
      boolean ownsCondition = false;
      boolean conditionTaken = false;
      boolean ownerless = managedFields.isEmpty();
      for (JsonNode entry : managedFields) {
        JsonNode owned = entry.path("fieldsV1").path("f:status");
        if (entry.path("manager").asText().equals(NOBODY)) {
          ownerless |= !owned.isMissingNode();
          continue;
        }
        boolean ours = isOurs(entry);
        if (!ours && otherOwner.isEmpty() && owned.has("f:servicesUpgradePaths")) {
          otherOwner = Optional.of(entry.path("manager").asText().intern());
        }
        if (owned.path("f:conditions").path(CONDITION_KEY).isObject()) {
          ownsCondition |= ours;
          conditionTaken |= !ours;
        }
      }
      return new Owners(otherOwner, ownsCondition, conditionTaken, ownerless);
    }

    private static boolean isOurs(JsonNode entry) {
      return entry.path("manager").asText().equals(MANAGER)
          && entry.path("operation").asText().equals("Apply")
          && entry.path("subresource").asText().equals("status");
    }
  }

  /** Looks at an object; what can't be meant counts as absent. */
  static Observed of(JsonNode json, JsonNode status, K0rdentObject object) {
    JsonNode metadata = json.path("metadata");
    JsonNode paths = status.path("servicesUpgradePaths");
    Owners owners = Owners.of(metadata.path("managedFields"));
    Comparison comparison = Comparison.EXACT;
    if (owners.otherOwner().isPresent()) {
      comparison = leavesUpgradePathsOut(paths) ? Comparison.NAMES : Comparison.AS_SETS;
    }
    return new Observed(
        metadata.path("uid").asText(),
        object.metadata().resourceVersion(),
        metadata.path("generation").asLong(),
        object.metadata().deleting(),
        shared(PackedServices.of(object.services())),
        comparison.digest(paths),
        comparison,
        !moved(paths, object.services()).isEmpty(),
        shared(stored(paths, object.services())),
        owners.otherOwner(),
        condition(status.path("conditions")),
        owners.ownsCondition(),
        owners.conditionTaken(),
        owners.ownerless(),
        false);
  }

  /** Its services; none of a crowded one. */
  List<Service> services() {
    return packedServices.list();
  }

  /** What is kept of it while it waits for its turn. */
  Observed kept() {
    return stored.size() <= SERVICES_KEPT
        ? this
        : new Observed(
            uid,
            resourceVersion,
            generation,
            deleting,
            PackedServices.NONE,
            paths,
            comparison,
            moved,
            List.of(),
            otherOwner,
            condition,
            ownsCondition,
            conditionTaken,
            ownerless,
            true);
  }

  /** Whether an edit of the spec may lie between the two. */
  boolean hasOtherServicesThan(Observed before) {
    boolean areKept = !crowded && !before.crowded;
    return areKept
        ? !packedServices.equals(before.packedServices)
        : generation != before.generation;
  }

  private static PackedServices shared(PackedServices services) {
    return SERVICES.shared(services, services.texts().length());
  }

  private static List<Stored> shared(List<Stored> stored) {
    return STORED.shared(stored, stored.size());
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

  /**
   * The stored entries of services that have another template now, by the place of the service in
   * the list.
   */
  static Map<Integer, JsonNode> moved(JsonNode paths, List<Service> services) {
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

  private static List<Stored> stored(JsonNode paths, List<Service> services) {
    Map<String, JsonNode> entries = new HashMap<>();
    paths.forEach(entry -> entries.putIfAbsent(identity(entry), entry));
    List<Stored> stored = new ArrayList<>();
    for (Service service : services) {
      JsonNode entry = entries.get(service.identity());
      stored.add(
          entry == null
              ? Stored.NOTHING
              : Stored.of(
                  entry.path("template").asText().equals(service.template()),
                  !entry.path("availableUpgrades").isEmpty()));
    }
    return List.copyOf(stored);
  }

  private static Optional<SeenCondition> condition(JsonNode conditions) {
    for (JsonNode condition : conditions) {
      if (condition.path("type").asText().equals(Condition.TYPE)) {
        return Optional.of(
            new SeenCondition(
                condition.path("status").asText().equals("True"),
                Digest.ofTexts(
                    condition.path("reason").asText(), condition.path("message").asText()),
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
        .filter(seen -> seen.said().equals(Digest.ofTexts(wanted.reason(), wanted.message())))
        .filter(seen -> seen.observedGeneration() == generation)
        .isPresent();
  }
}
