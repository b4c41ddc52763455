package dev.pathgate.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.kube.ApiServer;
import dev.pathgate.kube.ApiServer.Call;
import java.util.Map;

/**
 * The patcher writes all statuses, between bare loops of such applies to a part of them: two with
 * nothing around them, and two beside a watch that is only drained, which costs the API server what
 * the patcher's costs it.
 */
final class Patching {
  private Patching() {}

  static void measure(Image image, Map<String, String> cluster, Fleet fleet, int objects)
      throws Exception {
    int part = objects * 3 / 20;
    double written;
    double before = part / bareLoop(fleet, part, "Before");
    double watchedBefore = part / watchedLoop(fleet, part, "WatchedBefore");
    double own;
    double rate;
    Running.Memory busy;
    Running.Memory rest;
    try (Running patcher = image.serve("status-patcher", cluster)) {
      double ready = patcher.awaitReady();
      double cpu = patcher.cpu();
      long began = System.nanoTime();
      do {
        Thread.sleep(500);
        written = patcher.metric("pathgate_status_writes_total{result=\"written\"");
        if (written == 0) {
          began = System.nanoTime();
        }
        if ((System.nanoTime() - began) / 500_000_000 % 20 == 0) {
          Bench.say("  patcher: %.0f of %d", written, objects);
        }
      } while (written < objects);
      rate = objects / ((System.nanoTime() - began) / 1e9);
      own = 1e3 * (patcher.cpu() - cpu) / objects;
      busy = patcher.memory();
      Thread.sleep(10_000);
      rest = patcher.memory();
      Bench.row(
          "status-patcher, %,d ClusterDeployments of 5 services: start to ready"
              .formatted(objects),
          "%.2f s".formatted(ready));
    }
    double watchedAfter = part / watchedLoop(fleet, part, "WatchedAfter");
    double cpu = Running.cpu(ProcessHandle.current());
    double after = part / bareLoop(fleet, part, "After");
    double bareCpu = 1e3 * (Running.cpu(ProcessHandle.current()) - cpu) / part;
    beside("statuses written a second", rate, "bare loops", before, after);
    beside("… beside a watch", rate, "bare loops and a watch", watchedBefore, watchedAfter);
    Bench.row(
        "CPU of the patcher a status, ms",
        "%.2f".formatted(own),
        "%.2f bare loop".formatted(bareCpu),
        "%.2f".formatted(own / bareCpu));
    Bench.row("status-patcher after writing: RSS / private", busy.toString());
    Bench.row("status-patcher at rest after that: RSS / private", rest.toString());
  }

  private static void beside(
      String what, double rate, String theirs, double before, double after) {
    Bench.row(
        what,
        "%.0f".formatted(rate),
        "%.0f, %.0f %s before and after".formatted(before, after, theirs),
        "%.2f".formatted(rate / ((before + after) / 2)));
  }

  private static double watchedLoop(Fleet fleet, int count, String reason) throws Exception {
    try (AutoCloseable watch = fleet.watched()) {
      return bareLoop(fleet, count, reason);
    }
  }

  /** The same kind of write without anything around it, with a value that is not the patcher's. */
  private static double bareLoop(Fleet fleet, int count, String reason) throws Exception {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    var paths = status.putArray("servicesUpgradePaths");
    for (int service = 0; service < Fleet.SERVICES; service++) {
      paths.add(entry(service, reason));
    }
    status
        .putArray("conditions")
        .addObject()
        .put("type", "pathgate.dev/UpgradePathsResolved")
        .put("status", "True")
        .put("reason", reason)
        .put("message", "")
        .put("observedGeneration", 1)
        .put("lastTransitionTime", "2026-11-01T00:00:00Z");
    return Fleet.inParallel("bare applies", count, number -> apply(fleet, number, status));
  }

  private static JsonNode entry(int service, String reason) {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry
        .put("name", "service-" + service)
        .put("namespace", "apps")
        .put("template", Fleet.template(service, Fleet.TEMPLATES / 2) + reason);
    var upgrades = entry.putArray("availableUpgrades");
    for (int last = Fleet.TEMPLATES / 2 + 1; last < Fleet.TEMPLATES; last++) {
      ObjectNode upgrade = upgrades.addObject();
      var names = upgrade.putArray("upgradePaths");
      var versions = upgrade.putArray("versions");
      for (int step = Fleet.TEMPLATES / 2 + 1; step <= last; step++) {
        names.add(Fleet.template(service, step));
        versions
            .addObject()
            .put("name", Fleet.template(service, step))
            .put("version", Fleet.template(service, step));
      }
    }
    return entry;
  }

  private static void apply(Fleet fleet, int number, ObjectNode status) throws Exception {
    String name = "deployment-" + number;
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("apiVersion", "k0rdent.mirantis.com/v1beta1").put("kind", "ClusterDeployment");
    body.putObject("metadata").put("name", name).put("namespace", Fleet.NAMESPACE);
    body.set("status", status);
    var answer =
        fleet.ask(
            Call.send(
                    "PATCH",
                    Fleet.path("clusterdeployments", name)
                        + "/status?fieldManager=pathgate&fieldValidation=Strict&force=true",
                    ApiServer.APPLY,
                    body)
                .with("Accept", ApiServer.METADATA_ONLY));
    if (!answer.isSuccess()) {
      throw new IllegalStateException(answer.code() + " " + answer.message());
    }
  }
}
