package dev.pathgate.cli.train;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Objects and reviews as an API server has them, metadata and all. */
final class Samples {
  static final String NAMESPACE = "tenant";
  static final String SECRET = "pathgate-tls";
  static final String WEBHOOK = "pathgate";

  /** What is there besides objects of k0rdent's. */
  static final List<String> STORED =
      List.of(
          "/api/v1/namespaces/kcm-system/secrets/" + SECRET,
          "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/" + WEBHOOK,
          "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/" + WEBHOOK);

  private static final String CHAIN_SPEC =
      """
      {"supportedTemplates":[
       {"name":"app-1","availableUpgrades":[{"name":"app-2","version":"2.0.0"}]},
       {"name":"app-2","availableUpgrades":[{"name":"app-3","version":"3.0.0"}]},
       {"name":"app-3"}]}\
      """;

  /** Objects by the plural of their kind. */
  static final Map<String, List<String>> OBJECTS =
      Map.of(
          "servicetemplatechains",
          List.of(
              object("ServiceTemplateChain", NAMESPACE, "app", CHAIN_SPEC),
              object("ServiceTemplateChain", "kcm-system", "app", CHAIN_SPEC)),
          "clusterdeployments",
          List.of(
              object("ClusterDeployment", NAMESPACE, "prod", services("app-1")),
              object("ClusterDeployment", NAMESPACE, "test", services("app-2"))),
          "multiclusterservices",
          List.of(object("MultiClusterService", "", "fleet", services("app-1"))),
          "servicetemplates",
          List.of(
              object("ServiceTemplate", NAMESPACE, "app-1", "{\"version\":\"1.0.0\"}"),
              object("ServiceTemplate", NAMESPACE, "app-2", "{\"version\":\"2.0.0\"}")),
          "servicesets",
          List.of(
              object(
                  "ServiceSet",
                  NAMESPACE,
                  "prod-1",
                  """
                  {"cluster":"prod","services":[
                   {"name":"web","namespace":"apps","template":"app-1","version":"1.0.0"}]}\
                  """)));

  /** The part of the OpenAPI document that tells what a status can hold. */
  static final String OPEN_API =
      """
      {"components":{"schemas":{"cd":%1$s,"mcs":%2$s}}}\
      """
          .formatted(schema("ClusterDeployment"), schema("MultiClusterService"));

  private Samples() {}

  private static String schema(String kind) {
    return """
    {"x-kubernetes-group-version-kind":[
      {"group":"k0rdent.mirantis.com","version":"v1beta1","kind":"%s"}],
     "properties":{"status":{"properties":{
      "conditions":{"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["type"]},
      "servicesUpgradePaths":{"items":{"properties":{"availableUpgrades":{"items":{
       "properties":{"upgradePaths":{},"versions":{}}}}}}}}}}}\
    """
        .formatted(kind);
  }

  private static String services(String template) {
    return """
    {"template":"aws","credential":"aws","config":{"region":"eu"},"clusterSelector":
     {"matchLabels":{"tier":"one"}},"serviceSpec":{"priority":100,"services":[
      {"name":"web","namespace":"apps","template":"%s","templateChain":"app","values":
       "replicas: 3\\nimage:\\n  tag: v1\\n"},
      {"name":"db","namespace":"apps","template":"app-1","templateChain":"app"}]}}\
    """
        .formatted(template);
  }

  private static String object(String kind, String namespace, String name, String spec) {
    return """
    {"apiVersion":"k0rdent.mirantis.com/v1beta1","kind":"%s","metadata":{"name":"%s",%s
     "uid":"35de1205-7cc9-4c98-973c-b3cade1fb4ec","resourceVersion":"7","generation":2,
     "creationTimestamp":"2026-11-22T10:31:57Z","labels":{"tier":"one"},
     "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"},
     "managedFields":[{"apiVersion":"k0rdent.mirantis.com/v1beta1","fieldsType":"FieldsV1",
      "manager":"kubectl","operation":"Update","time":"2026-11-22T10:31:57Z","fieldsV1":
      {"f:spec":{".":{},"f:serviceSpec":{".":{},"f:services":{".":{},
       "k:{\\"name\\":\\"web\\",\\"namespace\\":\\"apps\\"}":{".":{},"f:name":{}}}}}}}]},
     "spec":%s,"status":{"observedGeneration":2,"conditions":[{"type":"Ready","status":"True",
      "reason":"Succeeded","message":"","lastTransitionTime":"2026-11-22T10:31:57Z"}]}}\
    """
        .formatted(
            kind, name, namespace.isEmpty() ? "" : "\"namespace\":\"" + namespace + "\",", spec);
  }

  /** A folder with all objects, a manifest each. */
  static Path write() throws IOException {
    Path folder = Files.createTempDirectory("pathgate-train-");
    int number = 0;
    for (List<String> objects : OBJECTS.values()) {
      for (String object : objects) {
        Files.writeString(folder.resolve(number++ + ".yaml"), object.replace("\n", " "));
      }
    }
    return folder;
  }

  static void delete(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** Reviews of every kind and operation, allowed, warned and refused. */
  static List<String> reviews() {
    List<String> reviews = new ArrayList<>();
    for (String kind : List.of("ClusterDeployment", "MultiClusterService")) {
      String namespace = kind.equals("ClusterDeployment") ? NAMESPACE : "";
      String old = object(kind, namespace, "prod", services("app-1"));
      String step = object(kind, namespace, "prod", services("app-2"));
      String hop = object(kind, namespace, "prod", services("app-3"));
      String off = object(kind, namespace, "prod", services("other"));
      String loose = object(kind, namespace, "new", services("app-1").replace("\"app\"", "\"\""));
      reviews.add(review(kind, namespace, "CREATE", step, "null"));
      reviews.add(review(kind, namespace, "CREATE", loose, "null"));
      reviews.add(review(kind, namespace, "UPDATE", old, old));
      reviews.add(review(kind, namespace, "UPDATE", step, old));
      reviews.add(review(kind, namespace, "UPDATE", hop, old));
      reviews.add(review(kind, namespace, "UPDATE", off, old));
      reviews.add(review(kind, namespace, "DELETE", "null", old));
    }
    String chain = object("ServiceTemplateChain", NAMESPACE, "app", CHAIN_SPEC);
    String other = chain.replace("app-3", "app-4");
    reviews.add(review("ServiceTemplateChain", NAMESPACE, "CREATE", chain, "null"));
    reviews.add(review("ServiceTemplateChain", NAMESPACE, "UPDATE", chain, chain));
    reviews.add(review("ServiceTemplateChain", NAMESPACE, "UPDATE", other, chain));
    reviews.add(review("ServiceTemplateChain", NAMESPACE, "DELETE", "null", chain));
    String template = object("ServiceTemplate", NAMESPACE, "app-1", "{\"version\":\"1.0.0\"}");
    reviews.add(review("ServiceTemplate", NAMESPACE, "UPDATE", template, template));
    reviews.add(review("ServiceTemplate", NAMESPACE, "DELETE", "null", template));
    return reviews;
  }

  private static String review(
      String kind, String namespace, String operation, String object, String old) {
    return """
    {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{
     "uid":"4449686e-aa4a-4809-b4ab-2b961bf9d273",
     "kind":{"group":"k0rdent.mirantis.com","version":"v1beta1","kind":"%1$s"},
     "resource":{"group":"k0rdent.mirantis.com","version":"v1beta1","resource":"%6$s"},
     "name":"prod","namespace":"%2$s","operation":"%3$s",
     "userInfo":{"username":"admin","groups":["system:masters","system:authenticated"]},
     "object":%4$s,"oldObject":%5$s,"dryRun":false,
     "options":{"kind":"UpdateOptions","apiVersion":"meta.k8s.io/v1","fieldManager":"kubectl"}}}\
    """
        .formatted(
            kind, namespace, operation, object, old, kind.toLowerCase(java.util.Locale.ROOT) + "s");
  }
}
