package dev.pathgate.rule;

/** How strictly a service must keep to its path; the settings spell the words in lower case. */
public record PathPolicy(Steps steps, ChainSwitch chainSwitch) {
  /** How many edges one edit may take. */
  public enum Steps {
    /** Every path, however long. */
    ANY,
    /** A direct edge only. */
    SINGLE
  }

  /** Whether a service's chain and template may change in one edit. */
  public enum ChainSwitch {
    /** They may. */
    TOGETHER,
    /** The chain must be on the live object already. */
    SEPARATE
  }
}
