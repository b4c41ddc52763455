package dev.pathgate.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.SupportedTemplate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Small chains and lists of services, drawn from a seed, and edits of them; few names, so that they
 * meet often.
 */
public final class RandomEdits {
  private static final int TEMPLATES = 8;

  private final Random random;
  private final boolean mayRepeat;

  /**
   * @param mayRepeat whether a list may hold the same service twice, as k0rdent before 1.4 lets it
   */
  public RandomEdits(long seed, boolean mayRepeat) {
    this.random = new Random(seed);
    this.mayRepeat = mayRepeat;
  }

  /** One to eight of the templates t-0 … t-7, with targets that have no entry. */
  public Map<String, List<String>> chain() {
    Map<String, List<String>> chain = new LinkedHashMap<>();
    for (SupportedTemplate entry : entries(RandomChains.Flaws.DANGLING)) {
      chain.put(
          entry.name(), entry.availableUpgrades().stream().map(AvailableUpgrade::name).toList());
    }
    return chain;
  }

  /** A chain over these templates. */
  public List<SupportedTemplate> entries(RandomChains.Flaws flaws) {
    return RandomChains.entries(random, names("t", TEMPLATES), flaws);
  }

  /** One to four services that name one of these chains, a missing one, or none. */
  public List<ObjectNode> services(Collection<String> chains) {
    List<ObjectNode> services = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      services.add(service(chains));
    }
    return told(services);
  }

  private ObjectNode service(Collection<String> chains) {
    ObjectNode service = JsonNodeFactory.instance.objectNode();
    service.put("name", "s" + random.nextInt(2)).put("template", template());
    spell(service);
    name(service, chains);
    return service;
  }

  private String template() {
    return "t-" + random.nextInt(TEMPLATES);
  }

  /** Writes a namespace, or leaves it out; one is the name of a service. */
  private void spell(ObjectNode service) {
    String namespace = oneOf(List.of("", "", "default", "default", "n", "n", "s0"));
    if (namespace.isEmpty()) {
      service.remove("namespace");
    } else {
      service.put("namespace", namespace);
    }
  }

  private void name(ObjectNode service, Collection<String> chains) {
    List<String> named = new ArrayList<>(chains);
    named.addAll(chains);
    named.add("missing");
    named.add("");
    String chain = oneOf(named);
    if (chain.isEmpty()) {
      service.remove("templateChain");
    } else {
      service.put("templateChain", chain);
    }
  }

  /** Those of them that may stand in one list. */
  private List<ObjectNode> told(List<ObjectNode> services) {
    if (mayRepeat) {
      return services;
    }
    Set<String> listed = new HashSet<>();
    return services.stream().filter(service -> listed.add(identity(service))).toList();
  }

  /**
   * The services after an edit: one to three of them moved, given another chain, a version, another
   * spelling of their namespace or name, taken away or joined by others, and reordered; or none of
   * that.
   */
  public List<ObjectNode> edited(List<ObjectNode> services, Collection<String> chains) {
    List<ObjectNode> after = new ArrayList<>();
    services.forEach(service -> after.add(service.deepCopy()));
    for (int i = random.nextInt(4); i > 0; i--) {
      if (after.isEmpty()) {
        after.add(service(chains));
        continue;
      }
      ObjectNode one = after.get(random.nextInt(after.size()));
      switch (random.nextInt(11)) {
        case 0 -> name(one, chains);
        case 1 -> {
          name(one, chains);
          one.put("template", template());
        }
        case 2 -> one.put("version", oneOf(List.of("1.8.0", "1.9.0", "v1.9", "t-1", "other", "")));
        case 3 -> spell(one);
        case 4 -> one.put("name", "s" + random.nextInt(2));
        case 5 -> after.remove(one);
        case 6 -> after.add(service(chains));
        case 7 -> Collections.shuffle(after, random);
        case 8 -> one.put("priority", random.nextInt(9));
        default -> one.put("template", template());
      }
    }
    return told(after);
  }

  private String oneOf(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }

  /** What a service is told by. */
  public static String identity(JsonNode service) {
    String namespace = service.path("namespace").asText();
    return (namespace.isEmpty() ? "default" : namespace) + "/" + service.path("name").asText();
  }

  /** {@code prefix-0}, {@code prefix-1} … */
  public static List<String> names(String prefix, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(prefix + "-" + i);
    }
    return names;
  }
}
