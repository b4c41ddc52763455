package dev.pathgate.cluster;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.TemplateRef;
import java.util.ArrayList;
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
    private boolean isOf(Service service) {
      return chain.equals(service.templateChain()) && template.equals(service.template());
    }
  }

  static Naming of(String home, K0rdentObject object) {
    List<Stand> stands = new ArrayList<>(object.services().size());
    for (Service service : object.services()) {
      stands.add(new Stand(service.templateChain(), service.template()));
    }
    return new Naming(home, List.copyOf(stands), object.metadata().labels());
  }

  /** Whether the object gives no other, so that none has to be made of it. */
  boolean isOf(String home, K0rdentObject object) {
    List<Service> services = object.services();
    if (services.size() != stands.size()
        || !home.equals(this.home)
        || !labels.equals(object.metadata().labels())) {
      return false;
    }
    for (int i = 0; i < services.size(); i++) {
      if (!stands.get(i).isOf(services.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** How many characters it has. */
  long length() {
    long length = home.length();
    for (Stand stand : stands) {
      length += stand.chain().length() + stand.template().length();
    }
    for (Map.Entry<String, String> label : labels.entrySet()) {
      length += label.getKey().length() + label.getValue().length();
    }
    return length;
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
