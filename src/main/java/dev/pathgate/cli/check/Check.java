package dev.pathgate.cli.check;

import dev.pathgate.Settings;
import dev.pathgate.cli.gate.Edit;
import dev.pathgate.cli.gate.PrintedVerdict;
import dev.pathgate.cli.input.ClusterOptions;
import dev.pathgate.cli.input.Inventory;
import dev.pathgate.cli.input.Item;
import dev.pathgate.cli.input.LiveCluster;
import dev.pathgate.cli.input.SettingsOptions;
import dev.pathgate.cli.input.Sources;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.Counted;
import dev.pathgate.cli.output.ExitCode;
import dev.pathgate.cluster.Manifests.Problem;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ServiceIdentity;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pathgate check}: will this be admitted? */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Says what the gate will say to a change, before it is pushed.",
    footer = {
      "",
      "Examples:",
      "  pathgate check --from git:origin/main:clusters --to clusters",
      "  pathgate check --from cluster -f clusters -o github"
    })
public final class Check implements Callable<Integer> {
  /** How the tool that applies the change goes about it. */
  enum ApplyOrder {
    TOGETHER,
    CHAINS_FIRST
  }

  /** What the verdicts are printed as. */
  enum Format {
    TEXT,
    JSON,
    SARIF,
    JUNIT,
    GITHUB,
    GITLAB
  }

  @Option(
      names = "--from",
      paramLabel = "SOURCE",
      description =
          "The old state: cluster, a file or folder, - or git:REV[:PATH]; may be repeated. Without"
              + " it, everything is created.")
  private List<String> from = new ArrayList<>();

  @Option(
      names = {"--to", "-f"},
      paramLabel = "SOURCE",
      description = "The new state: a source as --from takes it; may be repeated.")
  private List<String> to = new ArrayList<>();

  @Option(
      names = "--prune",
      negatable = true,
      description =
          "Whether what only the old state has counts as deleted. Default: yes, with --from cluster"
              + " no.")
  private Boolean prune;

  @Option(
      names = "--order",
      paramLabel = "together|chains-first",
      defaultValue = "together",
      description =
          "together: nothing can be relied on, the worst order counts; chains-first: chains are"
              + " created first and deleted last. Default: ${DEFAULT-VALUE}.")
  private ApplyOrder order;

  @Option(
      names = "--mutate",
      description = "Gives services without a chain the default chain first, as /mutate does.")
  private boolean mutate;

  @Option(names = "--warnings-as-errors", description = "Warnings count as violations.")
  private boolean warningsAsErrors;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json|sarif|junit|github|gitlab",
      defaultValue = "text",
      description = "The format. Default: ${DEFAULT-VALUE}.")
  private Format format;

  @Mixin private ClusterOptions cluster;
  @Mixin private SettingsOptions settingsOptions;

  private final Console console;

  /** The command, printing there. */
  public Check(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (to.isEmpty()) {
      throw CommandFailure.usage("check needs the new state: --to SOURCE, or -f SOURCE for short");
    }
    if (from.contains(Sources.STDIN) && to.contains(Sources.STDIN)) {
      throw CommandFailure.usage("--from and --to are both -, and stdin can be read once");
    }
    cluster.requireSense(isLive());
    Settings settings = settingsOptions.settings(cluster, console);
    Inventory before = read(from, settings);
    Inventory after = read(to, settings);
    boolean live = from.contains(Sources.CLUSTER);
    Change change = Change.between(before, after, deletes(live, after));
    if (change.kept() > 0) {
      console.note(
          Counted.of(change.kept(), "object")
              + " of files that can't be read whole: taken to be still there");
    }
    boolean mutates = mutate || (live && new LiveCluster(cluster).hasMutatingRegistration());
    CheckReport report = judge(settings, before, after, change, mutates);
    console.print(CheckFormats.text(report, format, warningsAsErrors, console));
    if (!report.unreadable().isEmpty()) {
      return ExitCode.USAGE;
    }
    return report.denied() > 0 || (warningsAsErrors && report.hasWarnings())
        ? ExitCode.VIOLATIONS
        : ExitCode.FINE;
  }

  private Inventory read(List<String> sources, Settings settings) {
    if (sources.isEmpty()) {
      return Inventory.EMPTY;
    }
    Inventory inventory =
        new Sources(
                cluster,
                System.in,
                isLive() ? cluster.namespaceOfCluster() : cluster.namespace().orElse("default"),
                console::doing)
            .read(sources, new LiveCluster.Scope(true, settings.systemNamespace()));
    inventory.tell(console);
    return inventory;
  }

  /** Which objects that only the old state has, and that are spoken of, count as deleted. */
  private Predicate<Item> deletes(boolean live, Inventory after) {
    if (prune != null ? !prune : live) {
      return item -> false;
    }
    if (!live) {
      return Item::subject;
    }
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    Set<String> namespaces = new HashSet<>();
    after
        .all()
        .forEach(
            item -> {
              kinds.add(item.kind());
              namespaces.add(item.object().metadata().namespace());
            });
    return item ->
        item.subject()
            && kinds.contains(item.kind())
            && !item.object().metadata().managed()
            && (cluster.allNamespaces()
                || namespaces.contains(item.object().metadata().namespace()));
  }

  private ServiceIdentity identity() {
    return settingsOptions.identity(isLive() ? Optional.of(cluster) : Optional.empty());
  }

  private boolean isLive() {
    return from.contains(Sources.CLUSTER) || to.contains(Sources.CLUSTER);
  }

  private CheckReport judge(
      Settings settings, Inventory before, Inventory after, Change change, boolean mutates) {
    ServiceIdentity identity = identity();
    Order orders = new Order(settings, identity, before, change, mutates);
    GitOps traps = new GitOps(change, new Edits(settings.systemNamespace()), identity);
    List<Checked> judged = new ArrayList<>();
    int worsened = 0;
    for (Edit edit : change.edits()) {
      console.doing("judging " + (judged.size() + 1) + " of " + change.edits().size());
      PrintedVerdict first = orders.chainsFirst(edit);
      PrintedVerdict worst =
          order == ApplyOrder.TOGETHER ? first.orWorse(orders.chainsLast(edit)) : first;
      worsened += worst.equals(first) ? 0 : 1;
      judged.add(new Checked(edit, worst.and(traps.about(edit, first, worst))));
    }
    if (worsened > 0) {
      console.note(
          Counted.of(worsened, "verdict")
              + " would be better if chains came first and went last, as by Flux's"
              + " --custom-apply-stage-kinds or in an earlier Argo CD sync wave: --order chains-first"
              + " judges so");
    }
    List<Problem> unreadable = new ArrayList<>(before.problems());
    unreadable.addAll(after.problems());
    return new CheckReport(
        judged,
        unreadable,
        after.warnings(),
        change.unchanged(),
        before.skipped() + after.skipped());
  }
}
