package dev.pathgate.cli.extend;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.cli.output.StructuredOutput;
import dev.pathgate.k0rdent.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A successor of a chain.
 *
 * @param old the chain whose place it takes
 * @param isDefault whether the old one is its namespace's default chain
 * @param templates the spec of the new one
 * @param moving those who name the old chain and can name the new one
 * @param stuck those who keep the old chain and lose nothing: they could reach nothing before, or
 *     are not asked about
 * @param lost what its users could reach and can't any more
 */
record Extension(
    ChainRef old,
    ChainRef ref,
    boolean isDefault,
    List<SupportedTemplate> templates,
    List<Member> moving,
    List<Stuck> stuck,
    List<Lost> lost) {
  /** The annotation that says whose place a chain takes. */
  static final String SUCCEEDS = "pathgate.dev/succeeds";

  /** The annotation of the chain that new services get. */
  static final String DEFAULT_CHAIN = "pathgate.dev/default-chain";

  /** A service, and a template that it could reach. */
  record Lost(Member member, String template, String reason) {}

  /** A service that keeps the old chain, and why. */
  record Stuck(Member member, String reason) {}

  /**
   * A step that the gate refuses, and why.
   *
   * @param field empty on deletion
   */
  record Refused(String step, String rule, String field, String message) {
    @Override
    public String toString() {
      return step + ": " + (field.isEmpty() ? "" : field + ": ") + message;
    }
  }

  Extension {
    templates = List.copyOf(templates);
    moving = List.copyOf(moving);
    stuck = List.copyOf(stuck);
    lost = List.copyOf(lost);
  }

  /** Whether nobody names the old chain once all have moved who can. */
  boolean freesOldChain() {
    return stuck.isEmpty();
  }

  /** The services that move, object by object: one edit each. */
  List<List<Member>> edits() {
    Map<Object, List<Member>> byObject = new LinkedHashMap<>();
    moving.forEach(
        member ->
            byObject.computeIfAbsent(member.item().ref(), key -> new ArrayList<>()).add(member));
    return List.copyOf(byObject.values());
  }

  /** The new chain's manifest. */
  ObjectNode manifest() {
    ObjectNode json =
        StructuredOutput.object()
            .put("apiVersion", Kind.API_VERSION)
            .put("kind", Kind.SERVICE_TEMPLATE_CHAIN.kindName());
    ObjectNode metadata =
        json.putObject("metadata").put("name", ref.name()).put("namespace", ref.namespace());
    ObjectNode annotations = metadata.putObject("annotations");
    if (isDefault) {
      annotations.put(DEFAULT_CHAIN, "true");
    }
    annotations.put(SUCCEEDS, old.name());
    ArrayNode supported = json.putObject("spec").putArray("supportedTemplates");
    for (SupportedTemplate template : templates) {
      ObjectNode entry = supported.addObject().put("name", template.name());
      if (!template.availableUpgrades().isEmpty()) {
        ArrayNode upgrades = entry.putArray("availableUpgrades");
        for (AvailableUpgrade upgrade : template.availableUpgrades()) {
          ObjectNode edge = upgrades.addObject().put("name", upgrade.name());
          upgrade.version().ifPresent(version -> edge.put("version", version));
        }
      }
    }
    return json;
  }
}
