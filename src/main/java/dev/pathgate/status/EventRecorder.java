package dev.pathgate.status;

import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.Events;
import dev.pathgate.kube.Requests;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.Words;
import dev.pathgate.status.Observed.Stored;
import java.util.ArrayList;
import java.util.List;

/** Events on objects whose services have paths again, or have them no more. */
final class EventRecorder {
  static final String AVAILABLE = "UpgradePathsAvailable";
  static final String UNAVAILABLE = "UpgradePathsUnavailable";

  private final Events events;

  /**
   * One Event about an object.
   *
   * @param reason one word
   * @param note which services, and why
   */
  record Event(String reason, String note) {}

  /**
   * @param instance this process
   */
  EventRecorder(Requests api, String instance) {
    this.events =
        new Events(
            api,
            new Events.Source("pathgate.dev/status-patcher", instance, "pathgate.status.events"));
  }

  /**
   * What an object's users will want to know once the paths are written. A service that is new has
   * no Event, and one that went to the end of its chain had its upgrade.
   */
  static List<Event> eventsFor(Observed before, UpgradePaths paths) {
    List<String> gained = new ArrayList<>();
    List<String> lost = new ArrayList<>();
    for (int i = 0; i < Math.min(before.stored().size(), paths.entries().size()); i++) {
      Stored then = before.stored().get(i);
      UpgradePaths.Entry now = paths.entries().get(i);
      if (then == Stored.NOTHING || now.unchanged().isPresent()) {
        continue;
      }
      boolean hasPaths = !now.paths().isEmpty() || now.leftOut() > 0;
      if (then.hasPaths()
          && !hasPaths
          && (then.isSameTemplate() || now.unresolvedReason().isPresent())) {
        lost.add(
            "%s (%s)"
                .formatted(
                    Words.identity(now.service()),
                    now.unresolvedReason()
                        .orElse(
                            "its chain leads nowhere from "
                                + Words.name(now.service().template()))));
      } else if (!then.hasPaths() && hasPaths && then.isSameTemplate()) {
        gained.add(Words.identity(now.service()));
      }
    }
    List<Event> events = new ArrayList<>();
    if (!lost.isEmpty()) {
      events.add(
          new Event(UNAVAILABLE, "no upgrade paths any more for " + String.join(", ", lost)));
    }
    if (!gained.isEmpty()) {
      events.add(
          new Event(AVAILABLE, "upgrade paths are available for " + String.join(", ", gained)));
    }
    return events;
  }

  /** Writes it, some time soon. */
  void record(ObjectRef object, Observed observed, Event event) {
    events.record(
        new Events.Subject(
            Kind.API_VERSION, object.kind(), object.namespace(), object.name(), observed.uid()),
        new Events.Event(
            event.reason().equals(UNAVAILABLE),
            "PublishUpgradePaths",
            event.reason(),
            event.note()));
  }
}
