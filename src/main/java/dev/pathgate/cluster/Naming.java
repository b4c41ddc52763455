package dev.pathgate.cluster;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.TemplateRef;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is kept of an object that lists services, beside its name. Equal objects share one.
 *
 * @param home where the chains and templates live that it names
 * @param stands its services, in order
 * @param labels its own
 */
record Naming(String home, List<Stand> stands, Map<String, String> labels) {
  /**
   * A service.
   *
   * @param chain that it names; empty if none
   * @param template at which it stands; empty if it says none
   */
  record Stand(String chain, String template) {
    private static Stand of(Service service) {
      return new Stand(service.templateChain(), service.template());
    }
  }

  static Naming of(String home, K0rdentObject object) {
    return new Naming(
        home, object.services().stream().map(Stand::of).toList(), object.metadata().labels());
  }

  /** How many characters it has. */
  long length() {
    return home.length()
        + stands.stream()
            .mapToLong(stand -> stand.chain().length() + stand.template().length())
            .sum()
        + labels.entrySet().stream()
            .mapToLong(label -> label.getKey().length() + label.getValue().length())
            .sum();
  }

  Set<ChainRef> chains() {
    Set<ChainRef> chains = new HashSet<>();
    for (Stand stand : stands) {
      if (!stand.chain().isEmpty()) {
        chains.add(new ChainRef(home, stand.chain()));
      }
    }
    return chains;
  }

  Set<TemplateRef> templates() {
    Set<TemplateRef> templates = new HashSet<>();
    for (Stand stand : stands) {
      if (!stand.template().isEmpty()) {
        templates.add(new TemplateRef(home, stand.template()));
      }
    }
    return templates;
  }
}
