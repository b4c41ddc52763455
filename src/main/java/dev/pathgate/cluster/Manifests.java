package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonParser;
import dev.pathgate.cluster.DocumentNode.Form;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectReader;
import dev.pathgate.k0rdent.UnexpectedType;
import dev.pathgate.kube.OneLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Manifests as people keep them: {@code .yaml}, {@code .yml} and {@code .json} files at any depth
 * of a folder, several documents in one file, {@code kind: List}, objects of other kinds among
 * them. Names that begin with a dot are passed over, which a mounted ConfigMap needs.
 *
 * <p>What is wrong is reported with file and line, all of it at once, and costs only the document
 * that it stands in.
 */
public final class Manifests {
  /** What {@link Reading#passedOver} calls a document that is no Kubernetes object. */
  public static final String NO_OBJECT = "no Kubernetes object";

  private final String defaultNamespace;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();
  private final List<Problem> templates = new ArrayList<>();
  private final Map<String, Integer> passedOver = new TreeMap<>();
  private final Map<String, Entry> seen = new HashMap<>();

  private Manifests(String defaultNamespace) {
    this.defaultNamespace = defaultNamespace;
  }

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
  }

  /**
   * What was found.
   *
   * @param entries the objects of the four kinds, in the order of sources and documents
   * @param problems what can't be taken: not YAML, a field of another type, an object given twice
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
    @Override
    public String toString() {
      return file + (line == 0 ? "" : ":" + line) + ": " + reason;
    }
  }

  /** Manifests can't be taken; the message has one line a problem: which file, which line, why. */
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

  /** The files of a folder that hold manifests, in the order of their paths. */
  public static List<Path> files(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        folder,
        Set.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path entry, BasicFileAttributes attributes) {
            return entry.equals(folder) || isVisible(entry)
                ? FileVisitResult.CONTINUE
                : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path entry, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && isVisible(entry) && isManifest(entry)) {
              files.add(entry);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path entry, IOException failure)
              throws IOException {
            // the hidden folders of a mounted ConfigMap come and go at any time
            return !entry.equals(folder) && !isVisible(entry)
                ? FileVisitResult.CONTINUE
                : super.visitFileFailed(entry, failure);
          }
        });
    files.sort(null);
    return files;
  }

  private static boolean isVisible(Path entry) {
    return !entry.getFileName().toString().startsWith(".");
  }

  private static boolean isManifest(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
  }

  /**
   * Reads all documents of the sources.
   *
   * @param defaultNamespace where namespaced objects live that name no namespace
   */
  public static Reading read(List<? extends Source> sources, String defaultNamespace) {
    Manifests manifests = new Manifests(defaultNamespace);
    sources.forEach(manifests::read);
    return new Reading(
        manifests.entries,
        manifests.problems,
        manifests.warnings,
        manifests.templates,
        manifests.passedOver);
  }

  private void read(Source source) {
    String file = source.name();
    String text;
    try {
      text = text(source.content());
    } catch (CharacterCodingException notUtf8) {
      problems.add(new Problem(file, 0, "not UTF-8"));
      return;
    } catch (IOException unreadable) {
      problems.add(new Problem(file, 0, "can't be read: " + reason(unreadable)));
      return;
    }
    boolean json = file.toLowerCase(Locale.ROOT).endsWith(".json");
    DocumentReader.Documents documents = DocumentReader.read(text, json);
    for (DocumentReader.Broken broken : documents.broken()) {
      if (broken.mark() > 0) {
        templates.add(new Problem(file, broken.mark(), "template mark"));
      } else {
        problems.add(new Problem(file, broken.line(), broken.reason()));
      }
    }
    for (DocumentReader.Document document : documents.read()) {
      take(file, document.root(), document.nodes());
    }
  }

  /** Why a file or a folder can't be read, in words. */
  static String reason(IOException unreadable) {
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

  private static String text(byte[] content) throws CharacterCodingException {
    String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  private void take(String file, DocumentNode document, int nodes) {
    String apiVersion = document.textOf("apiVersion");
    String kind = document.textOf("kind");
    Optional<DocumentNode> items = document.member("items").filter(list -> list.form == Form.LIST);
    if (document.form == Form.NULL) {
      return; // an empty document, as a leading or trailing --- leaves
    }
    if (kind.endsWith("List") && !apiVersion.isEmpty() && items.isPresent()) {
      // The items of a typed list need not say what they are.
      String itemKind = kind.substring(0, kind.length() - "List".length());
      for (DocumentNode item : items.get().items) {
        takeObject(file, item, nodes, apiVersion, itemKind);
      }
    } else {
      takeObject(file, document, nodes, "", "");
    }
  }

  private void takeObject(
      String file, DocumentNode document, int nodes, String listVersion, String listKind) {
    String apiVersion = said(document, "apiVersion", listKind.isEmpty() ? "" : listVersion);
    String kind = said(document, "kind", listKind);
    int slash = apiVersion.indexOf('/');
    Optional<Kind> known =
        slash < 0 ? Optional.empty() : Kind.of(apiVersion.substring(0, slash), kind);
    if (known.isPresent()) {
      takeKnown(known.get(), file, document, nodes);
    } else if (apiVersion.startsWith(Kind.GROUP + "/") && kind.isEmpty()) {
      problems.add(new Problem(file, document.line, "an object of k0rdent has no kind"));
    } else if (apiVersion.isEmpty() && Kind.of(Kind.GROUP, kind).isPresent()) {
      problems.add(new Problem(file, document.line, "a " + kind + " has no apiVersion"));
    } else {
      int line = document.member("kind").map(node -> node.line).orElse(document.line);
      ManifestHints.misspelled(apiVersion, kind)
          .ifPresent(hint -> warnings.add(new Problem(file, line, hint)));
      passedOver.merge(apiVersion.isEmpty() || kind.isEmpty() ? NO_OBJECT : kind, 1, Integer::sum);
    }
  }

  private static String said(DocumentNode document, String field, String otherwise) {
    return document.member(field).isPresent() ? document.textOf(field) : otherwise;
  }

  private void takeKnown(Kind kind, String file, DocumentNode document, int nodes) {
    try (JsonParser tokens = document.tokens(nodes)) {
      if (tokens == null) {
        problems.add(
            new Problem(file, document.line, "its YAML aliases make far more of it than is there"));
        return;
      }
      tokens.nextToken();
      ObjectReader reader =
          kind.hasServices() ? ObjectReader.strict() : ObjectReader.strictKeepingSpec();
      Lines lines = Lines.of(document, ManifestLevel.of(kind));
      take(new Entry(kind, placed(kind, reader.read(tokens, "")), file, lines), document);
    } catch (UnexpectedType unexpected) {
      Lines lines = Lines.of(document, ManifestLevel.of(kind));
      problems.add(
          new Problem(file, lines.of(unexpected.field()), unexpected.getOriginalMessage()));
    } catch (IOException unreadable) {
      problems.add(new Problem(file, document.line, "can't be read"));
    }
  }

  private K0rdentObject placed(Kind kind, K0rdentObject object) {
    boolean placed = kind.isNamespaced() == !object.metadata().namespace().isEmpty();
    return placed ? object : object.in(kind.isNamespaced() ? defaultNamespace : "");
  }

  private void take(Entry entry, DocumentNode document) {
    String file = entry.file();
    String subject = entry.kind().word() + " " + entry.object().location();
    if (entry.object().metadata().name().isEmpty()) {
      problems.add(
          new Problem(file, entry.line(), "a " + entry.kind().word() + " has no metadata.name"));
      return;
    }
    Optional<String> mark = TemplateMarks.in(document);
    if (mark.isPresent()) {
      problems.add(
          new Problem(file, entry.lines().of(mark.get()), "template mark in " + mark.get()));
      return;
    }
    Entry before = seen.putIfAbsent(subject, entry);
    if (before != null) {
      problems.add(new Problem(file, entry.line(), subject + " is already in " + before.place()));
      return;
    }
    ManifestHints.about(
        entry.kind(),
        entry.object(),
        document,
        entry.lines(),
        (line, text) -> warnings.add(new Problem(file, line, text)));
    entries.add(entry);
  }
}
