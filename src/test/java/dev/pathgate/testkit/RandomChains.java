package dev.pathgate.testkit;

import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.chain.TemplateChain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Chains for tests, at random and dense enough that most templates lead somewhere: cycles,
 * diamonds, dead ends, templates that lead to themselves.
 */
public final class RandomChains {
  private RandomChains() {}

  /** What a chain may have that is no good. */
  public enum Flaws {
    /** Nothing that {@code chain-is-well-formed} refuses. */
    NONE,
    /** Upgrades to templates that the chain does not list. */
    DANGLING,
    /** Those, and templates that are listed twice. */
    ALL
  }

  /** One to three chains over the templates t0 … t5 in namespace tenant42, with upgrades to any. */
  public static List<TemplateChain> draw(Random random) {
    List<TemplateChain> chains = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      chains.add(
          new TemplateChain(
              new ChainRef("tenant42", "chain-" + i),
              "",
              entries(random, List.of("t0", "t1", "t2", "t3", "t4", "t5"), Flaws.DANGLING)));
    }
    return chains;
  }

  /** The {@code spec.supportedTemplates} of a chain over some of these templates, in any order. */
  public static List<SupportedTemplate> entries(Random random, List<String> names, Flaws flaws) {
    List<String> listed = new ArrayList<>(names);
    Collections.shuffle(listed, random);
    listed = listed.subList(0, 1 + random.nextInt(names.size()));
    if (flaws == Flaws.ALL && random.nextInt(4) == 0) {
      listed.add(listed.get(random.nextInt(listed.size())));
    }
    List<String> targets = flaws == Flaws.NONE ? listed : names;
    List<SupportedTemplate> entries = new ArrayList<>();
    for (String template : listed) {
      List<AvailableUpgrade> upgrades = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        upgrades.add(AvailableUpgrade.to(targets.get(random.nextInt(targets.size()))));
      }
      entries.add(new SupportedTemplate(template, upgrades));
    }
    return entries;
  }

  /** The same entries with a version on each edge: {@code 1.0.0} for the first of names, and on. */
  public static List<SupportedTemplate> versioned(
      List<SupportedTemplate> entries, List<String> names) {
    return entries.stream()
        .map(
            entry ->
                new SupportedTemplate(
                    entry.name(),
                    entry.availableUpgrades().stream()
                        .map(edge -> at(edge, names.indexOf(edge.name())))
                        .toList()))
        .toList();
  }

  private static AvailableUpgrade at(AvailableUpgrade edge, int place) {
    return new AvailableUpgrade(edge.name(), Optional.of("1." + (8 + place) + ".0"));
  }
}
