package dev.pathgate.chain;

import java.util.Optional;

/**
 * One edge as the chain's spec writes it: a template may be followed by {@code name}.
 *
 * @param name the template that may follow
 * @param version the version that k0rdent shows for it; optional in the CRD
 */
public record AvailableUpgrade(String name, Optional<String> version) {
  /** An upgrade without a version. */
  public static AvailableUpgrade to(String template) {
    return new AvailableUpgrade(template, Optional.empty());
  }
}
