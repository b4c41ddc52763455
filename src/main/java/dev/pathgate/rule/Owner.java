package dev.pathgate.rule;

/**
 * The object whose services are edited.
 *
 * @param selector where a MultiClusterService is rolled out to; selects nothing for a
 *     ClusterDeployment
 */
public record Owner(ObjectRef ref, ClusterSelector selector) {
  /** An object of which nothing is known. */
  public static final Owner UNKNOWN = new Owner(new ObjectRef("", "", ""), ClusterSelector.NONE);
}
