package dev.pathgate.e2e;

import dev.pathgate.testkit.CrdShape;
import dev.pathgate.testkit.K0rdentObjects;
import dev.pathgate.testkit.TestFolders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * AdmissionReviews as a kube-apiserver sends them, and the folder of chains that they are about.
 */
final class Reviews {
  private static final String SERVICE =
      """
      {"name": "dns", "namespace": "edge", "template": "%s", "templateChain": "%s"}\
      """;

  private Reviews() {}

  /** A folder that holds {@code tenant/path}: {@code a → b → c}. */
  static Path folder() throws IOException {
    Path folder = TestFolders.make("e2e-chains");
    Files.writeString(
        folder.resolve("chain.yaml"),
        K0rdentObjects.chain(
            CrdShape.ofRepository().get(0), "tenant", "path", "a > b", "b > c", "c"));
    return folder;
  }

  /** A move of the service that the chain allows. */
  static String allowed() {
    return move("tenant", "a", "b", "path");
  }

  /** A move of the service that the chain does not allow. */
  static String refused() {
    return move("tenant", "c", "a", "path");
  }

  /** An update of {@code <namespace>/prod-eu} whose service goes from one template to another. */
  static String move(String namespace, String from, String to, String chain) {
    return review(
        "UPDATE", namespace, object(namespace, to, chain), object(namespace, from, chain));
  }

  /** The creation of {@code <namespace>/prod-eu} with one service. */
  static String creation(String namespace, String template, String chain) {
    return review("CREATE", namespace, object(namespace, template, chain), "null");
  }

  /** The deletion of a chain. */
  static String deletion(String namespace, String chain) {
    String old =
        """
        {"apiVersion": "k0rdent.mirantis.com/v1beta1", "kind": "ServiceTemplateChain",
         "metadata": {"name": "%s", "namespace": "%s"},
         "spec": {"supportedTemplates": [{"name": "a"}]}}\
        """
            .formatted(chain, namespace);
    return review("DELETE", namespace, "null", old)
        .replace("\"name\": \"prod-eu\"", "\"name\": \"" + chain + "\"")
        .replace("\"ClusterDeployment\"", "\"ServiceTemplateChain\"")
        .replace("clusterdeployments", "servicetemplatechains");
  }

  /** A legal review of about that many bytes. */
  static byte[] allowedOf(int bytes) {
    return allowed()
        .replaceFirst(
            "\"generation\": 1", "\"generation\": 1, \"pad\": \"" + "x".repeat(bytes) + '"')
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String review(String operation, String namespace, String after, String before) {
    return """
    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {
      "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
      "kind": {"group": "k0rdent.mirantis.com", "version": "v1beta1",
        "kind": "ClusterDeployment"},
      "resource": {"group": "k0rdent.mirantis.com", "version": "v1beta1",
        "resource": "clusterdeployments"},
      "name": "prod-eu", "namespace": "%s", "operation": "%s",
      "userInfo": {"username": "jane", "groups": ["system:authenticated"]},
      "object": %s, "oldObject": %s, "dryRun": false, "options": null}}
    """
        .formatted(namespace, operation, after, before);
  }

  private static String object(String namespace, String template, String chain) {
    return """
    {"apiVersion": "k0rdent.mirantis.com/v1beta1", "kind": "ClusterDeployment",
     "metadata": {"name": "prod-eu", "namespace": "%s", "generation": 1},
     "spec": {"template": "aws", "serviceSpec": {"services": [%s]}}}\
    """
        .formatted(namespace, SERVICE.formatted(template, chain));
  }
}
