package dev.pathgate.rule;

/** What tells one service of an object from another; k0rdent's releases differ. */
public enum ServiceIdentity {
  /** k0rdent 1.4 and later: by name and namespace, an absent one being {@code default}. */
  NAMESPACE_DEFAULTED,
  /**
   * k0rdent before 1.4: a service without a namespace is released into the namespace of its own
   * name, yet kept in status as {@code default}; it may be the same service as one that spells out
   * either.
   */
  NAMESPACE_OPTIONAL
}
