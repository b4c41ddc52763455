package dev.pathgate.cli;

/** Manifests as a few words draw them, in namespace {@code tenant42}. */
public final class ManifestSketch {
  private ManifestSketch() {}

  /** {@code chain("up", "a > b c", "b")}: a upgrades to b and c, b to nothing. */
  public static String chain(String name, String... lines) {
    StringBuilder yaml =
        new StringBuilder(
            """
            apiVersion: k0rdent.mirantis.com/v1beta1
            kind: ServiceTemplateChain
            metadata:
              name: %s
              namespace: tenant42
            spec:
              supportedTemplates:
            """
                .formatted(name));
    for (String line : lines) {
      String[] parts = line.split(" > ", 2);
      yaml.append("  - name: ").append(parts[0]).append('\n');
      if (parts.length == 2) {
        yaml.append("    availableUpgrades:\n");
        for (String upgrade : parts[1].split(" ", -1)) {
          yaml.append("    - name: ").append(upgrade).append('\n');
        }
      }
    }
    return yaml.toString();
  }

  /** A ClusterDeployment with the service tenant42/ingress. */
  public static String cluster(String name, String template, String chain) {
    return """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ClusterDeployment
        metadata:
          name: %s
          namespace: tenant42
        spec:
          serviceSpec:
            services:
            - name: ingress
              namespace: tenant42
              template: %s
        """
            .formatted(name, template)
        + (chain.isEmpty() ? "" : "      templateChain: " + chain + "\n");
  }
}
