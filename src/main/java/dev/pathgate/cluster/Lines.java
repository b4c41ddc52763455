package dev.pathgate.cluster;

import dev.pathgate.cluster.DocumentNode.Form;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the fields of an object stand in its file, as far as rules read them. Paths are those of
 * messages, such as {@code spec.serviceSpec.services[0].template}.
 */
public final class Lines {
  private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)|\\[(\\d+)\\]");
  private static final Pattern SERVICE =
      Pattern.compile("(spec\\.serviceSpec\\.services\\[\\d+\\]).*", Pattern.DOTALL);

  /**
   * Where a value begins.
   *
   * @param line of the file, from 1
   * @param column of the line, from 1
   */
  public record Place(int line, int column) {}

  private record Spot(Place place, Map<String, Spot> members, List<Spot> items) {}

  private final Spot root;

  private Lines(Spot root) {
    this.root = root;
  }

  /** The lines of an object, as deep as {@code level} goes. */
  static Lines of(DocumentNode document, ManifestLevel level) {
    return new Lines(spot(document, level));
  }

  private static Spot spot(DocumentNode node, ManifestLevel level) {
    Map<String, Spot> members = level == null ? Map.of() : new HashMap<>();
    List<Spot> items = level == null ? List.of() : new ArrayList<>();
    if (level != null && node.form == Form.OBJECT) {
      node.members.forEach(
          (name, member) -> members.put(name, spot(member.value(), level.below(name))));
    } else if (level != null) {
      node.items.forEach(item -> items.add(spot(item, item.form == Form.LIST ? null : level)));
    }
    return new Spot(new Place(node.line, node.column), members, items);
  }

  /** The line on which the document begins, from 1. */
  public int document() {
    return root.place().line();
  }

  /**
   * The line of that field's value; where the field is absent the line of its service's entry, else
   * of the document.
   */
  public int of(String path) {
    return place(path)
        .or(
            () -> {
              Matcher service = SERVICE.matcher(path);
              return service.matches() ? place(service.group(1)) : Optional.empty();
            })
        .map(Place::line)
        .orElseGet(this::document);
  }

  /** Where that field's value begins; empty if the object has no such field or nobody reads it. */
  public Optional<Place> place(String path) {
    Spot at = root;
    Matcher step = STEP.matcher(path);
    while (at != null && step.find()) {
      if (step.group(1) != null) {
        at = at.members().get(step.group(1));
      } else {
        int index = Integer.parseInt(step.group(2));
        at = index < at.items().size() ? at.items().get(index) : null;
      }
    }
    return Optional.ofNullable(at).map(Spot::place);
  }
}
