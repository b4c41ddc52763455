package dev.pathgate.charts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Specs of chains, drawn from a seed, and changes of them: half of these change nothing. */
final class RandomSpecs {
  private static final String TEMPLATES = "supportedTemplates";

  private final Random random;

  RandomSpecs(int seed) {
    this.random = new Random(seed);
  }

  /** Gives a chain a spec of up to three templates, an unknown field now and then, or no spec. */
  void fill(ObjectNode chain) {
    chain.remove("spec");
    if (random.nextInt(8) == 0) {
      return;
    }
    ObjectNode spec = chain.putObject("spec");
    if (random.nextInt(4) == 0) {
      spec.put("unknown", random.nextInt(2));
    }
    ArrayNode templates = spec.putArray(TEMPLATES);
    for (int i = random.nextInt(4); i > 0; i--) {
      ObjectNode template = templates.addObject().put("name", name());
      if (random.nextInt(3) == 0) {
        template.put("unknown", random.nextInt(2));
      }
      ArrayNode upgrades = template.putArray("availableUpgrades");
      for (int j = random.nextInt(3); j > 0; j--) {
        ObjectNode upgrade = upgrades.addObject().put("name", name());
        if (random.nextBoolean()) {
          upgrade.put("version", "1");
        }
      }
    }
  }

  /** Another order of templates, empty lists for absent ones and the reverse; or another spec. */
  void change(ObjectNode chain) {
    JsonNode spec = chain.path("spec");
    if (spec.path(TEMPLATES).isEmpty() || random.nextInt(4) == 0) {
      fill(chain);
      return;
    }
    List<JsonNode> templates = new ArrayList<>();
    spec.path(TEMPLATES).forEach(templates::add);
    Collections.shuffle(templates, random);
    for (JsonNode template : templates) {
      if (template.path("availableUpgrades").isEmpty()) {
        ((ObjectNode) template).remove("availableUpgrades");
        if (random.nextBoolean()) {
          ((ObjectNode) template).putArray("availableUpgrades");
        }
      }
    }
    ObjectNode one = (ObjectNode) templates.get(random.nextInt(templates.size()));
    switch (random.nextInt(8)) {
      case 0 -> templates.remove(one);
      case 1 -> templates.add(one.deepCopy());
      case 2 -> one.put("name", name());
      case 3 -> one.withArray("availableUpgrades").addObject().put("name", name());
      default -> {
        // the order alone
      }
    }
    ((ObjectNode) spec).putArray(TEMPLATES).addAll(templates);
  }

  private String name() {
    return "t-" + random.nextInt(4);
  }
}
