package dev.pathgate.rule;

import java.util.List;

/**
 * One entry of the live object's {@code status.servicesUpgradePaths}.
 *
 * @param identity the service that it is about, {@code namespace/name}
 * @param template the template that the paths start from
 * @param destinations the last template of every path
 */
public record PublishedPaths(String identity, String template, List<String> destinations) {
  public PublishedPaths {
    destinations = List.copyOf(destinations);
  }
}
