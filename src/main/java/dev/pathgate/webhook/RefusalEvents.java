package dev.pathgate.webhook;

import dev.pathgate.admission.AdmissionRequest;
import dev.pathgate.admission.Operation;
import dev.pathgate.admission.ReviewWriter;
import dev.pathgate.admission.Verdict;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.Events;
import dev.pathgate.kube.Requests;

/**
 * An Event on each object whose edit was refused: who edits through Git sees no answer, but can
 * describe the object. Written after the answer, which never waits for it; a dry-run leaves no
 * trace, and what is not there yet can't be described.
 */
final class RefusalEvents {
  private final Events events;

  RefusalEvents(Requests api) {
    this.events =
        new Events(
            api,
            new Events.Source(
                "pathgate.dev/webhook",
                System.getenv().getOrDefault("HOSTNAME", "pathgate"),
                "pathgate.events"));
  }

  void record(AdmissionRequest request, Verdict verdict) {
    if (verdict.isAllowed() || request.dryRun() || request.liveUid().isEmpty()) {
      return;
    }
    boolean deletes = request.operation() == Operation.DELETE;
    events.record(
        new Events.Subject(
            Kind.API_VERSION,
            request.kind(),
            request.objectNamespace(),
            request.objectName(),
            request.liveUid()),
        new Events.Event(
            true,
            deletes ? "Delete" : "Update",
            deletes ? "DeletionRefused" : "EditRefused",
            ReviewWriter.message(verdict)));
  }
}
