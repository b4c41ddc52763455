package dev.pathgate.admission;

import com.fasterxml.jackson.core.JsonParser;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectReader;
import dev.pathgate.kube.KubernetesJson;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private static final String KUBECTL_EDIT = "kubectl-edit";

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

  /** The kind of the object, if it is one that Pathgate judges. */
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

  /**
   * Whether {@code kubectl edit} asks, and not a client-side {@code apply} that calls itself so: an
   * edit leaves alone what the last apply noted of its file, and wants services that this file does
   * not say; an apply notes its own file, and wants what that says. The spec of what has no
   * services never changes, so that an apply of the file that was noted asks for nothing.
   */
  boolean isFromAnEditor() {
    if (!operation.writes() || !fieldManager.equals(KUBECTL_EDIT)) {
      return false;
    }
    Optional<String> noted = object.flatMap(after -> after.metadata().lastApplied());
    return noted.equals(replaced().flatMap(before -> before.metadata().lastApplied()))
        && noted
            .filter(file -> hasServices())
            .filter(file -> services(file).equals(services(object.get())))
            .isEmpty();
  }

  private static Map<String, String> services(K0rdentObject object) {
    Map<String, String> services = new HashMap<>();
    object
        .services()
        .forEach(
            service ->
                services.put(service.identity(), service.template() + "@" + service.version()));
    return services;
  }

  private static Map<String, String> services(String file) {
    try (JsonParser parser = KubernetesJson.FACTORY.createParser(file)) {
      if (parser.nextToken() == null) {
        return Map.of();
      }
      return services(ObjectReader.lenient().read(parser, ""));
    } catch (IOException unreadable) {
      return Map.of();
    }
  }

  /** The old object that an update replaces; empty otherwise. */
  Optional<K0rdentObject> replaced() {
    return operation == Operation.UPDATE ? oldObject : Optional.empty();
  }
}
