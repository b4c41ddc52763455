package dev.pathgate.admission;

import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.rule.Finding;
import dev.pathgate.rule.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is answered to a request.
 *
 * @param denials why it is refused, in the user's order; empty if it is allowed
 * @param downgraded denials that a trial ({@code mode=warn}) or an exemption made warnings
 * @param warnings what the user is told besides, each under 256 characters
 * @param patch what a mutation adds; empty if nothing
 * @param exempt who was let through by break-glass, and why, for the audit log
 * @param replacements services that take the place of others without a path, for the audit log
 * @param help where people find help; empty if no such place is set
 * @param rule the id of the rule that decides, or {@code none}
 */
public record Verdict(
    List<Finding> denials,
    List<Finding> downgraded,
    List<String> warnings,
    List<AddedChain> patch,
    Optional<String> exempt,
    List<Edits.Replacement> replacements,
    Optional<String> help,
    String rule) {

  /** A {@code templateChain} that a mutation adds to the service at {@code index}. */
  record AddedChain(int index, String chain) {}

  public Verdict {
    denials = List.copyOf(denials);
    downgraded = List.copyOf(downgraded);
    warnings = List.copyOf(warnings);
    patch = List.copyOf(patch);
    replacements = List.copyOf(replacements);
  }

  /** The edit passes, with these warnings. */
  public static Verdict allowed(String... warnings) {
    return mutation(List.of(warnings), List.of());
  }

  static Verdict mutation(List<String> warnings, List<AddedChain> patch) {
    return new Verdict(
        List.of(),
        List.of(),
        warnings,
        patch,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        "none");
  }

  /** The object as the mutation leaves it. */
  public K0rdentObject patched(K0rdentObject object) {
    List<Service> services = new ArrayList<>(object.services());
    for (AddedChain added : patch) {
      Service service = services.get(added.index());
      services.set(
          added.index(), service.moved(service.template(), added.chain(), service.version()));
    }
    return object.with(services);
  }

  /** Whether the edit passes. */
  public boolean isAllowed() {
    return denials.isEmpty();
  }

  /** {@code denied}, {@code warned} or {@code allowed}. */
  public String outcome() {
    return !isAllowed() ? "denied" : warnings.isEmpty() ? "allowed" : "warned";
  }
}
