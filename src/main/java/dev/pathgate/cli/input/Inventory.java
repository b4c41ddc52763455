package dev.pathgate.cli.input;

import dev.pathgate.cli.output.Console;
import dev.pathgate.cluster.Manifests.Problem;
import dev.pathgate.rule.ObjectRef;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What sources hold together.
 *
 * @param items in the order of sources and documents
 * @param problems what can't be read
 * @param warnings what can hardly be meant
 * @param templates documents with marks of a template that is not yet rendered
 * @param skipped how many documents were passed over, of other kinds or with such marks
 */
public record Inventory(
    Map<ObjectRef, Item> items,
    List<Problem> problems,
    List<Problem> warnings,
    List<Problem> templates,
    int skipped) {
  /** Nothing at all. */
  public static final Inventory EMPTY = new Inventory(Map.of(), List.of(), List.of(), List.of(), 0);

  public Inventory {
    items = new LinkedHashMap<>(items);
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
    templates = List.copyOf(templates);
  }

  /** The object of that name. */
  public Optional<Item> find(ObjectRef ref) {
    return Optional.ofNullable(items.get(ref));
  }

  /** All objects. */
  public Collection<Item> all() {
    return items.values();
  }

  /** Says on stderr what could not be taken as it stands. */
  public void tell(Console console) {
    templates.forEach(template -> console.note(template.toString()));
    warnings.forEach(warning -> console.note("warning: " + warning));
    problems.forEach(problem -> console.note("unreadable: " + problem));
  }
}
