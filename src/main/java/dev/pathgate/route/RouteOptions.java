package dev.pathgate.route;

/**
 * What the webhook admits as one edit.
 *
 * @param stride how far one edit goes
 * @param separateSwitch whether another chain must be named in an edit of its own
 */
public record RouteOptions(Stride stride, boolean separateSwitch) {
  /** How far one edit goes along a chain. */
  public enum Stride {
    /** One edge. */
    EDGE,
    /** Any path of one chain. */
    LONGEST
  }
}
