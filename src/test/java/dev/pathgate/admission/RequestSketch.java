package dev.pathgate.admission;

import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import java.util.List;
import java.util.Optional;

/** Requests as they are decoded, by user admin. */
final class RequestSketch {
  private RequestSketch() {}

  static AdmissionRequest create(K0rdentObject object) {
    return request(Operation.CREATE, Optional.of(object), Optional.empty());
  }

  static AdmissionRequest update(K0rdentObject before, K0rdentObject after) {
    return request(Operation.UPDATE, Optional.of(after), Optional.of(before));
  }

  static AdmissionRequest delete(K0rdentObject object) {
    return request(Operation.DELETE, Optional.empty(), Optional.of(object));
  }

  /** The same request by another user. */
  static AdmissionRequest by(String user, List<String> groups, AdmissionRequest request) {
    return new AdmissionRequest(
        request.uid(),
        request.group(),
        request.kind(),
        request.name(),
        request.namespace(),
        request.operation(),
        user,
        groups,
        request.fieldManager(),
        request.object(),
        request.oldObject());
  }

  /** The same request about another kind of k0rdent. */
  static AdmissionRequest ofKind(String kind, AdmissionRequest request) {
    return new AdmissionRequest(
        request.uid(),
        request.group(),
        kind,
        request.name(),
        request.namespace(),
        request.operation(),
        request.user(),
        request.groups(),
        request.fieldManager(),
        request.object(),
        request.oldObject());
  }

  /** The same request as that tool sends it. */
  static AdmissionRequest managedBy(String fieldManager, AdmissionRequest request) {
    return new AdmissionRequest(
        request.uid(),
        request.group(),
        request.kind(),
        request.name(),
        request.namespace(),
        request.operation(),
        request.user(),
        request.groups(),
        fieldManager,
        request.object(),
        request.oldObject());
  }

  /** The same request without a name, as in the deletion of a collection. */
  static AdmissionRequest unnamed(AdmissionRequest request) {
    return new AdmissionRequest(
        request.uid(),
        request.group(),
        request.kind(),
        "",
        request.namespace(),
        request.operation(),
        request.user(),
        request.groups(),
        request.fieldManager(),
        request.object(),
        request.oldObject());
  }

  private static AdmissionRequest request(
      Operation operation, Optional<K0rdentObject> object, Optional<K0rdentObject> oldObject) {
    K0rdentObject any = object.or(() -> oldObject).orElseThrow();
    return new AdmissionRequest(
        "uid-1",
        Kind.GROUP,
        any.kind(),
        any.metadata().name(),
        any.metadata().namespace(),
        operation,
        "admin",
        List.of("system:authenticated"),
        "kubectl-client-side-apply",
        object,
        oldObject);
  }
}
