package dev.pathgate.cli.input;

import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.cli.output.Counted;
import dev.pathgate.cli.output.RevisionName;
import dev.pathgate.cluster.Manifests;
import dev.pathgate.cluster.Manifests.Problem;
import dev.pathgate.rule.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads sources: {@code cluster}, a file or folder, {@code -} for stdin, or {@code
 * git:<rev>[:<path>]}.
 */
public final class Sources {
  /** The source that stands for the live cluster. */
  public static final String CLUSTER = "cluster";

  /** The source that stands for standard input. */
  public static final String STDIN = "-";

  private final ClusterOptions options;
  private final InputStream stdin;
  private final String defaultNamespace;
  private final Consumer<String> progress;

  /** Where sources are read by these options, and nobody waits. */
  public Sources(ClusterOptions options, InputStream stdin) {
    this(options, stdin, options.namespace().orElse("default"), doing -> {});
  }

  /**
   * Where sources are read by these options.
   *
   * @param defaultNamespace where documents are that name none
   * @param progress takes what is being done, for those who wait
   */
  public Sources(
      ClusterOptions options,
      InputStream stdin,
      String defaultNamespace,
      Consumer<String> progress) {
    this.options = options;
    this.stdin = stdin;
    this.defaultNamespace = defaultNamespace;
    this.progress = progress;
  }

  /**
   * What the sources hold together; two objects of one identity are a problem, whichever sources
   * they are in.
   *
   * @param live reads the cluster, if it is among the sources
   * @throws CommandFailure if a source is not there
   */
  public Inventory read(List<String> names, LiveCluster.Scope live) {
    List<Manifests.Source> files = new ArrayList<>();
    boolean cluster = names.contains(CLUSTER);
    Set<String> read = new HashSet<>();
    for (String name : names) {
      if (!name.equals(CLUSTER) && read.add(identity(name))) {
        files.addAll(source(name));
      }
    }
    progress.accept("reading " + Counted.of(files.size(), "file"));
    Manifests.Reading reading = Manifests.read(files, defaultNamespace);
    Map<String, Manifests.Source> byName = new HashMap<>();
    files.forEach(file -> byName.put(file.name(), file));
    Map<ObjectRef, Item> items = new LinkedHashMap<>();
    for (Manifests.Entry entry : reading.entries()) {
      Item.Origin origin = new Item.Origin(entry.file(), entry.lines(), byName.get(entry.file()));
      Item item = new Item(entry.kind(), entry.object(), Optional.of(origin), true);
      items.put(item.ref(), item);
    }
    List<Problem> problems = new ArrayList<>(reading.problems());
    Optional<String> leftOut = Optional.empty();
    if (cluster) {
      LiveCluster.Reading seen = new LiveCluster(options).read(live, progress);
      leftOut = seen.leftOut();
      for (Item item : seen.items()) {
        Item other = items.putIfAbsent(item.ref(), item);
        if (other != null) {
          problems.add(
              new Problem(other.file(), other.line(), item.ref() + " is in the cluster, too"));
        }
      }
    }
    return new Inventory(
        items,
        problems,
        reading.warnings(),
        reading.templates(),
        reading.skipped(),
        names.stream().map(Sources::root).toList(),
        leftOut);
  }

  /** The same for {@code base}, {@code base/} and {@code ./base}. */
  private static String identity(String name) {
    return name.equals(STDIN) || name.startsWith("git:")
        ? name
        : path(name).toAbsolutePath().normalize().toString();
  }

  /** Where a source's files lie, as they are called; empty where they have no place. */
  private static String root(String name) {
    if (name.equals(CLUSTER) || name.equals(STDIN)) {
      return "";
    }
    Optional<RevisionName> revision = RevisionName.of(name);
    String place =
        revision.isPresent()
            ? Path.of(revision.get().path()).normalize().toString()
            : called(path(name));
    return Manifests.isManifest(place) && (revision.isPresent() || Files.isRegularFile(path(name)))
        ? place.substring(0, Math.max(0, place.lastIndexOf('/')))
        : place;
  }

  private List<Manifests.Source> source(String name) {
    if (name.isBlank()) {
      throw CommandFailure.usage(
          "a source is empty, as an unset variable leaves it: . is the current folder");
    }
    if (name.equals(STDIN)) {
      return List.of(stdin());
    }
    if (name.startsWith("git:")) {
      return GitRevision.sources(name, Path.of(""));
    }
    Path path = path(name);
    if (!Files.exists(path)) {
      throw CommandFailure.usage(name + ": there is no such file or folder");
    }
    Optional<Path> repository = repository(path);
    try {
      return Files.isDirectory(path)
          ? Manifests.sources(path, file -> called(file, repository))
          : List.of(file(path));
    } catch (IOException unreadable) {
      throw CommandFailure.usage(name + " can't be read: " + Manifests.reason(unreadable));
    }
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException unmappable) {
      throw CommandFailure.usage(
          name
              + ": this locale's encoding ("
              + System.getProperty("sun.jnu.encoding")
              + ") has no such name; LC_ALL=C.UTF-8 has");
    }
  }

  private static String called(Path file) {
    return called(file, repository(file));
  }

  private static String called(Path file, Optional<Path> repository) {
    return repository
        .map(root -> root.relativize(file.toAbsolutePath().normalize()).toString())
        .orElse(file.toString());
  }

  /** The root of the repository that a file or folder is in; a submodule below it is of it. */
  private static Optional<Path> repository(Path place) {
    Path root = place.toAbsolutePath().normalize();
    while (root != null && !Files.exists(root.resolve(".git"))) {
      root = root.getParent();
    }
    return Optional.ofNullable(root);
  }

  private static Manifests.Source file(Path path) {
    return Files.isRegularFile(path)
        ? Manifests.Source.of(path, called(path))
        : new ReadOnce(called(path), () -> Files.readAllBytes(path));
  }

  private Manifests.Source stdin() {
    return new ReadOnce("<stdin>", stdin::readAllBytes);
  }

  private interface Content {
    byte[] read() throws IOException;
  }

  /** A pipe, which gives its bytes to the first who reads them. */
  private static final class ReadOnce implements Manifests.Source {
    private final String name;
    private final Content source;
    private byte[] content;

    ReadOnce(String name, Content source) {
      this.name = name;
      this.source = source;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public byte[] content() throws IOException {
      if (content == null) {
        content = source.read();
      }
      return content;
    }
  }
}
