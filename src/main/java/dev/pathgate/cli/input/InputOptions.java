package dev.pathgate.cli.input;

import dev.pathgate.Settings;
import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.ShellText;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.rule.ServiceIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What most commands take: sources, the cluster's options, and whose settings hold. */
public final class InputOptions {
  @Option(
      names = {"-f", "--filename"},
      paramLabel = "SOURCE",
      description =
          "cluster, a file or folder, - for stdin, or git:REV[:PATH]; may be repeated. Default:"
              + " cluster.")
  private List<String> sources = new ArrayList<>();

  @Mixin private ClusterOptions cluster;
  @Mixin private SettingsOptions settingsOptions;

  private Settings settings;

  /** The settings that hold, once the sources are read. */
  public Settings settings() {
    return settings;
  }

  /** How two versions of an object are compared. */
  public Edits edits() {
    return new Edits(settings().systemNamespace());
  }

  /** The namespace that names are looked for in; empty where any will do. */
  Optional<String> namespace() {
    return cluster.namespace().isPresent() || !readsCluster() || cluster.allNamespaces()
        ? cluster.namespace()
        : Optional.of(cluster.namespaceOfCluster());
  }

  /**
   * The namespaces that a cluster was asked for by name, and the empty one for what is in none;
   * whether or not anything is there, but not if it was left out.
   */
  public Set<String> namespacesRead(Inventory inventory) {
    if (!readsCluster()) {
      return Set.of();
    }
    if (inventory.leftOut().isPresent()) {
      return Set.of(cluster.namespaceOfCluster());
    }
    return cluster.allNamespaces() ? Set.of("") : Set.of("", cluster.namespaceOfCluster());
  }

  /** Whether a command speaks of all that it reads, and not only of what has certain labels. */
  public boolean isWhole() {
    return selector().isEmpty();
  }

  /** Whether anything is read from a live cluster. */
  public boolean readsCluster() {
    return sources.isEmpty() || sources.contains(Sources.CLUSTER);
  }

  /** The options that name the same sources to another command; empty for the usual cluster. */
  public String sourcesAgain() {
    String named =
        readsCluster() && sources.size() < 2
            ? ""
            : sources.stream()
                .map(source -> " -f " + ShellText.quoted(source))
                .collect(Collectors.joining());
    return named + clusterAgain();
  }

  /** The options that name the same cluster to another command; empty for the usual one. */
  public String clusterAgain() {
    return cluster.again();
  }

  /** The labels that narrow which objects a command speaks of. */
  public Optional<String> selector() {
    return cluster.selector();
  }

  /** What tells one service of an object from another. */
  public ServiceIdentity identity() {
    return settingsOptions.identity(readsCluster() ? Optional.of(cluster) : Optional.empty());
  }

  /** Reads the sources, and says on stderr what could not be taken. */
  public Inventory read(Console console) {
    cluster.requireSense(readsCluster());
    settings = settingsOptions.settings(cluster, console);
    Inventory inventory =
        new Sources(
                cluster,
                System.in,
                readsCluster()
                    ? cluster.namespaceOfCluster()
                    : cluster.namespace().orElse("default"),
                console::doing)
            .read(
                sources.isEmpty() ? List.of(Sources.CLUSTER) : sources,
                new LiveCluster.Scope(cluster.allNamespaces(), settings.systemNamespace()));
    inventory.tell(console);
    return inventory;
  }
}
