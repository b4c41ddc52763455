package dev.pathgate.chain;

import java.util.List;

/** One entry of {@code spec.supportedTemplates}: a template and what may follow it, as written. */
public record SupportedTemplate(String name, List<AvailableUpgrade> availableUpgrades) {
  public SupportedTemplate {
    availableUpgrades = List.copyOf(availableUpgrades);
  }
}
