package dev.pathgate.cluster;

import dev.pathgate.k0rdent.Kind;
import java.util.List;
import java.util.Optional;

/**
 * Finds template marks in the fields that rules read. Elsewhere, as in a service's {@code values},
 * they are text like any other.
 */
final class TemplateMarks {
  private static final String MARK = "{{";

  private TemplateMarks() {}

  /** Whether an object of which a mark hides the kind or its group may be one of ours. */
  static boolean mayHideOurs(String apiVersion, String kind) {
    boolean hidesVersion = apiVersion.contains(MARK);
    boolean hidesKind = kind.contains(MARK);
    return (hidesVersion || hidesKind)
        && (hidesVersion || apiVersion.startsWith(Kind.GROUP + "/"))
        && (hidesKind || Kind.of(Kind.GROUP, kind).isPresent());
  }

  /** The path of the first such field with a mark in it. */
  static Optional<String> in(DocumentNode object) {
    Optional<DocumentNode> spec = object.member("spec");
    return texts(object.member("metadata"), "metadata", "name", "namespace")
        .or(
            () ->
                items(
                    spec.flatMap(s -> s.member("serviceSpec")).flatMap(s -> s.member("services")),
                    "spec.serviceSpec.services",
                    "",
                    "name",
                    "namespace",
                    "template",
                    "templateChain",
                    "version"))
        .or(
            () ->
                items(
                    spec.flatMap(s -> s.member("supportedTemplates")),
                    "spec.supportedTemplates",
                    "availableUpgrades",
                    "name"));
  }

  /**
   * @param below the field of each item that lists names and versions; empty if there is none
   */
  private static Optional<String> items(
      Optional<DocumentNode> list, String path, String below, String... fields) {
    List<DocumentNode> items = list.map(node -> node.items).orElse(List.of());
    for (int i = 0; i < items.size(); i++) {
      Optional<DocumentNode> item = Optional.of(items.get(i));
      String place = path + "[" + i + "]";
      Optional<String> found =
          texts(item, place, fields)
              .or(
                  () ->
                      below.isEmpty()
                          ? Optional.empty()
                          : items(
                              item.flatMap(node -> node.member(below)),
                              place + "." + below,
                              "",
                              "name",
                              "version"));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> texts(
      Optional<DocumentNode> object, String path, String... fields) {
    for (String field : fields) {
      if (object.map(node -> node.textOf(field).contains(MARK)).orElse(false)) {
        return Optional.of(path + "." + field);
      }
    }
    return Optional.empty();
  }
}
