package dev.pathgate.webhook;

import dev.pathgate.admission.AdmissionRequest;
import dev.pathgate.admission.Operation;
import dev.pathgate.admission.ReviewWriter;
import dev.pathgate.admission.Verdict;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.Events;
import dev.pathgate.kube.Requests;

/**
 * Writes an Event on each object whose edit was refused: people who edit through Git see no answer,
 * but can describe the object. The Event is written after the answer, which never waits for it.
 * Dry-runs leave none, nor do refused creations, whose object does not exist.
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
