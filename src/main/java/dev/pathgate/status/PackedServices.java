package dev.pathgate.status;

import dev.pathgate.rule.Service;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Services as they are kept of an object between its turns, in about as many bytes as the object
 * has for them.
 */
record PackedServices(PackedTexts texts) {
  private static final String LEAVES_CHAIN_OUT = "l";
  private static final String DISABLED = "d";

  static final PackedServices NONE = of(List.of());

  static PackedServices of(List<Service> services) {
    return new PackedServices(
        PackedTexts.of(services.stream().flatMap(PackedServices::textsOf).toList()));
  }

  private static Stream<String> textsOf(Service service) {
    return Stream.of(
        service.writtenNamespace(),
        service.name(),
        service.template(),
        service.templateChain(),
        service.version(),
        (service.leavesChainOut() ? LEAVES_CHAIN_OUT : "") + (service.disabled() ? DISABLED : ""));
  }

  /** The services, as they were. */
  List<Service> list() {
    List<Service> services = new ArrayList<>();
    for (Iterator<String> each = texts.texts().iterator(); each.hasNext(); ) {
      String namespace = each.next();
      String name = each.next();
      String template = each.next();
      String chain = each.next();
      String version = each.next();
      String flags = each.next();
      services.add(
          new Service(
              namespace,
              name,
              template,
              chain,
              version,
              flags.contains(LEAVES_CHAIN_OUT),
              flags.contains(DISABLED)));
    }
    return services;
  }
}
