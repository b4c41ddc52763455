package dev.pathgate.charts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Small chains and lists of services, drawn from a seed; few names, so that they meet often. */
final class RandomEdits {
  private final Random random;
  private final boolean mayRepeat;

  /**
   * @param mayRepeat whether a list may hold the same service twice, as k0rdent before 1.4 lets it
   */
  RandomEdits(int seed, boolean mayRepeat) {
    this.random = new Random(seed);
    this.mayRepeat = mayRepeat;
  }

  /** Two to seven templates, with cycles, dead ends and targets that have no entry. */
  Map<String, List<String>> chain() {
    Map<String, List<String>> chain = new LinkedHashMap<>();
    int size = 2 + random.nextInt(6);
    for (String template : names("t", size)) {
      List<String> targets = new ArrayList<>();
      for (String target : names("t", size + 1)) {
        if (random.nextInt(size) == 0) {
          targets.add(target);
        }
      }
      chain.put(template, targets);
    }
    return chain;
  }

  /** One to four services that name one of these chains, a missing one, or none. */
  List<ObjectNode> services(Collection<String> chains) {
    List<String> named = new ArrayList<>(chains);
    named.addAll(chains);
    named.add("missing");
    named.add("");
    List<ObjectNode> services = new ArrayList<>();
    Set<String> listed = new HashSet<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      ObjectNode service =
          Policies.service("s" + random.nextInt(2), "t-" + random.nextInt(8), oneOf(named));
      String namespace = oneOf(List.of("", "default", "n"));
      if (!namespace.isEmpty()) {
        service.put("namespace", namespace);
      }
      if (listed.add(identity(service)) || mayRepeat) {
        services.add(service);
      }
    }
    return services;
  }

  private String oneOf(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }

  /** What a service is told by. */
  static String identity(JsonNode service) {
    String namespace = service.path("namespace").asText();
    return (namespace.isEmpty() ? "default" : namespace) + "/" + service.path("name").asText();
  }

  /** {@code prefix-0}, {@code prefix-1} … */
  static List<String> names(String prefix, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(prefix + "-" + i);
    }
    return names;
  }
}
