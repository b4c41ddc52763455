package dev.pathgate.k0rdent;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The kinds of k0rdent that Pathgate reads. */
public enum Kind {
  CLUSTER_DEPLOYMENT("ClusterDeployment", "clusterdeployments"),
  MULTI_CLUSTER_SERVICE("MultiClusterService", "multiclusterservices"),
  SERVICE_TEMPLATE_CHAIN("ServiceTemplateChain", "servicetemplatechains"),
  SERVICE_TEMPLATE("ServiceTemplate", "servicetemplates");

  /** k0rdent's API group. */
  public static final String GROUP = "k0rdent.mirantis.com";

  /** The version that every k0rdent release serves. */
  public static final String VERSION = "v1beta1";

  /** Both, as an object says them. */
  public static final String API_VERSION = GROUP + "/" + VERSION;

  /** The path of the API server's OpenAPI document on them. */
  public static final String OPENAPI = "/openapi/v3/apis/" + API_VERSION;

  private static final Map<String, Kind> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Kind::kindName, kind -> kind));

  private final String kindName;
  private final String plural;

  Kind(String kindName, String plural) {
    this.kindName = kindName;
    this.plural = plural;
  }

  /** The kind as manifests spell it. */
  public String kindName() {
    return kindName;
  }

  /** The resource as API paths spell it. */
  public String plural() {
    return plural;
  }

  /**
   * The path of its objects at the API server.
   *
   * @param namespace empty for those of all namespaces, or of none
   */
  public String path(String namespace) {
    return path(plural, namespace);
  }

  /** The same for any resource of k0rdent's group. */
  public static String path(String plural, String namespace) {
    return "/apis/"
        + API_VERSION
        + (namespace.isEmpty() ? "/" : "/namespaces/" + namespace + "/")
        + plural;
  }

  /** Whether its objects live in namespaces. */
  public boolean isNamespaced() {
    return this != MULTI_CLUSTER_SERVICE;
  }

  /** Whether its objects list services. */
  public boolean hasServices() {
    return this == CLUSTER_DEPLOYMENT || this == MULTI_CLUSTER_SERVICE;
  }

  /** The kind of that name in k0rdent's group, whatever its version. */
  public static Optional<Kind> of(String group, String kindName) {
    return GROUP.equals(group) ? Optional.ofNullable(BY_NAME.get(kindName)) : Optional.empty();
  }
}
