package dev.pathgate.cluster;

import dev.pathgate.chain.SpecFlaw;
import dev.pathgate.cluster.DocumentNode.Form;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.OneLine;
import dev.pathgate.kube.Spelling;
import dev.pathgate.rule.Service;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Finds what can be read in a manifest but is hardly meant: unknown fields and kinds, a service
 * listed twice, an upgrade to a template that the chain does not list.
 */
final class ManifestHints {
  private final String subject;
  private final BiConsumer<Integer, String> warnings;

  private ManifestHints(String subject, BiConsumer<Integer, String> warnings) {
    this.subject = subject;
    this.warnings = warnings;
  }

  /**
   * Hints about an object.
   *
   * @param warnings takes the line and the text of each
   */
  static void about(
      Kind kind,
      K0rdentObject object,
      DocumentNode document,
      Lines lines,
      BiConsumer<Integer, String> warnings) {
    ManifestHints hints = new ManifestHints(kind.kindName() + " " + object.location(), warnings);
    hints.unknownFields(document, ManifestLevel.of(kind), "");
    hints.services(object.services(), lines);
    for (SpecFlaw flaw : SpecFlaw.of(object.templates())) {
      hints.flaw(flaw, lines);
    }
  }

  private void unknownFields(DocumentNode node, ManifestLevel level, String path) {
    if (level == null) {
      return;
    }
    for (int i = 0; i < node.items.size(); i++) {
      if (node.items.get(i).form == Form.OBJECT) {
        unknownFields(node.items.get(i), level, path + "[" + i + "]");
      }
    }
    node.members.forEach(
        (name, member) -> {
          String field = path.isEmpty() ? name : path + "." + name;
          if (level.fields().isEmpty() || level.fields().contains(name)) {
            unknownFields(member.value(), level.below(name), field);
          } else {
            warnings.accept(
                member.line(),
                subject
                    + ": "
                    + OneLine.of(field, 200)
                    + " is no field that k0rdent knows"
                    + nearest(name, level.fields()).map(ManifestHints::question).orElse(""));
          }
        });
  }

  private void services(List<Service> services, Lines lines) {
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < services.size(); i++) {
      Integer before = seen.putIfAbsent(services.get(i).identity(), i);
      if (before != null) {
        warnings.accept(
            lines.of("spec.serviceSpec.services[" + i + "]"),
            subject
                + ": service "
                + services.get(i).identity()
                + " is listed twice, before in line "
                + lines.of("spec.serviceSpec.services[" + before + "]"));
      }
    }
  }

  private void flaw(SpecFlaw flaw, Lines lines) {
    switch (flaw.kind()) {
      case TARGET_NOT_LISTED ->
          warnings.accept(
              lines.of(flaw.field()),
              subject
                  + ": "
                  + flaw.template()
                  + " upgrades to "
                  + flaw.value()
                  + ", which spec.supportedTemplates does not list");
      case LISTED_TWICE ->
          warnings.accept(
              lines.of(flaw.field()), subject + ": template " + flaw.value() + " is listed twice");
      default -> {
        // a rule's matter
      }
    }
  }

  /** What a document of no known kind may have wanted to be; empty if it is just another object. */
  static Optional<String> misspelled(String apiVersion, String kind) {
    String group = apiVersion.substring(0, Math.max(0, apiVersion.indexOf('/')));
    List<String> kinds = Arrays.stream(Kind.values()).map(Kind::kindName).toList();
    if (group.equals(Kind.GROUP)) {
      return nearest(kind, kinds)
          .map(
              meant ->
                  "kind " + OneLine.of(kind, 100) + " is not one of k0rdent's" + question(meant));
    }
    return kinds.contains(kind)
        ? nearest(group, List.of(Kind.GROUP))
            .map(
                meant ->
                    kind
                        + " is not of the group "
                        + OneLine.of(group, 100)
                        + question(meant + "/" + Kind.VERSION))
        : Optional.empty();
  }

  private static String question(String meant) {
    return ": did you mean " + meant + "?";
  }

  /** The one that is at most a few letters away from {@code word}. */
  static Optional<String> nearest(String word, Collection<String> known) {
    return Spelling.nearest(word, known.stream(), word.length() < 6 ? 1 : 2);
  }
}
