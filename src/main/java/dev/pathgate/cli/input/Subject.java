package dev.pathgate.cli.input;

import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.Spelling;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** An object as the command line names it: {@code chain/NAME}, {@code clusterdeployment/NAME}. */
public record Subject(Kind kind, String name) {
  private static final int MAX_TYPOS = 2;

  private static final Map<String, Kind> WORDS =
      Map.ofEntries(
          Map.entry("chain", Kind.SERVICE_TEMPLATE_CHAIN),
          Map.entry("servicetemplatechain", Kind.SERVICE_TEMPLATE_CHAIN),
          Map.entry("servicetemplatechains", Kind.SERVICE_TEMPLATE_CHAIN),
          Map.entry("clusterdeployment", Kind.CLUSTER_DEPLOYMENT),
          Map.entry("clusterdeployments", Kind.CLUSTER_DEPLOYMENT),
          Map.entry("cld", Kind.CLUSTER_DEPLOYMENT),
          Map.entry("multiclusterservice", Kind.MULTI_CLUSTER_SERVICE),
          Map.entry("multiclusterservices", Kind.MULTI_CLUSTER_SERVICE),
          Map.entry("mcs", Kind.MULTI_CLUSTER_SERVICE));

  /**
   * What the text names.
   *
   * @throws CommandFailure if it has another form
   */
  public static Subject of(String text) {
    return find(text)
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    text
                        + ": name an object as chain/NAME, clusterdeployment/NAME or"
                        + " multiclusterservice/NAME"));
  }

  /** What the text names; empty if it has another form. */
  public static Optional<Subject> find(String text) {
    String[] parts = text.split("/", -1);
    Kind kind =
        parts.length == 2 ? WORDS.get(parts[0].toLowerCase(Locale.ROOT).split("\\.", -1)[0]) : null;
    return kind == null || parts[1].isEmpty()
        ? Optional.empty()
        : Optional.of(new Subject(kind, parts[1]));
  }

  /**
   * The object, in the namespace that the options name, else in any if one only has it.
   *
   * @throws CommandFailure if there is none, or more than one, or it lacks the labels that were
   *     asked for
   */
  public Item in(Inventory inventory, InputOptions input) {
    List<Item> found =
        inventory.all().stream()
            .filter(item -> item.kind() == kind && item.object().metadata().name().equals(name))
            .filter(
                item ->
                    !kind.isNamespaced()
                        || input
                            .namespace()
                            .filter(
                                namespace ->
                                    !namespace.equals(item.object().metadata().namespace()))
                            .isEmpty())
            .toList();
    if (found.isEmpty()) {
      throw CommandFailure.usage(
          kind.kindName()
              + " "
              + (kind.isNamespaced() ? input.namespace().map(at -> at + "/").orElse("") : "")
              + name
              + " is not there"
              + meant(inventory, input));
    }
    if (found.size() > 1) {
      throw CommandFailure.usage(
          "more than one "
              + kind.kindName()
              + " is called "
              + name
              + "; -n says which: "
              + found.stream()
                  .map(item -> item.object().metadata().namespace())
                  .collect(Collectors.joining(", ")));
    }
    Item one = found.get(0);
    if (kind.hasServices() && !one.subject()) {
      throw CommandFailure.usage(
          one.ref() + " does not have the labels of --selector " + input.selector().orElse(""));
    }
    return one;
  }

  /** What is called alike, as a question; with its namespace where another was looked into. */
  private String meant(Inventory inventory, InputOptions input) {
    Optional<String> nearest =
        Spelling.nearest(
            name,
            inventory.all().stream()
                .filter(item -> item.kind() == kind)
                .map(item -> item.object().metadata().name()),
            MAX_TYPOS);
    if (nearest.isEmpty()) {
      return "";
    }
    List<String> namespaces =
        inventory.all().stream()
            .filter(item -> item.kind() == kind)
            .map(item -> item.object().metadata())
            .filter(known -> known.name().equals(nearest.get()))
            .map(known -> known.namespace())
            .toList();
    boolean isThere =
        !kind.isNamespaced() || input.namespace().filter(at -> !namespaces.contains(at)).isEmpty();
    return Spelling.question(
        isThere
            ? nearest.get()
            : namespaces.stream()
                .map(at -> at + "/" + nearest.get() + " (-n " + at + ")")
                .collect(Collectors.joining(" or ")));
  }
}
