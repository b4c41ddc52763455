package dev.pathgate.cli.extend;

import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.cli.gate.Fleet;
import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.cli.gate.Gate;
import dev.pathgate.cli.input.Inventory;
import dev.pathgate.cli.input.Item;
import dev.pathgate.cli.input.SourceCommand;
import dev.pathgate.cli.input.Subject;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.plan.Patches;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.ObjectNames;
import dev.pathgate.kube.OneLine;
import dev.pathgate.route.Successor;
import dev.pathgate.route.Successor.Edge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pathgate extend}: a new version without losing the guarantee. */
@Command(
    name = "extend",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a chain's successor, and the moves of its users.",
      "A chain's spec stays as created; nothing that a user of the old one could reach is lost."
    },
    footer = {
      "",
      "Examples:",
      "  pathgate extend chain/ingress --add ingress-4-13-0 --after ingress-4-12-0",
      "  pathgate extend chain/ingress -f clusters --drop-unused -o patches"
    })
public final class Extend extends SourceCommand {
  private static final int EDGES_NAMED = 10;

  /** What the extension is printed as. */
  enum Format {
    TEXT,
    JSON,
    MANIFESTS,
    PATCHES
  }

  /** A template to add. */
  static final class Addition {
    @Option(
        names = "--add",
        paramLabel = "TEMPLATE",
        required = true,
        description = "A template that the new chain lists besides; may be repeated.")
    private String template;

    @Option(
        names = "--after",
        paramLabel = "TEMPLATE",
        split = ",",
        description = "The templates that lead to it.")
    private List<String> after = new ArrayList<>();

    List<String> after() {
      return after.stream().filter(name -> !name.isEmpty()).toList();
    }
  }

  @Parameters(arity = "1", paramLabel = "CHAIN", description = "chain/NAME")
  private String object;

  @ArgGroup(exclusive = false, multiplicity = "0..*")
  private List<Addition> additions = new ArrayList<>();

  @Option(
      names = "--edge",
      paramLabel = "FROM=TO",
      description = "One more edge, such as a rollback; may be repeated.")
  private List<String> edges = new ArrayList<>();

  @Option(
      names = "--drop-unused",
      description = "Leaves out what no user of the old chain can reach.")
  private boolean dropUnused;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The new chain's name. Default: the old one's with the next number.")
  private String name;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json|manifests|patches",
      defaultValue = "text",
      description = "The format. Default: ${DEFAULT-VALUE}.")
  private Format format;

  /** The command, printing there. */
  public Extend(Console console) {
    super(console);
  }

  @Override
  protected Optional<Subject> subject() {
    Subject chain =
        Subject.find(object)
            .filter(named -> named.kind() == Kind.SERVICE_TEMPLATE_CHAIN)
            .orElseThrow(() -> CommandFailure.usage(object + ": extend takes chain/NAME"));
    if (name != null) {
      refuseUnlessName("--name", name);
    }
    additions.forEach(addition -> refuseUnlessName("--add", addition.template));
    return Optional.of(chain);
  }

  private static void refuseUnlessName(String option, String name) {
    if (!ObjectNames.canExist(name)) {
      throw CommandFailure.usage(
          option + " '" + OneLine.of(name, 100) + "': no object can have that name");
    }
  }

  /** An edge, and how the command line asks for it. */
  private record AskedEdge(String option, Edge edge) {}

  private List<AskedEdge> askedEdges() {
    List<AskedEdge> asked = new ArrayList<>();
    for (Addition addition : additions) {
      for (String after : addition.after()) {
        asked.add(
            new AskedEdge(
                "--add " + addition.template + " --after " + OneLine.of(after),
                new Edge(after, addition.template)));
      }
    }
    for (String edge : edges) {
      String option = "--edge " + OneLine.of(edge);
      int at = edge.indexOf('=');
      if (at < 1 || at == edge.length() - 1) {
        throw CommandFailure.usage(option + ": an edge is FROM=TO");
      }
      asked.add(new AskedEdge(option, new Edge(edge.substring(0, at), edge.substring(at + 1))));
    }
    return asked;
  }

  @Override
  protected Answer answer(Inventory inventory, Optional<Item> about) {
    if (about.orElseThrow().object().metadata().deleting()) {
      throw CommandFailure.usage(
          about.get().ref()
              + " is being deleted, so that no way leads along it; create a chain with its edges,"
              + " and move its users there");
    }
    Extension extension = extension(about.get(), inventory, new Fleet(inventory, input().edits()));
    if (extension.isDefault()) {
      console()
          .note(
              OneLine.of(
                  "both "
                      + extension.old()
                      + " and "
                      + extension.ref()
                      + " are default chains while services move: a service keeps its default only"
                      + " as long as that is one; new services get neither until "
                      + extension.old()
                      + " is deleted or, once all have moved, loses the annotation "
                      + Extension.DEFAULT_CHAIN));
    }
    noteWhatIsLeftOut(extension, about.get());
    noteWhatDoesNothing(extension, old(about.get()));
    List<Extension.Refused> refused =
        RefusedSteps.of(
            extension,
            about.get(),
            new Gate(input().settings(), input().identity(), inventory.all()));
    String text =
        switch (format) {
          case TEXT -> ExtendFormats.text(extension, refused, console());
          case JSON -> ExtendFormats.json(extension, refused);
          case MANIFESTS -> ExtendFormats.manifests(extension, refused, console());
          case PATCHES ->
              ExtendFormats.patches(
                  extension, refused, new Patches(input()::identity, input().clusterAgain()));
        };
    return new Answer(text, extension.lost().isEmpty() && refused.isEmpty());
  }

  /** Says what of the old chain its successor can't have. */
  private void noteWhatIsLeftOut(Extension extension, Item item) {
    List<SupportedTemplate> listed = item.object().templates();
    if (listed.stream()
        .flatMap(
            template ->
                Stream.concat(
                    Stream.of(template.name()),
                    template.availableUpgrades().stream().map(AvailableUpgrade::name)))
        .anyMatch(String::isEmpty)) {
      console().note("left out of " + item.ref() + ": what has no name");
    }
    TemplateChain old = item.object().asChain();
    Set<String> kept = names(extension.templates());
    List<String> edges =
        listed.stream()
            .filter(template -> kept.contains(template.name()))
            .flatMap(
                template ->
                    template.availableUpgrades().stream()
                        .map(AvailableUpgrade::name)
                        .filter(target -> !target.isEmpty() && !old.lists(target))
                        .filter(target -> !kept.contains(target))
                        .map(target -> template.name() + " -> " + target))
            .distinct()
            .toList();
    if (!edges.isEmpty()) {
      console()
          .note(
              OneLine.of(
                  "left out, since "
                      + item.ref()
                      + " does not list where they lead; --add lists it: "
                      + edges.stream().limit(EDGES_NAMED).collect(Collectors.joining(", "))
                      + (edges.size() > EDGES_NAMED
                          ? " and " + (edges.size() - EDGES_NAMED) + " more"
                          : "")));
    }
  }

  private static Set<String> names(List<SupportedTemplate> templates) {
    return templates.stream().map(SupportedTemplate::name).collect(Collectors.toSet());
  }

  /** Says what was asked for and changes no way of anybody. */
  private void noteWhatDoesNothing(Extension extension, TemplateChain old) {
    for (Addition addition : additions) {
      String added = addition.template;
      boolean joined =
          !addition.after().isEmpty()
              || (!old.lists(added)
                  && old.templates().stream().anyMatch(from -> old.allowsUpgrade(from, added)))
              || edges.stream()
                  .anyMatch(edge -> edge.startsWith(added + "=") || edge.endsWith("=" + added));
      if (!joined) {
        console()
            .note(
                "--add "
                    + added
                    + (old.lists(added)
                        ? ": ServiceTemplateChain " + old.ref() + " lists it already"
                        : ": no way leads there; --after says from which templates one is to"));
      }
    }
    for (AskedEdge asked : askedEdges()) {
      if (old.allowsUpgrade(asked.edge().from(), asked.edge().to())) {
        console()
            .note(
                asked.option() + ": ServiceTemplateChain " + old.ref() + " has this edge already");
      }
    }
    Set<String> kept = names(extension.templates());
    if (dropUnused && kept.containsAll(old.templates())) {
      console()
          .note("--drop-unused: nothing to drop, users can reach all that " + old.ref() + " lists");
    }
  }

  private Extension extension(Item item, Inventory inventory, Fleet fleet) {
    TemplateChain old = old(item);
    List<Member> users = fleet.usersOf(old.ref());
    List<String> stands = users.stream().map(user -> user.service().template()).toList();
    Successor successor = grown(old, versions(inventory, old.ref().namespace()));
    if (dropUnused) {
      dropUnused(successor, old.ref(), stands);
    }
    ChainRef ref =
        new ChainRef(
            old.ref().namespace(),
            name == null
                ? SuccessorName.next(old.ref(), inventory)
                : SuccessorName.given(name, old.ref(), inventory));
    UsersMoved moved =
        UsersMoved.of(users, old, successor.chain(ref), input().selector().orElse(""));
    return new Extension(
        old.ref(),
        ref,
        item.object().metadata().defaultChain(),
        successor.templates(),
        moved.moving(),
        moved.stuck(),
        moved.lost());
  }

  private static void dropUnused(Successor successor, ChainRef old, List<String> stands) {
    if (stands.isEmpty()) {
      throw CommandFailure.usage(
          "--drop-unused: nobody uses " + old + ", so that nothing would be left");
    }
    if (stands.stream().noneMatch(successor::lists)) {
      throw CommandFailure.usage(
          "--drop-unused: no user of "
              + old
              + " stands at a template that it lists, so that nothing would be left");
    }
    successor.keepOnlyReachedFrom(stands);
  }

  /** The old chain without what has no name, since nothing can stand or go there. */
  private static TemplateChain old(Item item) {
    List<SupportedTemplate> named =
        item.object().templates().stream().filter(template -> !template.name().isEmpty()).toList();
    return new TemplateChain(
        item.object().asChain().ref(), item.object().metadata().resourceVersion(), named);
  }

  private Successor grown(TemplateChain old, Map<String, String> versions) {
    Successor successor = Successor.of(old);
    additions.forEach(addition -> successor.list(addition.template));
    List<AskedEdge> added = askedEdges();
    if (added.isEmpty() && additions.isEmpty() && !dropUnused) {
      throw CommandFailure.usage("extend needs --add, --edge or --drop-unused");
    }
    Set<String> unknown = new LinkedHashSet<>();
    for (AskedEdge asked : added) {
      Edge edge = asked.edge();
      for (String template : List.of(edge.from(), edge.to())) {
        if (!successor.lists(template)) {
          String name = OneLine.of(template);
          throw CommandFailure.usage(
              asked.option()
                  + ": ServiceTemplateChain "
                  + old.ref()
                  + " does not list "
                  + name
                  + "; --add "
                  + name
                  + " lists it");
        }
      }
      if (edge.from().equals(edge.to())) {
        throw CommandFailure.usage(asked.option() + ": no template upgrades to itself");
      }
      successor.add(
          edge,
          template -> {
            if (!versions.containsKey(template)) {
              unknown.add(template);
            }
            return versions.getOrDefault(template, template);
          });
    }
    unknown.forEach(
        template ->
            console()
                .note(
                    OneLine.of(
                        "no ServiceTemplate "
                            + old.ref().namespace()
                            + "/"
                            + template
                            + " is among the sources: its name is taken for its version")));
    return successor;
  }

  private static Map<String, String> versions(Inventory inventory, String namespace) {
    Map<String, String> versions = new HashMap<>();
    inventory.all().stream()
        .filter(item -> item.kind() == Kind.SERVICE_TEMPLATE)
        .filter(item -> item.object().metadata().namespace().equals(namespace))
        .forEach(item -> versions.put(item.object().metadata().name(), item.object().version()));
    return versions;
  }
}
