package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.k0rdent.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether somebody answers, and somebody writes status. */
final class PodChecks {
  static final String ENDPOINTS = "endpoints";
  static final String LEASE = "patcher-lease";

  /** A holder renews every 3 s, and another may take over after 15 s. */
  private static final Duration STALE = Duration.ofSeconds(30);

  private static final Duration RENEWED_BY = Duration.ofSeconds(7);

  private final Reads reads;
  private final Installation installation;
  private final Instant now;
  private final Pause pause;

  /** Waits; tests don't. */
  @FunctionalInterface
  interface Pause {
    void of(Duration time);
  }

  PodChecks(Reads reads, Installation installation, Instant now, Pause pause) {
    this.reads = reads;
    this.installation = installation;
    this.now = now;
    this.pause = pause;
  }

  /** Pods are ready behind the Service that is called. */
  CheckResult endpoints() {
    if (installation.validating().isUnseen()) {
      return CheckResult.unseen(ENDPOINTS, installation.validating());
    }
    List<String> services =
        installation.hooksHere().stream()
            .map(Hook::serviceName)
            .filter(name -> !name.isEmpty())
            .distinct()
            .toList();
    if (services.isEmpty()) {
      return CheckResult.skipped(
          ENDPOINTS, "no webhook calls a Service", "see " + RegistrationChecks.REGISTERED);
    }
    Reading slices =
        reads.list(
            "/apis/discovery.k8s.io/v1/namespaces/" + installation.namespace() + "/endpointslices");
    if (slices.isUnseen()) {
      return CheckResult.unseen(ENDPOINTS, slices);
    }
    for (String service : services) {
      Set<String> ready = ready(slices.value(), service);
      Optional<JsonNode> deployment = installation.deployment("webhook");
      int wanted = deployment.map(found -> found.path("spec").path("replicas").asInt(1)).orElse(1);
      String fix =
          "kubectl -n %s get pods -l app.kubernetes.io/component=webhook; then kubectl logs, or"
                  .formatted(installation.namespace())
              + " kubectl describe for pods that don't start";
      if (ready.isEmpty()) {
        return CheckResult.error(
            ENDPOINTS,
            "no pod is ready behind Service "
                + installation.namespace()
                + "/"
                + service
                + (deployment.isEmpty() && !installation.deployments().isUnseen()
                    ? "; there is no Deployment of the webhook either"
                    : wanted == 0 ? "; its Deployment asks for none" : ""),
            fix);
      }
      if (ready.size() < wanted) {
        return CheckResult.warning(
            ENDPOINTS,
            "%d of %d pods are ready behind Service %s/%s"
                .formatted(ready.size(), wanted, installation.namespace(), service),
            fix);
      }
    }
    return CheckResult.ok(
        ENDPOINTS, "pods are ready behind Service " + String.join(", ", services));
  }

  private static Set<String> ready(JsonNode slices, String service) {
    Set<String> ready = new TreeSet<>();
    for (JsonNode slice : slices) {
      if (slice
          .path("metadata")
          .path("labels")
          .path("kubernetes.io/service-name")
          .asText()
          .equals(service)) {
        for (JsonNode endpoint : slice.path("endpoints")) {
          if (endpoint.path("conditions").path("ready").asBoolean(true)) {
            // A pod of two address families is in two slices.
            String pod = endpoint.path("targetRef").path("name").asText();
            ready.add(pod.isEmpty() ? endpoint.path("addresses").path(0).asText() : pod);
          }
        }
      }
    }
    return ready;
  }

  /** One status patcher holds the Lease and renews it; for how many objects it stands by. */
  CheckResult lease() {
    if (installation.deployments().isUnseen()) {
      return CheckResult.unseen(LEASE, installation.deployments());
    }
    Optional<JsonNode> deployment = installation.deployment("status-patcher");
    if (deployment.isEmpty()) {
      return CheckResult.skipped(
          LEASE, "no status patcher is installed", "statusPatcher.enabled=true, if it is wanted");
    }
    String path =
        "/apis/coordination.k8s.io/v1/namespaces/"
            + installation.namespace()
            + "/leases/pathgate-status-patcher";
    Reading lease = reads.get(path);
    if (lease.isUnseen()) {
      return CheckResult.unseen(LEASE, lease);
    }
    String fix =
        "kubectl -n %s logs deployment/%s"
            .formatted(installation.namespace(), Installation.name(deployment.get()));
    if (lease.isAbsent()) {
      return CheckResult.error(
          LEASE,
          "Lease " + installation.namespace() + "/pathgate-status-patcher does not exist",
          "helm upgrade --reset-then-reuse-values makes it anew");
    }
    String holder = lease.value().path("spec").path("holderIdentity").asText();
    String renewed = lease.value().path("spec").path("renewTime").asText();
    if (holder.isEmpty()) {
      return CheckResult.error(
          LEASE, "nobody holds the Lease: status.servicesUpgradePaths is not written", fix);
    }
    if (isStale(renewed)) {
      // This machine's clock may be wrong: only a time that stays the same proves it.
      pause.of(RENEWED_BY);
      if (reads.get(path).value().path("spec").path("renewTime").asText().equals(renewed)) {
        return CheckResult.error(
            LEASE, holder + " holds the Lease, and has not renewed it since " + renewed, fix);
      }
    }
    return yielding(holder);
  }

  private boolean isStale(String renewed) {
    try {
      return Duration.between(Instant.parse(renewed), now).abs().compareTo(STALE) > 0;
    } catch (DateTimeParseException otherwise) {
      return true;
    }
  }

  private CheckResult yielding(String holder) {
    int yielded = 0;
    for (Kind kind : List.of(Kind.CLUSTER_DEPLOYMENT, Kind.MULTI_CLUSTER_SERVICE)) {
      Reading objects = reads.list("/apis/" + Kind.API_VERSION + "/" + kind.plural());
      if (objects.isUnseen()) {
        return CheckResult.ok(
            LEASE, "held by " + holder + "; who yields can't be seen: " + objects.unseen());
      }
      for (JsonNode object : objects.value()) {
        for (JsonNode condition : object.path("status").path("conditions")) {
          if (condition.path("type").asText().equals("pathgate.dev/UpgradePathsResolved")
              && condition.path("reason").asText().equals("Yielded")) {
            yielded++;
          }
        }
      }
    }
    return CheckResult.ok(
        LEASE,
        "held by "
            + holder
            + (yielded == 0
                ? "; it yields nowhere"
                : "; it yields to another writer on " + yielded + " objects"));
  }
}
