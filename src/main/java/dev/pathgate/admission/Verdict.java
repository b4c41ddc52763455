package dev.pathgate.admission;

import dev.pathgate.k0rdent.Edits;
import dev.pathgate.rule.Finding;
import java.util.List;
import java.util.Optional;

/**
 * What is answered to a request.
 *
 * @param denials why it is refused, in the user's order; empty if it is allowed
 * @param softened denials that a trial ({@code mode=warn}) or an exemption made warnings
 * @param warnings what the user is told besides, each under 256 characters
 * @param patch what a mutation adds; empty if nothing
 * @param exempt who was let through by break-glass, and why, for the audit log
 * @param replacements services that take the place of others without a path, for the audit log
 * @param help where people find help; empty if no such place is set
 * @param rule the id of the rule that decides, or {@code none}
 */
public record Verdict(
    List<Finding> denials,
    List<Finding> softened,
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
    softened = List.copyOf(softened);
    warnings = List.copyOf(warnings);
    patch = List.copyOf(patch);
    replacements = List.copyOf(replacements);
  }

  static Verdict allowed(String... warnings) {
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

  public boolean isAllowed() {
    return denials.isEmpty();
  }

  /** {@code denied}, {@code warned} or {@code allowed}. */
  public String word() {
    return !isAllowed() ? "denied" : warnings.isEmpty() ? "allowed" : "warned";
  }
}
