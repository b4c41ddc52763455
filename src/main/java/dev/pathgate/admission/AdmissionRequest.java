package dev.pathgate.admission;

import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import java.util.List;
import java.util.Optional;

/**
 * The request of an {@code admission.k8s.io/v1} AdmissionReview, as far as Pathgate reads it.
 *
 * @param fieldManager who writes, as the client calls itself; empty if it doesn't
 * @param dryRun whether nothing will be stored, whatever is answered
 * @param object the new object; empty on DELETE
 * @param oldObject the live object; empty on CREATE
 */
public record AdmissionRequest(
    String uid,
    String group,
    String kind,
    String name,
    String namespace,
    Operation operation,
    String user,
    List<String> groups,
    String fieldManager,
    boolean dryRun,
    Optional<K0rdentObject> object,
    Optional<K0rdentObject> oldObject) {

  /** A request that is no dry-run. */
  public AdmissionRequest(
      String uid,
      String group,
      String kind,
      String name,
      String namespace,
      Operation operation,
      String user,
      List<String> groups,
      String fieldManager,
      Optional<K0rdentObject> object,
      Optional<K0rdentObject> oldObject) {
    this(
        uid,
        group,
        kind,
        name,
        namespace,
        operation,
        user,
        groups,
        fieldManager,
        false,
        object,
        oldObject);
  }

  public Optional<Kind> knownKind() {
    return Kind.of(group, kind);
  }

  /** Whether its object lists services. */
  boolean hasServices() {
    return knownKind().filter(Kind::hasServices).isPresent();
  }

  /** The live object's uid; empty where there is none yet, or it is not told. */
  public String liveUid() {
    return oldObject.map(live -> live.metadata().uid()).orElse("");
  }

  /** The object's name: a collection delete carries none in the request itself. */
  public String objectName() {
    return object
        .or(() -> oldObject)
        .map(found -> found.metadata().name())
        .filter(found -> !found.isEmpty())
        .orElse(name);
  }

  /** The namespace, empty for a cluster-scoped object. */
  public String objectNamespace() {
    return namespace.isEmpty()
        ? object.or(() -> oldObject).map(found -> found.metadata().namespace()).orElse("")
        : namespace;
  }

  /** {@code ClusterDeployment tenant42/prod-eu}. */
  public String subject() {
    String place = objectNamespace();
    return kind + " " + (place.isEmpty() ? "" : place + "/") + objectName();
  }

  /** Whether the object is on its way out, so that nothing may hold it up. */
  boolean isBeingDeleted() {
    return object.or(() -> oldObject).filter(found -> found.metadata().deleting()).isPresent();
  }

  /** The old object that an update replaces; empty otherwise. */
  Optional<K0rdentObject> replaced() {
    return operation == Operation.UPDATE ? oldObject : Optional.empty();
  }
}
