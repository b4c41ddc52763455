package dev.pathgate.cli.paths;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.cli.gate.Fleet;
import dev.pathgate.cli.gate.Fleet.Member;
import dev.pathgate.cli.input.Inventory;
import dev.pathgate.cli.input.Item;
import dev.pathgate.cli.input.SourceCommand;
import dev.pathgate.cli.input.Subject;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.Counted;
import dev.pathgate.cli.output.StructuredOutput;
import dev.pathgate.k0rdent.Kind;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pathgate paths}: where can it go? */
@Command(
    name = "paths",
    mixinStandardHelpOptions = true,
    description = "Shows what chains allow, and where the fleet stands on them.",
    footer = {
      "",
      "Examples:",
      "  pathgate paths clusterdeployment/prod-eu -n tenant42",
      "  pathgate paths -A -o html > map.html"
    })
public final class Paths extends SourceCommand {
  /** What the map is printed as. */
  enum Format {
    TEXT,
    JSON,
    YAML,
    DOT,
    MERMAID,
    SVG,
    HTML
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "OBJECT",
      description = "chain/NAME, clusterdeployment/NAME or multiclusterservice/NAME; default: all.")
  private String object;

  @Option(
      names = "--at",
      paramLabel = "TEMPLATE",
      description = "Shows the ways that lead on from this template.")
  private String at;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json|yaml|dot|mermaid|svg|html",
      defaultValue = "text",
      description = "The format. Default: ${DEFAULT-VALUE}.")
  private Format format;

  /** The command, printing there. */
  public Paths(Console console) {
    super(console);
  }

  @Override
  protected Optional<Subject> subject() {
    return Optional.ofNullable(object).map(Subject::of);
  }

  @Override
  protected Answer answer(Inventory inventory, Optional<Item> about) {
    FleetMap map = map(new Fleet(inventory, input().edits()), about);
    if (at != null && map.chains().stream().noneMatch(chain -> chain.chain().lists(at))) {
      throw CommandFailure.usage("--at " + at + ": no chain here lists it");
    }
    console().doing("drawing " + Counted.of(map.chains().size(), "chain"));
    String text =
        switch (format) {
          case TEXT -> PathsText.of(map, console());
          case JSON -> StructuredOutput.text(PathsJson.of(map));
          case YAML -> StructuredOutput.yaml(PathsJson.of(map));
          case DOT -> PathsDot.of(map.onward());
          case MERMAID -> PathsMermaid.of(map.onward());
          case SVG -> PathsSvg.of(map.onward());
          case HTML -> PathsHtml.of(map.onward());
        };
    return new Answer(text, true);
  }

  private FleetMap map(Fleet fleet, Optional<Item> of) {
    Set<ChainRef> refs = new LinkedHashSet<>();
    List<Member> services;
    if (of.isEmpty()) {
      fleet.chainItems().stream()
          .filter(Item::subject)
          .forEach(item -> refs.add(item.object().asChain().ref()));
      services = fleet.members().stream().filter(member -> member.item().subject()).toList();
      services.forEach(member -> member.chain().ifPresent(refs::add));
    } else if (of.get().kind() == Kind.SERVICE_TEMPLATE_CHAIN) {
      refs.add(of.get().object().asChain().ref());
      services =
          fleet.usersOf(of.get().object().asChain().ref()).stream()
              .filter(member -> member.item().subject())
              .toList();
    } else {
      services =
          fleet.members().stream()
              .filter(member -> member.item().ref().equals(of.get().ref()))
              .toList();
      services.forEach(member -> member.chain().ifPresent(refs::add));
    }
    List<TemplateChain> chains =
        refs.stream()
            .flatMap(ref -> fleet.chain(ref).stream())
            .filter(chain -> at == null || chain.lists(at))
            .toList();
    return new FleetMap(
        chains.stream().map(chain -> ChainMap.of(chain, users(services, chain))).toList(),
        services,
        fleet,
        Optional.ofNullable(at));
  }

  private static List<Member> users(List<Member> services, TemplateChain chain) {
    return services.stream()
        .filter(member -> member.chain().filter(chain.ref()::equals).isPresent())
        .toList();
  }
}
