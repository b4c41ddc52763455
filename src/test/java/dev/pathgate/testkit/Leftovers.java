package dev.pathgate.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;

/** What a class may leave on a {@link KubeServer} that others use after it. */
final class Leftovers {
  private static final List<String> NAMESPACED =
      List.of(
          "/apis/rbac.authorization.k8s.io/v1 rolebindings",
          "/apis/rbac.authorization.k8s.io/v1 roles",
          "/apis/coordination.k8s.io/v1 leases",
          "/apis/apps/v1 deployments",
          "/apis/policy/v1 poddisruptionbudgets",
          "/apis/networking.k8s.io/v1 networkpolicies",
          "/apis/batch/v1 jobs",
          "/api/v1 pods",
          "/api/v1 secrets",
          "/api/v1 configmaps",
          "/api/v1 services",
          "/api/v1 serviceaccounts");

  private final KubeServer server;

  Leftovers(KubeServer server) {
    this.server = server;
  }

  /** Takes it all away, and waits until the API server no longer judges by it. */
  void clear() {
    boolean stoodInTheWay = false;
    for (String kind :
        List.of(
            "validatingwebhookconfigurations",
            "mutatingwebhookconfigurations",
            "validatingadmissionpolicybindings",
            "validatingadmissionpolicies")) {
      String path = "/apis/admissionregistration.k8s.io/v1/" + kind;
      stoodInTheWay |= !items(path).isEmpty();
      server.send("DELETE", path, null).accepted();
    }
    if (stoodInTheWay) {
      awaitOtherPolicies();
    }
    for (String plural : KubeServer.KINDS) {
      deleteAll(plural);
    }
    for (String roles : List.of("clusterrolebindings", "clusterroles")) {
      for (JsonNode role : items("/apis/rbac.authorization.k8s.io/v1/" + roles)) {
        String name = role.at("/metadata/name").asText();
        if (!role.at("/metadata/labels").has("kubernetes.io/bootstrapping")) {
          server.send("DELETE", "/apis/rbac.authorization.k8s.io/v1/" + roles + "/" + name, null);
        }
      }
    }
    for (String namespace : List.of(KubeServer.HOME, KubeServer.SYSTEM_NAMESPACE)) {
      for (String collection : NAMESPACED) {
        String[] parts = collection.split(" ", -1);
        server
            .send("DELETE", parts[0] + "/namespaces/" + namespace + "/" + parts[1], null)
            .accepted();
      }
    }
  }

  /** Collection by collection: object by object it takes several times as long. */
  private void deleteAll(String plural) {
    Set<String> collections = new HashSet<>();
    for (JsonNode left : items(KubeServer.K0RDENT + "/" + plural)) {
      JsonNode metadata = left.path("metadata");
      String collection =
          KubeServer.K0RDENT
              + (metadata.has("namespace")
                  ? "/namespaces/" + metadata.path("namespace").asText()
                  : "")
              + "/"
              + plural;
      if (metadata.has("finalizers")) {
        server.merge(
            collection + "/" + metadata.path("name").asText(),
            "{\"metadata\": {\"finalizers\": null}}");
      }
      collections.add(collection);
    }
    collections.forEach(collection -> server.send("DELETE", collection, null).accepted());
  }

  private List<JsonNode> items(String collection) {
    List<JsonNode> items = new ArrayList<>();
    server.send("GET", collection, null).accepted().path("items").forEach(items::add);
    return items;
  }

  /** The API server learns of policies in turn: once it knows a new one, it forgot the old ones. */
  private void awaitOtherPolicies() {
    String name = KubeServer.fresh("canary");
    String policies =
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: NAME}
        spec:
          matchConstraints:
            resourceRules:
              - apiGroups: [""]
                apiVersions: [v1]
                resources: [configmaps]
                operations: [CREATE]
          matchConditions: [{name: canary, expression: object.metadata.name == "NAME"}]
          validations: [{expression: "false"}]
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicyBinding
        metadata: {name: NAME}
        spec: {policyName: NAME, validationActions: [Deny]}
        """
            .replace("NAME", name);
    server.put(policies);
    ObjectNode probe = KubeServer.object("v1", "ConfigMap", "default", name);
    Awaitility.await("the API server has forgotten what was before")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () ->
                !server
                    .send("POST", KubeServer.collection(probe) + "?dryRun=All", probe)
                    .isAccepted());
    server.delete(policies);
  }
}
