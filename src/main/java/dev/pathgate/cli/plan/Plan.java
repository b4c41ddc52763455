package dev.pathgate.cli.plan;

import dev.pathgate.Settings;
import dev.pathgate.cli.gate.Fleet;
import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.cli.gate.Gate;
import dev.pathgate.cli.input.Inventory;
import dev.pathgate.cli.input.Item;
import dev.pathgate.cli.input.SourceCommand;
import dev.pathgate.cli.input.Subject;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.Counted;
import dev.pathgate.kube.Spelling;
import dev.pathgate.route.RouteOptions;
import dev.pathgate.rule.Action;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.Service;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pathgate plan}: how do I get there? */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Plans the edits that move services to a template.",
      "Each is admitted by the gate; fewest edits first, over all chains of the services' chain"
          + " namespace."
    },
    footer = {
      "",
      "Examples:",
      "  pathgate plan --service tenant42/ingress --target ingress-4-13-0 -A",
      "  pathgate plan clusterdeployment/prod-eu -n tenant42 --newest -o patches"
    })
public final class Plan extends SourceCommand {
  /** What the plan is printed as. */
  enum Format {
    TEXT,
    JSON,
    PATCHES,
    MANIFESTS
  }

  /** Where to. */
  static final class Destination {
    @Option(names = "--target", paramLabel = "TEMPLATE", description = "The template to get to.")
    private String target;

    @Option(
        names = "--newest",
        description = "To the last template that a service's own chain lists and leads to.")
    private boolean newest;
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "OBJECT",
      description =
          "clusterdeployment/NAME or multiclusterservice/NAME; default: all that carry the service.")
  private String object;

  @Option(
      names = "--service",
      paramLabel = "NAMESPACE/NAME",
      description = "The service; default: all of OBJECT, with --newest of all objects.")
  private String service;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Destination destination;

  @Option(
      names = "--stride",
      paramLabel = "edge|longest",
      defaultValue = "edge",
      description =
          "One edit for each edge, or as few as the settings admit. Default: ${DEFAULT-VALUE}.")
  private RouteOptions.Stride stride;

  @Option(
      names = "--edit",
      paramLabel = "N",
      description = "With -o manifests: the files after edit N. Default: 1.")
  private Integer edit;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json|patches|manifests",
      defaultValue = "text",
      description = "The format. Default: ${DEFAULT-VALUE}.")
  private Format format;

  /** The command, printing there. */
  public Plan(Console console) {
    super(console);
  }

  @Override
  protected Optional<Subject> subject() {
    if (object == null && service == null && !destination.newest) {
      throw CommandFailure.usage("plan needs --service NAMESPACE/NAME or an object");
    }
    if (destination.target != null && destination.target.isBlank()) {
      throw CommandFailure.usage("--target is empty: name a template, or use --newest");
    }
    if (edit != null && format != Format.MANIFESTS) {
      throw CommandFailure.usage("--edit " + edit + " needs -o manifests");
    }
    Optional<Subject> subject = Optional.ofNullable(object).map(Subject::of);
    if (subject.filter(named -> !named.kind().hasServices()).isPresent()) {
      throw CommandFailure.usage(
          object + ": plan takes clusterdeployment/NAME or multiclusterservice/NAME");
    }
    return subject;
  }

  @Override
  protected Answer answer(Inventory inventory, Optional<Item> about) {
    Fleet fleet = new Fleet(inventory, input().edits());
    List<Member> members = members(fleet, about);
    console().doing("planning for " + Counted.of(members.size(), "service"));
    Settings settings = input().settings();
    Planner planner =
        new Planner(
            fleet, options(settings), new Gate(settings, input().identity(), inventory.all()));
    Planned planned =
        destination.newest
            ? planner.toNewest(members)
            : planner.toTarget(members, destination.target);
    String text =
        switch (format) {
          case TEXT -> PlanText.of(planned, console());
          case JSON -> PlanJson.of(planned);
          case PATCHES ->
              PlanPatches.of(planned, new Patches(input()::identity, input().clusterAgain()));
          case MANIFESTS -> PlanManifests.of(planned, edit == null ? 1 : edit, console());
        };
    return new Answer(text, planned.stuck().isEmpty());
  }

  private List<Member> members(Fleet fleet, Optional<Item> of) {
    String identity =
        service == null || service.contains("/")
            ? service
            : Service.DEFAULT_NAMESPACE + "/" + service;
    List<Member> found =
        fleet.members().stream()
            .filter(member -> member.item().subject())
            .filter(member -> identity == null || member.service().identity().equals(identity))
            .filter(member -> of.isEmpty() || member.item().ref().equals(of.get().ref()))
            .toList();
    if (found.isEmpty()) {
      String where = of.map(item -> item.ref().toString()).orElse("what was read");
      throw CommandFailure.usage(
          where
              + " has no service"
              + (identity == null ? "" : " " + identity + meant(fleet, identity)));
    }
    return found;
  }

  /** The same name in another namespace, as a question. */
  private static String meant(Fleet fleet, String identity) {
    String name = identity.substring(identity.indexOf('/'));
    return fleet.members().stream()
        .map(member -> member.service().identity())
        .filter(known -> known.endsWith(name))
        .findFirst()
        .map(Spelling::question)
        .orElse("");
  }

  /** What the gate admits as one edit. */
  private RouteOptions options(Settings settings) {
    return new RouteOptions(
        settings.path().steps() == PathPolicy.Steps.ANY ? stride : RouteOptions.Stride.EDGE,
        settings.path().chainSwitch() == PathPolicy.ChainSwitch.SEPARATE
            || asksForStatus(settings));
  }

  /** A status offers the paths of the chain that its object names already. */
  private static boolean asksForStatus(Settings settings) {
    return settings.rules().servicePathPublished().filter(Action.DENY::equals).isPresent();
  }
}
