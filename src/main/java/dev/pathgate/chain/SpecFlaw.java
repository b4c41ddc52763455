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
    UPGRADES_TO_ITSELF
  }

  /** All flaws, in the order in which the spec lists things. */
  public static List<SpecFlaw> of(List<SupportedTemplate> templates) {
    Map<String, Integer> listed = new HashMap<>();
    for (int i = 0; i < templates.size(); i++) {
      listed.putIfAbsent(templates.get(i).name(), i);
    }
    List<SpecFlaw> flaws = new ArrayList<>();
    for (int i = 0; i < templates.size(); i++) {
      SupportedTemplate template = templates.get(i);
      String entry = "spec.supportedTemplates[" + i + "]";
      if (template.name().isEmpty()) {
        flaws.add(new SpecFlaw(Kind.EMPTY_NAME, entry + ".name", "", ""));
      } else if (listed.get(template.name()) != i) {
        flaws.add(
            new SpecFlaw(Kind.LISTED_TWICE, entry + ".name", template.name(), template.name()));
      }
      for (int j = 0; j < template.availableUpgrades().size(); j++) {
        String target = template.availableUpgrades().get(j).name();
        String field = entry + ".availableUpgrades[" + j + "].name";
        if (target.isEmpty()) {
          flaws.add(new SpecFlaw(Kind.EMPTY_NAME, field, template.name(), target));
        } else if (!listed.containsKey(target)) {
          flaws.add(new SpecFlaw(Kind.TARGET_NOT_LISTED, field, template.name(), target));
        } else if (target.equals(template.name())) {
          flaws.add(new SpecFlaw(Kind.UPGRADES_TO_ITSELF, field, template.name(), target));
        }
      }
    }
    return flaws;
  }
}
