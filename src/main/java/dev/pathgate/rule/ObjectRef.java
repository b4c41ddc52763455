package dev.pathgate.rule;

/**
 * An object that lists services.
 *
 * @param kind ClusterDeployment or MultiClusterService
 * @param namespace empty for a MultiClusterService
 */
public record ObjectRef(String kind, String namespace, String name) {
  /** {@code ClusterDeployment tenant42/prod-eu} or {@code MultiClusterService fleet}. */
  @Override
  public String toString() {
    return kind + " " + (namespace.isEmpty() ? "" : Words.name(namespace) + "/") + Words.name(name);
  }
}
