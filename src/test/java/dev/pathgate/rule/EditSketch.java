package dev.pathgate.rule;

import java.util.ArrayList;
import java.util.List;

/**
 * The edit of one service, {@code tenant42/ingress-nginx} in an object of namespace tenant42:
 *
 * <pre>
 *   EditSketch.from("ingress-0-9-0", "ingress-chain").to("ingress-0-10-0", "ingress-chain")
 * </pre>
 */
final class EditSketch {
  private final List<Service> before = new ArrayList<>();
  private final List<PublishedPaths> published = new ArrayList<>();
  private final String name;
  private int occurrence = 1;
  private boolean disabled;
  private Owner owner = Owner.UNKNOWN;

  private EditSketch(String name) {
    this.name = name;
  }

  static EditSketch ofNewService() {
    return ofNewService("ingress-nginx");
  }

  static EditSketch ofNewService(String name) {
    return new EditSketch(name);
  }

  static EditSketch from(String template, String chain) {
    return ofNewService().andFrom(template, chain);
  }

  /** A further old entry of the same service, as k0rdent before 1.4 lets an object have. */
  EditSketch andFrom(String template, String chain) {
    before.add(service(template, chain));
    return this;
  }

  /** Both entries say {@code disable: true}. */
  EditSketch disabled() {
    disabled = true;
    before.replaceAll(old -> service(old.template(), old.templateChain()));
    return this;
  }

  EditSketch ofCluster(String namespace, String object) {
    owner = new Owner(new ObjectRef("ClusterDeployment", namespace, object), ClusterSelector.NONE);
    return this;
  }

  EditSketch ofMultiClusterService(String object, ClusterSelector selector) {
    owner = new Owner(new ObjectRef("MultiClusterService", "", object), selector);
    return this;
  }

  EditSketch occurrence(int number) {
    occurrence = number;
    return this;
  }

  EditSketch published(String template, String... destinations) {
    published.add(new PublishedPaths("tenant42/ingress-nginx", template, List.of(destinations)));
    return this;
  }

  ServiceEdit to(String template, String chain) {
    return new ServiceEdit(
        occurrence - 1,
        service(template, chain),
        before,
        false,
        occurrence,
        before.size(),
        "tenant42",
        published,
        owner);
  }

  private Service service(String template, String chain) {
    return new Service("tenant42", name, template, chain, "", chain.isEmpty(), disabled);
  }
}
