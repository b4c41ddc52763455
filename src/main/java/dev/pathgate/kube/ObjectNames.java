package dev.pathgate.kube;

import java.util.regex.Pattern;

/**
 * What the API server accepts as the name of an object: a DNS subdomain. No object can have any
 * other name, and any other text must not become part of a URL.
 */
public final class ObjectNames {
  private static final Pattern SUBDOMAIN = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

  private ObjectNames() {}

  /** Whether there can be an object of that name. */
  public static boolean canExist(String name) {
    return SUBDOMAIN.matcher(name).matches();
  }

  /** Whether there can be a namespace of that name; an empty one stands for none, or for all. */
  public static boolean canBeNamespace(String namespace) {
    return namespace.isEmpty() || canExist(namespace);
  }
}
