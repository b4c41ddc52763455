package dev.pathgate.cli.input;

import dev.pathgate.cluster.Manifests;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All files of a revision, and where its links lead in it. */
final class GitTree {
  private static final int MAX_LINKS = 40;

  private final NavigableMap<String, Entry> entries = new TreeMap<>();
  private final Links links;
  private final Submodules submodules;
  private final List<Found> found = new ArrayList<>();

  /** What a link says, by the id of its blob. */
  @FunctionalInterface
  interface Links {
    String target(String id);
  }

  /** What a submodule's commit holds, as git lists it; empty if it is not to be had. */
  @FunctionalInterface
  interface Submodules {
    Optional<String> listed(String path, String commit);
  }

  /** A file, a link or a submodule. */
  private record Entry(String mode, String id) {
    boolean isSubmodule() {
      return mode.equals("160000");
    }

    boolean isLink() {
      return mode.equals("120000");
    }

    boolean isFile() {
      return mode.startsWith("100");
    }
  }

  /**
   * A manifest.
   *
   * @param path as a walk with links meets it
   * @param id its blob's; empty if it can't be read
   * @param flaw why it can't be
   */
  record Found(String path, String id, String flaw) {}

  /**
   * A folder that is walked, with all below it.
   *
   * @param from where it is
   * @param shown what it is called
   * @param by the link that led here, as it stands in the folder above; empty for the first
   */
  private record Walk(String from, String shown, String by, Walk above) {}

  /**
   * A tree as git lists it.
   *
   * @param listed entries with mode, type and id, a tab and the path, each with a NUL behind it
   */
  GitTree(String listed, Links links, Submodules submodules) {
    this.links = links;
    this.submodules = submodules;
    add("", listed);
  }

  private void add(String prefix, String listed) {
    for (String line : listed.split("\0", -1)) {
      int tab = line.indexOf('\t');
      String[] fields = tab < 0 ? new String[0] : line.substring(0, tab).split(" ", -1);
      if (fields.length == 3) {
        entries.put(prefix + line.substring(tab + 1), new Entry(fields[0], fields[2]));
      }
    }
  }

  /** Puts its files in the place of a submodule; false where they are not to be had. */
  private boolean open(String path) {
    Optional<String> files = submodules.listed(path, entries.get(path).id());
    files.ifPresent(
        listed -> {
          entries.remove(path);
          add(path + "/", listed);
        });
    return files.isPresent();
  }

  /** The same for those below a folder, and those in these. */
  private void openBelow(String prefix) {
    List<String> closed =
        below(prefix)
            .filter(entry -> entry.getValue().isSubmodule())
            .map(Map.Entry::getKey)
            .toList();
    for (String path : closed) {
      if (open(path)) {
        openBelow(path + "/");
      }
    }
  }

  private Stream<Map.Entry<String, Entry>> below(String prefix) {
    return entries.tailMap(prefix, true).entrySet().stream()
        .takeWhile(entry -> entry.getKey().startsWith(prefix));
  }

  /**
   * The manifests at or below a path, sorted by path.
   *
   * @throws FileNotFoundException if there is no such path
   * @throws IOException if a link on it leads out of the repository, or it is a submodule
   */
  List<Found> manifests(String path) throws IOException {
    found.clear();
    String shown = normalized(path);
    String real = real(path);
    Entry file = entries.get(real);
    if (file != null) {
      if (!file.isFile()) {
        throw new IOException("it is a submodule that is not checked out");
      }
      found.add(new Found(shown, file.id(), ""));
    } else {
      walk(new Walk(real, shown, "", null));
    }
    found.sort(Comparator.comparing(Found::path));
    return List.copyOf(found);
  }

  private void walk(Walk walk) {
    String prefix = walk.from().isEmpty() ? "" : walk.from() + "/";
    openBelow(prefix);
    below(prefix)
        .filter(entry -> isVisible(entry.getKey().substring(prefix.length())))
        .forEach(
            entry -> {
              String below = entry.getKey().substring(prefix.length());
              String shown = walk.shown().isEmpty() ? below : walk.shown() + "/" + below;
              if (entry.getValue().isLink()) {
                link(walk, entry.getKey(), shown);
              } else if (entry.getValue().isFile() && Manifests.isManifest(below)) {
                found.add(new Found(shown, entry.getValue().id(), ""));
              }
            });
  }

  private void link(Walk walk, String path, String shown) {
    try {
      String target = real(path);
      Entry file = entries.get(target);
      if (file == null) {
        if (leadsBack(walk, path, target)) {
          found.add(new Found(shown, "", "the link leads back to a folder that it lies in"));
        } else {
          walk(new Walk(target, shown, path, walk));
        }
      } else if (file.isFile() && Manifests.isManifest(shown)) {
        found.add(new Found(shown, file.id(), ""));
      }
    } catch (FileNotFoundException nowhere) {
      if (Manifests.isManifest(shown)) {
        found.add(new Found(shown, "", nowhere.getMessage()));
      }
    } catch (IOException outside) {
      // Other links may lead to what this command has no use for.
      if (Manifests.isManifest(shown)) {
        found.add(new Found(shown, "", outside.getMessage()));
      }
    }
  }

  /** Whether a link leads to a folder that is being walked. */
  private static boolean leadsBack(Walk walk, String link, String target) {
    String by = link;
    for (Walk at = walk; at != null; at = at.above()) {
      if (isAtOrBelow(target, at.from()) && isAtOrBelow(folderOf(by), target)) {
        return true;
      }
      by = at.by();
    }
    return false;
  }

  private static boolean isAtOrBelow(String path, String folder) {
    return folder.isEmpty() || path.equals(folder) || path.startsWith(folder + "/");
  }

  private static String folderOf(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /** The path without {@code .}, {@code ..} and what stands twice, as files are called below it. */
  private static String normalized(String path) throws IOException {
    String normal = Path.of(path).normalize().toString();
    if (normal.equals("..") || normal.startsWith("../")) {
      throw new IOException("it is outside the repository");
    }
    return normal;
  }

  /** Where a path leads, its links followed. */
  private String real(String path) throws IOException {
    Deque<String> rest = new ArrayDeque<>(List.of(path.split("/", -1)));
    String at = "";
    int followed = 0;
    while (!rest.isEmpty()) {
      String part = rest.pop();
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..")) {
        if (at.isEmpty()) {
          throw new IOException("a link leads out of the repository");
        }
        at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
        continue;
      }
      String next = at.isEmpty() ? part : at + "/" + part;
      Entry entry = entries.get(next);
      if (entry != null && entry.isLink()) {
        String target = links.target(entry.id());
        if (target.startsWith("/")) {
          throw new IOException("a link leads out of the repository");
        }
        followed++;
        if (followed > MAX_LINKS) {
          throw new FileNotFoundException("its links lead in a circle");
        }
        List<String> parts = List.of(target.split("/", -1));
        for (int i = parts.size() - 1; i >= 0; i--) {
          rest.push(parts.get(i));
        }
      } else if (entry == null && !isFolder(next)) {
        throw new FileNotFoundException("a link leads nowhere");
      } else {
        if (entry != null && entry.isSubmodule()) {
          open(next);
        }
        at = next;
      }
    }
    return at;
  }

  private boolean isFolder(String path) {
    String below = entries.ceilingKey(path + "/");
    return below != null && below.startsWith(path + "/");
  }

  private static boolean isVisible(String path) {
    return Stream.of(path.split("/", -1)).allMatch(Manifests::isVisible);
  }
}
