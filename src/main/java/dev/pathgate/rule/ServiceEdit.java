package dev.pathgate.rule;

import dev.pathgate.chain.ChainRef;
import java.util.List;
import java.util.Optional;

/**
 * One entry of the new object's services beside what the old object had under the same identity.
 *
 * @param index the entry's position in {@code spec.serviceSpec.services}
 * @param after the entry
 * @param before the old entries of the same identity: none if the service is new, more than one
 *     only on k0rdent before 1.4
 * @param occurrence 1 for the first entry of this identity in the new object, 2 for the next …
 * @param chainNamespace where the object's chains live
 * @param published the status entries of this service in the live object
 */
public record ServiceEdit(
    int index,
    Service after,
    List<Service> before,
    int occurrence,
    String chainNamespace,
    List<PublishedPaths> published) {

  public ServiceEdit {
    before = List.copyOf(before);
    published = List.copyOf(published);
  }

  public boolean isNew() {
    return before.isEmpty();
  }

  /** Whether an old entry had the same template and chain, so that the edit leaves it alone. */
  public boolean isUnchanged() {
    return before.contains(after);
  }

  /**
   * The old templates that the entry moves away from, each once; empty if the entry is unchanged or
   * its template stays.
   */
  public List<String> templatesLeft() {
    if (isUnchanged()) {
      return List.of();
    }
    return before.stream()
        .map(Service::template)
        .filter(template -> !template.equals(after.template()))
        .distinct()
        .toList();
  }

  /** The chain that the new entry names. */
  public Optional<ChainRef> chain() {
    return after.namesChain()
        ? Optional.of(new ChainRef(chainNamespace, after.templateChain()))
        : Optional.empty();
  }

  /**
   * The path of one of the entry's fields, such as {@code spec.serviceSpec.services[0].template}.
   */
  public String field(String name) {
    return entry() + "." + name;
  }

  /** The path of the entry itself. */
  public String entry() {
    return "spec.serviceSpec.services[" + index + "]";
  }
}
