package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectReader;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The manifests in a folder, as people keep them: {@code .yaml}, {@code .yml} and {@code .json}
 * files at any depth, several documents in one file, objects of other kinds among them. Names that
 * begin with a dot are passed over, which a mounted ConfigMap needs.
 */
public final class Manifests {
  private static final YAMLFactory YAML = new YAMLFactory();

  private Manifests() {}

  /** A manifest can't be taken; the message says which file, which line and why. */
  public static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(Path file, JsonLocation where, String why) {
      super(file + (where == null ? "" : ":" + where.getLineNr()) + ": " + why);
    }

    Unreadable(Path file, String why) {
      super(file + ": " + why);
    }
  }

  /** An object and the file that it stands in. */
  record Entry(Kind kind, K0rdentObject object, Path file) {}

  /** The files of a folder that hold manifests, in the order of their paths. */
  static List<Path> files(Path folder) throws IOException {
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
   * All objects of the four kinds in the files.
   *
   * @throws Unreadable for the first file that is no manifest, has a field of another type, or
   *     repeats an object
   */
  static List<Entry> read(List<Path> files) throws Unreadable {
    List<Entry> entries = new ArrayList<>();
    Map<String, Path> seen = new HashMap<>();
    for (Path file : files) {
      for (Entry entry : read(file)) {
        Path other = seen.put(entry.kind() + " " + entry.object().location(), file);
        if (other != null) {
          throw new Unreadable(
              file,
              entry.kind().word() + " " + entry.object().location() + " is already in " + other);
        }
        entries.add(entry);
      }
    }
    return entries;
  }

  private static List<Entry> read(Path file) throws Unreadable {
    List<Entry> entries = new ArrayList<>();
    try (JsonParser parser = YAML.createParser(Files.readAllBytes(file))) {
      while (parser.nextToken() != null) {
        JsonLocation start = parser.currentTokenLocation();
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
          continue; // an empty document, as a leading or trailing --- leaves
        }
        K0rdentObject object = ObjectReader.strict().read(parser, "");
        if (object.kind().isEmpty()) {
          throw new Unreadable(file, start, "not a Kubernetes object: it has no kind");
        }
        if (object.kind().endsWith("List")) {
          throw new Unreadable(
              file, start, "a " + object.kind() + " is not taken: one document for each object");
        }
        object.knownKind().ifPresent(kind -> entries.add(entry(kind, object, file)));
      }
    } catch (JsonProcessingException malformed) {
      throw new Unreadable(file, malformed.getLocation(), firstLine(malformed));
    } catch (IOException unreadable) {
      throw new Unreadable(file, "can't be read: " + unreadable.getMessage());
    }
    for (Entry entry : entries) {
      if (entry.object().metadata().name().isEmpty()) {
        throw new Unreadable(file, "a " + entry.kind().word() + " has no metadata.name");
      }
    }
    return entries;
  }

  private static Entry entry(Kind kind, K0rdentObject object, Path file) {
    boolean placed = kind.isNamespaced() == !object.metadata().namespace().isEmpty();
    return new Entry(kind, placed ? object : object.in(kind.isNamespaced() ? "default" : ""), file);
  }

  private static String firstLine(JsonProcessingException malformed) {
    String message = malformed.getOriginalMessage();
    return message == null ? "not YAML" : message.lines().findFirst().orElse("not YAML");
  }
}
