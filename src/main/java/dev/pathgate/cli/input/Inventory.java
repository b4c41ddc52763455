package dev.pathgate.cli.input;

import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.RevisionName;
import dev.pathgate.cluster.Manifests.Problem;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ObjectRef;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What sources hold together.
 *
 * @param items in the order of sources and documents
 * @param problems what can't be read
 * @param warnings what can hardly be meant
 * @param templates documents with marks of a template that is not yet rendered
 * @param skipped how many documents were passed over, of other kinds or with such marks
 * @param roots where the sources lie that are files or folders, as files are called; a file's is
 *     its folder
 * @param leftOut what of the cluster was left out, as this account may not see it, in a sentence
 */
public record Inventory(
    Map<ObjectRef, Item> items,
    List<Problem> problems,
    List<Problem> warnings,
    List<Problem> templates,
    int skipped,
    List<String> roots,
    Optional<String> leftOut) {
  /** Nothing at all. */
  public static final Inventory EMPTY =
      new Inventory(Map.of(), List.of(), List.of(), List.of(), 0, List.of());

  public Inventory {
    items = new LinkedHashMap<>(items);
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
    templates = List.copyOf(templates);
    roots = List.copyOf(roots);
  }

  /** What sources hold of which nothing was left out. */
  public Inventory(
      Map<ObjectRef, Item> items,
      List<Problem> problems,
      List<Problem> warnings,
      List<Problem> templates,
      int skipped,
      List<String> roots) {
    this(items, problems, warnings, templates, skipped, roots, Optional.empty());
  }

  /** Where a file stands below its source: the same in another version of the source. */
  public String below(String file) {
    String path = RevisionName.pathOf(file);
    return roots.stream()
        .filter(root -> !root.isEmpty() && path.startsWith(root + "/"))
        .max(Comparator.comparingInt(String::length))
        .map(root -> path.substring(root.length() + 1))
        .orElse(path);
  }

  /** The files, by where they stand below their source, of which some document is not known. */
  public Set<String> unknownPlaces() {
    return Stream.concat(problems.stream(), templates.stream())
        .map(problem -> below(problem.file()))
        .collect(Collectors.toSet());
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
    leftOut.ifPresent(console::note);
    if (items.isEmpty() && problems.isEmpty()) {
      console.note(
          "nothing of k0rdent was read: no "
              + Stream.of(Kind.values()).map(Kind::kindName).collect(Collectors.joining(", ")));
    }
    templates.forEach(template -> console.note(template.toString()));
    warnings.forEach(warning -> console.note("warning: " + warning));
    problems.forEach(problem -> console.note("unreadable: " + problem));
  }
}
