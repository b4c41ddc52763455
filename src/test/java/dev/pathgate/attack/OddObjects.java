package dev.pathgate.attack;

/**
 * What any tenant can store and what parsers with limits of their own refuse, as members of a JSON
 * object.
 */
public final class OddObjects {
  private static final String LONG = "k".repeat(50_001);
  private static final int DEPTH = 1_500;

  /** A member of a ClusterDeployment's {@code spec}: a key of 50,001 characters. */
  public static final String LONG_KEY = "\"config\": {\"" + LONG + "\": 1}";

  /** A member of a ClusterDeployment's {@code spec}: lists in lists, 1,500 deep. */
  public static final String DEEP_NESTING =
      "\"config\": {\"a\": " + "[".repeat(DEPTH) + "]".repeat(DEPTH) + "}";

  /** A member of anything's {@code metadata}; the uid becomes a key in {@code managedFields}. */
  public static final String LONG_OWNER =
      "\"ownerReferences\": [{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"name\": \"x\","
          + " \"uid\": \""
          + LONG
          + "\"}]";

  private OddObjects() {}
}
