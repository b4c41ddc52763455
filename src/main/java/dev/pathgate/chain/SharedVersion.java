package dev.pathgate.chain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Upgrades of one template to two others that a chain gives the same version. k0rdent's controller
 * (1.10 and later) goes by the version alone, and so from {@code from} to whichever of the two it
 * meets first, in no order that anybody could rely on.
 *
 * @param template the place of {@code from} in {@code spec.supportedTemplates}
 * @param upgrade the place of {@code to} in {@code availableUpgrades}
 * @param other the first upgrade with that version
 */
public record SharedVersion(int template, int upgrade, String from, String to, String other) {
  /** Upgrades of a chain, of more of which nothing is said: a spec of megabytes is no burden. */
  private static final int MAX_UPGRADES = 20_000;

  /**
   * All of them, in the order of the spec. Downwards none is: there k0rdent takes the template that
   * is asked for.
   */
  public static List<SharedVersion> of(List<SupportedTemplate> templates) {
    int upgradesInAll = 0;
    for (SupportedTemplate template : templates) {
      upgradesInAll += template.availableUpgrades().size();
    }
    return upgradesInAll > MAX_UPGRADES ? List.of() : found(templates);
  }

  private static List<SharedVersion> found(List<SupportedTemplate> templates) {
    Map<String, KcmVersion> given = new HashMap<>();
    for (SupportedTemplate template : templates) {
      for (AvailableUpgrade upgrade : template.availableUpgrades()) {
        versionOf(upgrade).ifPresent(version -> given.putIfAbsent(upgrade.name(), version));
      }
    }
    List<SharedVersion> shared = new ArrayList<>();
    for (int i = 0; i < templates.size(); i++) {
      List<AvailableUpgrade> upgrades = templates.get(i).availableUpgrades();
      String from = templates.get(i).name();
      KcmVersion own = given.get(from);
      Map<KcmVersion, String> firsts = new HashMap<>();
      for (int j = 0; j < upgrades.size(); j++) {
        String to = upgrades.get(j).name();
        Optional<KcmVersion> version = versionOf(upgrades.get(j));
        if (version.isPresent() && (own == null || own.compareTo(version.get()) < 0)) {
          String first = firsts.putIfAbsent(version.get(), to);
          if (first != null && !first.equals(to)) {
            shared.add(new SharedVersion(i, j, from, to, first));
          }
        }
      }
    }
    return shared;
  }

  private static Optional<KcmVersion> versionOf(AvailableUpgrade upgrade) {
    return upgrade.version().flatMap(KcmVersion::of);
  }
}
