package dev.pathgate.chain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Something in a chain's spec that can't be meant.
 *
 * @param kind what is wrong
 * @param field the path of the field at fault, such as {@code spec.supportedTemplates[2].name}
 * @param template the entry of {@code spec.supportedTemplates} that it stands in
 * @param value what the field says
 */
public record SpecFlaw(Kind kind, String field, String template, String value) {
  /** What can be wrong with a chain's spec. */
  public enum Kind {
    /** An upgrade leads to a template that the chain does not list. */
    TARGET_NOT_LISTED,
    /** A template has two entries. */
    LISTED_TWICE,
    /** A name is empty. */
    EMPTY_NAME,
    /** A template upgrades to itself. */
    UPGRADES_TO_ITSELF,
    /** An upgrade has no version, though another of the same template has one. */
    WITHOUT_VERSION
  }

  /** Whether the spec can't be meant like that at all, instead of being merely odd. */
  public boolean isMalformed() {
    return kind != Kind.UPGRADES_TO_ITSELF && kind != Kind.WITHOUT_VERSION;
  }

  /**
   * The flaws in the order in which the spec lists things: so many of those that can't be meant and
   * so many of the others that a spec of megabytes stays no burden.
   */
  public static List<SpecFlaw> of(List<SupportedTemplate> templates) {
    Map<String, Integer> listed = new HashMap<>();
    for (int i = 0; i < templates.size(); i++) {
      listed.putIfAbsent(templates.get(i).name(), i);
    }
    Found found = new Found();
    for (int i = 0; i < templates.size(); i++) {
      SupportedTemplate template = templates.get(i);
      String name = template.name();
      String entry = "spec.supportedTemplates[" + i + "]";
      if (name.isEmpty()) {
        found.add(Kind.EMPTY_NAME, entry + ".name", "", "");
      } else if (listed.get(name) != i) {
        found.add(Kind.LISTED_TWICE, entry + ".name", name, name);
      }
      List<AvailableUpgrade> upgrades = template.availableUpgrades();
      boolean versioned = upgrades.stream().anyMatch(upgrade -> upgrade.version().isPresent());
      for (int j = 0; j < upgrades.size(); j++) {
        String target = upgrades.get(j).name();
        String field = entry + ".availableUpgrades[" + j + "].name";
        if (target.isEmpty()) {
          found.add(Kind.EMPTY_NAME, field, name, target);
        } else if (!listed.containsKey(target)) {
          found.add(Kind.TARGET_NOT_LISTED, field, name, target);
        } else if (target.equals(name)) {
          found.add(Kind.UPGRADES_TO_ITSELF, field, name, target);
        }
        if (versioned && upgrades.get(j).version().isEmpty()) {
          found.add(
              Kind.WITHOUT_VERSION, entry + ".availableUpgrades[" + j + "].version", name, target);
        }
      }
    }
    return found.flaws;
  }

  /** The flaws so far, a bounded number of either sort. */
  private static final class Found {
    private static final int MAX = 10_000;

    private final List<SpecFlaw> flaws = new ArrayList<>();
    private int malformed;
    private int odd;

    void add(Kind kind, String field, String template, String value) {
      SpecFlaw flaw = new SpecFlaw(kind, field, template, value);
      int number = flaw.isMalformed() ? ++malformed : ++odd;
      if (number <= MAX) {
        flaws.add(flaw);
      }
    }
  }
}
