package dev.pathgate.rule;

import dev.pathgate.chain.ChainRef;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One entry of the new object's services beside what it was in the old object.
 *
 * @param index the entry's position in {@code spec.serviceSpec.services}
 * @param after the entry
 * @param before what it was: nothing if the service is new, more than one entry only on k0rdent
 *     before 1.4
 * @param ambiguous whether {@code before} are several services of which it was one, instead of one
 *     service that was listed several times
 * @param occurrence 1 for the first entry of this service in the new object, 2 for the next …
 * @param listedBefore how often the old object lists the service
 * @param chainNamespace where the object's chains live
 * @param published the status entries of this service in the live object
 * @param owner the object that lists the service
 */
public record ServiceEdit(
    int index,
    Service after,
    List<Service> before,
    boolean ambiguous,
    int occurrence,
    int listedBefore,
    String chainNamespace,
    List<PublishedPaths> published,
    Owner owner) {

  public ServiceEdit {
    before = List.copyOf(before);
    published = List.copyOf(published);
  }

  /** An entry of an object of which nothing else is known. */
  public ServiceEdit(
      int index,
      Service after,
      List<Service> before,
      boolean ambiguous,
      int occurrence,
      int listedBefore,
      String chainNamespace,
      List<PublishedPaths> published) {
    this(
        index,
        after,
        before,
        ambiguous,
        occurrence,
        listedBefore,
        chainNamespace,
        published,
        Owner.UNKNOWN);
  }

  /** Whether the old object has no service that it could have been. */
  public boolean isNew() {
    return before.isEmpty();
  }

  /**
   * Whether the edit leaves the entry alone: an old entry was the same, or, where it is not known
   * which of several services it was, each of them.
   */
  public boolean isUnchanged() {
    int same = 0;
    for (Service old : before) {
      same += after.isSameAs(old) ? 1 : 0;
    }
    return ambiguous ? same == before.size() : same > 0;
  }

  /** Whether the new object lists the service more often than the old one, and more than once. */
  public boolean isListedMoreOften() {
    return occurrence > Math.max(1, listedBefore);
  }

  /**
   * The old templates that the entry moves away from, each once; empty if the entry is unchanged or
   * its template stays.
   */
  public List<String> templatesLeft() {
    if (isUnchanged()) {
      return List.of();
    }
    Set<String> left = new LinkedHashSet<>();
    for (Service old : before) {
      if (!old.template().equals(after.template())) {
        left.add(old.template());
      }
    }
    return List.copyOf(left);
  }

  /** The chain that the new entry names. */
  public Optional<ChainRef> chain() {
    return after.namesChain()
        ? Optional.of(new ChainRef(chainNamespace, after.templateChain()))
        : Optional.empty();
  }

  /** The chain that an old entry names and the new one does not, naming none at all. */
  public Optional<ChainRef> chainTakenAway() {
    return after.namesChain()
        ? Optional.empty()
        : before.stream()
            .filter(Service::namesChain)
            .map(service -> new ChainRef(chainNamespace, service.templateChain()))
            .findFirst();
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
