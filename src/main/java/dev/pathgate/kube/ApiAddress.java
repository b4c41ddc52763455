package dev.pathgate.kube;

import io.fabric8.kubernetes.client.Config;

/**
 * Which API server is meant, and who says so.
 *
 * @param url without a slash at its end
 * @param origin where the address comes from, in words
 */
public record ApiAddress(String url, String origin) {
  private static final String DEFAULT_HOST = "kubernetes.default.svc";

  /** The address that a client of this configuration uses. */
  public static ApiAddress of(Config config) {
    String url = String.valueOf(config.getMasterUrl());
    return new ApiAddress(
        url.endsWith("/") ? url.substring(0, url.length() - 1) : url, origin(config, url));
  }

  private static String origin(Config config, String url) {
    if (config.getFile() != null) {
      String context =
          config.getCurrentContext() == null
              ? ""
              : ", context " + config.getCurrentContext().getName();
      return "kubeconfig " + config.getFile() + context;
    }
    String podHost = System.getenv("KUBERNETES_SERVICE_HOST");
    if (podHost != null && url.contains(podHost)) {
      return "in-cluster, the pod's service account";
    }
    return url.contains(DEFAULT_HOST)
        ? "default, since there is no kubeconfig and this is no pod"
        : "set by property or environment";
  }

  @Override
  public String toString() {
    return url + " (" + origin + ")";
  }
}
