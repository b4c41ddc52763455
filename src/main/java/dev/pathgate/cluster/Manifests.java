package dev.pathgate.cluster;

import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.OneLine;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Manifests as people keep them: {@code .yaml}, {@code .yml} and {@code .json} files at any depth
 * of a folder, several documents in one file, {@code kind: List}, objects of other kinds among
 * them.
 *
 * <p>Everything that is wrong is reported at once, with file and line, and costs only the document
 * that it is in.
 */
public final class Manifests {
  /** What {@link Reading#passedOver} calls a document that is no Kubernetes object. */
  public static final String NO_OBJECT = "no Kubernetes object";

  private Manifests() {}

  /** Something to read manifests from. */
  public interface Source {
    /** What messages call it: a file's path, or {@code <stdin>}. */
    String name();

    /** Its bytes, UTF-8. */
    byte[] content() throws IOException;

    /** A file, called by its path as given. */
    static Source of(Path file) {
      return of(file, file.toString());
    }

    /** A file that messages call otherwise. */
    static Source of(Path file, String name) {
      return new Source() {
        @Override
        public String name() {
          return name;
        }

        @Override
        public byte[] content() throws IOException {
          return Files.readAllBytes(file);
        }
      };
    }

    /** Something of that name that is there and can't be read. */
    static Source unreadable(String name, IOException why) {
      return new Source() {
        @Override
        public String name() {
          return name;
        }

        @Override
        public byte[] content() throws IOException {
          throw why;
        }
      };
    }
  }

  /**
   * What was found.
   *
   * @param entries the objects of the four kinds, in the order of sources and documents
   * @param problems what can't be loaded: not YAML, a field of another type, an object given twice
   * @param warnings what was taken but can hardly be meant, such as misspelled fields
   * @param templates documents that do not parse and hold two opening braces: templates that are
   *     not yet rendered
   * @param passedOver how many documents of which other kinds there are; {@link #NO_OBJECT} counts
   *     those that are no objects at all
   */
  public record Reading(
      List<Entry> entries,
      List<Problem> problems,
      List<Problem> warnings,
      List<Problem> templates,
      Map<String, Integer> passedOver) {
    public Reading {
      entries = List.copyOf(entries);
      problems = List.copyOf(problems);
      warnings = List.copyOf(warnings);
      templates = List.copyOf(templates);
      passedOver = Map.copyOf(passedOver);
    }

    /** How many documents were passed over, templates included. */
    public int skipped() {
      return templates.size() + passedOver.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /**
   * An object and where it stands.
   *
   * @param file what its {@link Source} is called
   */
  public record Entry(Kind kind, K0rdentObject object, String file, Lines lines) {
    /** The line on which its document begins, from 1. */
    public int line() {
      return lines.document();
    }

    /** File and line, as messages name a place. */
    public String place() {
      return file + ":" + line();
    }
  }

  /**
   * Something that is said about a place in a file.
   *
   * @param line from 1; 0 where it is about the whole file
   */
  public record Problem(String file, int line, String reason) {
    public Problem {
      reason = OneLine.of(reason); // it may quote what stands there
    }

    @Override
    public String toString() {
      return file + (line == 0 ? "" : ":" + line) + ": " + reason;
    }
  }

  /** Manifests can't be loaded; the message has one line a problem: which file, which line, why. */
  public static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    Unreadable(List<Problem> problems) {
      super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
      this.problems = List.copyOf(problems);
    }

    Unreadable(Path folder, String why) {
      this(List.of(new Problem(folder.toString(), 0, why)));
    }

    /** At least one. */
    public List<Problem> problems() {
      return problems;
    }
  }

  /**
   * The files of a folder that hold manifests, in the order of their paths.
   *
   * @throws IOException if the folder or one in it can't be looked into
   */
  public static List<Path> files(Path folder) throws IOException {
    ManifestFolder walked = ManifestFolder.walk(folder);
    for (IOException failure : walked.failures().values()) {
      throw failure;
    }
    return walked.files();
  }

  /**
   * A folder's manifests, in the order of their paths. What is there and leads to none, as a link
   * to nothing or a folder that may not be looked into, is among them and can't be read.
   *
   * @param naming what messages call a path
   * @throws IOException if the folder itself can't be looked into
   */
  public static List<Source> sources(Path folder, Function<Path, String> naming)
      throws IOException {
    ManifestFolder walked = ManifestFolder.walk(folder);
    if (walked.failures().containsKey(folder)) {
      throw walked.failures().get(folder);
    }
    Map<Path, Source> sources = new TreeMap<>();
    walked.files().forEach(file -> sources.put(file, Source.of(file, naming.apply(file))));
    walked
        .failures()
        .forEach((entry, why) -> sources.put(entry, Source.unreadable(naming.apply(entry), why)));
    walked
        .dangling()
        .forEach(
            link ->
                sources.put(
                    link,
                    Source.unreadable(
                        naming.apply(link), new IOException("a link leads nowhere"))));
    return List.copyOf(sources.values());
  }

  /**
   * Whether a file or folder of that name counts. Not the versions of a mounted ConfigMap ({@code
   * ..}), git's own folder, and what editors and macOS leave beside a file ({@code .#}, {@code
   * ._}); other names that begin with a dot do, as kubectl, Flux and Argo CD have it.
   */
  public static boolean isVisible(String name) {
    return !name.startsWith("..")
        && !name.startsWith(".#")
        && !name.startsWith("._")
        && !name.equals(".git");
  }

  /** Whether a file of that name holds manifests. */
  public static boolean isManifest(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".yaml") || lower.endsWith(".yml") || lower.endsWith(".json");
  }

  /**
   * Reads all documents of the sources.
   *
   * @param defaultNamespace where namespaced objects live that name no namespace
   */
  public static Reading read(List<? extends Source> sources, String defaultNamespace) {
    ManifestReader reader = new ManifestReader(defaultNamespace);
    sources.forEach(reader::read);
    return reader.result();
  }

  /** Why a file or a folder can't be read, in words. */
  public static String reason(IOException unreadable) {
    if (unreadable instanceof NoSuchFileException) {
      return "it does not exist";
    }
    if (unreadable instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (unreadable instanceof FileSystemLoopException) {
      return "a link leads back into it";
    }
    return OneLine.of(String.valueOf(unreadable.getMessage()), 200);
  }
}
