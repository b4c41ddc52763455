package dev.pathgate.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** k0rdent's objects as manifests, written as short as a test can read them. */
public final class K0rdentObjects {
  public static final String CLUSTERS =
      "apis/k0rdent.mirantis.com/v1beta1/namespaces/%s/clusterdeployments";
  public static final String CHAINS =
      "apis/k0rdent.mirantis.com/v1beta1/namespaces/%s/servicetemplatechains";

  private K0rdentObjects() {}

  /**
   * A chain.
   *
   * @param templates each a template and those that it upgrades to: {@code "a > b c"} or {@code
   *     "a"}
   */
  public static String chain(CrdShape shape, String namespace, String name, String... templates) {
    return head("ServiceTemplateChain", namespace, name)
        + "spec: {supportedTemplates: ["
        + Arrays.stream(templates)
            .map(line -> template(shape, line))
            .collect(Collectors.joining(", "))
        + "]}\n";
  }

  private static String template(CrdShape shape, String line) {
    String[] ends = line.split(" > ", 2);
    String name = "{name: " + ends[0];
    if (ends.length == 1) {
      return name + "}";
    }
    String version = shape.wantsVersions() ? ", version: v}" : "}";
    return Arrays.stream(ends[1].split(" ", -1))
        .map(target -> "{name: " + target + version)
        .collect(Collectors.joining(", ", name + ", availableUpgrades: [", "]}"));
  }

  /** A ClusterDeployment with these services. */
  public static String cluster(String namespace, String name, String... services) {
    return head("ClusterDeployment", namespace, name)
        + "spec:\n  template: aws-standalone-1-0-0\n  credential: aws\n"
        + services(services);
  }

  /** A MultiClusterService with these services. */
  public static String fleet(String name, String... services) {
    return """
    apiVersion: k0rdent.mirantis.com/v1beta1
    kind: MultiClusterService
    metadata: {name: %s}
    spec:
    """
            .formatted(name)
        + services(services);
  }

  private static String services(String... services) {
    return "  serviceSpec:\n    services: " + List.of(services) + "\n";
  }

  /** A service; {@code where} and {@code chain} may be empty. */
  public static String service(String where, String name, String template, String chain) {
    return "{name: "
        + name
        + (where.isEmpty() ? "" : ", namespace: " + where)
        + ", template: "
        + template
        + (chain.isEmpty() ? "" : ", templateChain: " + chain)
        + "}";
  }

  /** A ServiceTemplate of that name. */
  public static String template(String namespace, String name) {
    return head("ServiceTemplate", namespace, name)
        + "spec: {helm: {chartSpec: {chart: "
        + name
        + ", version: 1.0.0, interval: 10m,"
        + " sourceRef: {kind: HelmRepository, name: charts}}}}\n";
  }

  private static String head(String kind, String namespace, String name) {
    return """
    apiVersion: k0rdent.mirantis.com/v1beta1
    kind: %s
    metadata: {name: %s, namespace: %s}
    """
        .formatted(kind, name, namespace);
  }

  /** Several objects in one manifest. */
  public static String all(String... manifests) {
    return String.join("---\n", manifests);
  }
}
