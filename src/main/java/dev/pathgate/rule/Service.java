package dev.pathgate.rule;

/**
 * One entry of {@code spec.serviceSpec.services}, as far as rules look at it.
 *
 * @param writtenNamespace where the object says that it is deployed; empty where it says nothing
 * @param name its name; together with the namespace its identity
 * @param template the ServiceTemplate that it is deployed from
 * @param templateChain the chain that it names, empty if none
 * @param version the version that k0rdent 1.6 and later deploys it at, empty if none
 * @param leavesChainOut whether the object does not speak of a chain at all, instead of naming an
 *     empty one to have none
 * @param disabled whether k0rdent passes it over: what it deploys, if anything, stays as it is
 */
public record Service(
    String writtenNamespace,
    String name,
    String template,
    String templateChain,
    String version,
    boolean leavesChainOut,
    boolean disabled) {
  /** The namespace of a service that names none; from k0rdent 1.4 on the CRD says the same. */
  public static final String DEFAULT_NAMESPACE = "default";

  /** A service without a version. */
  public Service(String writtenNamespace, String name, String template, String templateChain) {
    this(writtenNamespace, name, template, templateChain, "", templateChain.isEmpty());
  }

  /** A service that is not disabled. */
  public Service(
      String writtenNamespace,
      String name,
      String template,
      String templateChain,
      String version,
      boolean leavesChainOut) {
    this(writtenNamespace, name, template, templateChain, version, leavesChainOut, false);
  }

  /** Where it is deployed; {@code default} where the object says nothing. */
  public String namespace() {
    return writtenNamespace.isEmpty() ? DEFAULT_NAMESPACE : writtenNamespace;
  }

  /** {@code namespace/name}: services are compared by this, never by their position. */
  public String identity() {
    return namespace() + "/" + name;
  }

  /** Whether it names a chain. */
  public boolean namesChain() {
    return !templateChain.isEmpty();
  }

  /** The same service after an edit of its entry; an empty chain that is not written stays so. */
  public Service moved(String toTemplate, String toChain, String toVersion) {
    return new Service(
        writtenNamespace,
        name,
        toTemplate,
        toChain,
        toVersion,
        toChain.isEmpty() && leavesChainOut,
        disabled);
  }

  /** Whether nothing differs that rules look at, wherever the two stand. */
  public boolean isSameAs(Service other) {
    return template.equals(other.template)
        && templateChain.equals(other.templateChain)
        && version.equals(other.version);
  }
}
