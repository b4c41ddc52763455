package dev.pathgate.bench;

import java.nio.charset.StandardCharsets;

/** Reviews and chains as large as a benchmark wants them, shaped like an API server's. */
public final class SampleReviews {
  private SampleReviews() {}

  /** A chain that leads from {@code app-0} step by step to {@code app-(templates - 1)}. */
  public static String chain(int templates) {
    StringBuilder yaml =
        new StringBuilder(
            """
            apiVersion: k0rdent.mirantis.com/v1beta1
            kind: ServiceTemplateChain
            metadata: {name: app, namespace: tenant42, resourceVersion: "1"}
            spec:
              supportedTemplates:
            """);
    for (int i = 0; i < templates; i++) {
      yaml.append("  - name: app-").append(i).append('\n');
      if (i + 1 < templates) {
        yaml.append("    availableUpgrades: [{name: app-").append(i + 1).append("}]\n");
      }
    }
    return yaml.toString();
  }

  /** An update that moves each of the services one step along its chain. */
  public static byte[] step(int services) {
    return update(services, 0, 1);
  }

  /** An update that leaves the services alone. */
  public static byte[] unchanged(int services) {
    return update(services, 0, 0);
  }

  private static byte[] update(int services, int from, int to) {
    String review =
        """
        {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{\
        "uid":"4449686e-aa4a-4809-b4ab-2b961bf9d273",\
        "kind":{"group":"k0rdent.mirantis.com","version":"v1beta1","kind":"ClusterDeployment"},\
        "resource":{"group":"k0rdent.mirantis.com","version":"v1beta1",\
        "resource":"clusterdeployments"},"name":"prod","namespace":"tenant42",\
        "operation":"UPDATE","userInfo":{"username":"admin","groups":["system:masters"]},\
        "object":%s,"oldObject":%s,"dryRun":false,\
        "options":{"kind":"UpdateOptions","apiVersion":"meta.k8s.io/v1"}}}"""
            .formatted(object(services, to), object(services, from));
    return review.getBytes(StandardCharsets.UTF_8);
  }

  private static String object(int services, int template) {
    StringBuilder list = new StringBuilder();
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < services; i++) {
      String comma = i == 0 ? "" : ",";
      list.append(comma)
          .append("{\"name\":\"svc-" + i + "\",\"namespace\":\"apps\",\"template\":\"app-")
          .append(template)
          .append("\",\"templateChain\":\"app\",\"values\":\"replicas: 3\\nimage:\\n  tag: v")
          .append(i)
          .append("\\n  pullPolicy: IfNotPresent\\nresources:\\n  limits: {memory: 256Mi}\\n\"}");
      fields
          .append(comma)
          .append("\"k:{\\\"name\\\":\\\"svc-" + i + "\\\",\\\"namespace\\\":\\\"apps\\\"}\":{")
          .append("\".\":{},\"f:name\":{},\"f:namespace\":{},\"f:template\":{},")
          .append("\"f:templateChain\":{},\"f:values\":{}}");
    }
    return """
        {"apiVersion":"k0rdent.mirantis.com/v1beta1","kind":"ClusterDeployment","metadata":{\
        "name":"prod","namespace":"tenant42","uid":"35de1205-7cc9-4c98-973c-b3cade1fb4ec",\
        "resourceVersion":"235","generation":2,"creationTimestamp":"2026-11-22T10:31:57Z",\
        "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"%s"},\
        "managedFields":[{"apiVersion":"k0rdent.mirantis.com/v1beta1","fieldsType":"FieldsV1",\
        "manager":"kubectl-client-side-apply","operation":"Update","time":"2026-11-22T10:31:57Z",\
        "fieldsV1":{"f:metadata":{"f:annotations":{".":{}}},"f:spec":{".":{},"f:config":{},\
        "f:credential":{},"f:serviceSpec":{".":{},"f:priority":{},"f:services":{".":{},%s}}}}}]},\
        "spec":{"config":{"clusterLabels":{},"region":"eu-central-1","workersNumber":3},\
        "credential":"aws-credential","propagateCredentials":true,"template":"aws-standalone",\
        "serviceSpec":{"continueOnError":false,"priority":100,"services":[%s]}}}"""
        .formatted("x".repeat(600), fields, list);
  }
}
