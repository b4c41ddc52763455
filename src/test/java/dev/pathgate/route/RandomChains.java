package dev.pathgate.route;

import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.chain.TemplateChain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Chains for tests: at random, with cycles, diamonds and dangling targets. */
public final class RandomChains {
  private RandomChains() {}

  /** One to three chains over the templates t0 … t5. */
  public static List<TemplateChain> draw(Random random) {
    List<TemplateChain> chains = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      List<SupportedTemplate> templates = new ArrayList<>();
      List<Integer> listed = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5));
      Collections.shuffle(listed, random);
      for (int template : listed.subList(0, 1 + random.nextInt(6))) {
        List<AvailableUpgrade> upgrades = new ArrayList<>();
        for (int j = random.nextInt(3); j > 0; j--) {
          upgrades.add(AvailableUpgrade.to("t" + random.nextInt(6)));
        }
        templates.add(new SupportedTemplate("t" + template, upgrades));
      }
      chains.add(new TemplateChain(new ChainRef("tenant42", "chain-" + i), "", templates));
    }
    return chains;
  }
}
