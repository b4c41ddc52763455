package dev.pathgate.cli.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.pathgate.rule.ObjectRef;
import java.util.Locale;

/**
 * Edits as {@code kubectl} lines: JSON patches that test the old values first, so that a stale plan
 * fails instead of doing harm.
 */
public final class Patches {
  private Patches() {}

  /** The line that patches an object. */
  public static String kubectl(ObjectRef object, ArrayNode patch) {
    return "kubectl patch " + name(object) + " --type=json -p " + quoted(patch.toString());
  }

  /** The object as kubectl's arguments name it. */
  public static String name(ObjectRef object) {
    return object.kind().toLowerCase(Locale.ROOT)
        + " "
        + quoted(object.name())
        + (object.namespace().isEmpty() ? "" : " -n " + quoted(object.namespace()));
  }

  /** As a shell takes it. */
  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9._/-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** An empty patch. */
  public static ArrayNode patch() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /**
   * Adds what changes one service.
   *
   * @param index the position of its entry
   */
  public static void add(
      ArrayNode patch, int index, String name, PlannedEdit before, PlannedEdit after) {
    String entry = "/spec/serviceSpec/services/" + index;
    operation(patch, "test", entry + "/name", name);
    operation(patch, "test", entry + "/template", before.template());
    if (!before.templateChain().isEmpty()) {
      operation(patch, "test", entry + "/templateChain", before.templateChain());
    }
    if (!before.template().equals(after.template())) {
      operation(patch, "replace", entry + "/template", after.template());
    }
    if (!before.templateChain().equals(after.templateChain())) {
      operation(patch, "add", entry + "/templateChain", after.templateChain());
    }
    if (!before.version().equals(after.version())) {
      if (after.version().isPresent()) {
        operation(patch, "add", entry + "/version", after.version().get());
      } else {
        patch.addObject().put("op", "remove").put("path", entry + "/version");
      }
    }
  }

  private static void operation(ArrayNode patch, String op, String path, String value) {
    patch.addObject().put("op", op).put("path", path).put("value", value);
  }
}
