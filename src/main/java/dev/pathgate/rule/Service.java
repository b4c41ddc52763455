package dev.pathgate.rule;

/**
 * One entry of {@code spec.serviceSpec.services}, as far as rules look at it.
 *
 * @param namespace where the service is deployed; {@code default} where the object names none
 * @param name its name; together with the namespace its identity
 * @param template the ServiceTemplate that it is deployed from
 * @param templateChain the chain that it names, empty if none
 */
public record Service(String namespace, String name, String template, String templateChain) {
  /** The namespace of a service that names none; from k0rdent 1.4 on the CRD says the same. */
  public static final String DEFAULT_NAMESPACE = "default";

  public Service {
    namespace = namespace.isEmpty() ? DEFAULT_NAMESPACE : namespace;
  }

  /** {@code namespace/name}: services are compared by this, never by their position. */
  public String identity() {
    return namespace + "/" + name;
  }

  public boolean namesChain() {
    return !templateChain.isEmpty();
  }
}
