package dev.pathgate.cluster;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** A walk through a folder of manifests, its links followed, to its end whatever it meets. */
final class ManifestFolder extends SimpleFileVisitor<Path> {
  private final Path folder;
  private final List<Path> files = new ArrayList<>();
  private final NavigableMap<Path, IOException> failures = new TreeMap<>();
  private final List<Path> dangling = new ArrayList<>();

  private ManifestFolder(Path folder) {
    this.folder = folder;
  }

  static ManifestFolder walk(Path folder) throws IOException {
    ManifestFolder walk = new ManifestFolder(folder);
    Files.walkFileTree(folder, Set.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, walk);
    walk.files.sort(null);
    return walk;
  }

  /** The files that hold manifests, in the order of their paths. */
  List<Path> files() {
    return files;
  }

  /** What could not be looked at, and why. */
  NavigableMap<Path, IOException> failures() {
    return failures;
  }

  /** Links that are called like a manifest and lead nowhere. */
  List<Path> dangling() {
    return dangling;
  }

  @Override
  public FileVisitResult preVisitDirectory(Path entry, BasicFileAttributes attributes) {
    return entry.equals(folder) || isVisible(entry)
        ? FileVisitResult.CONTINUE
        : FileVisitResult.SKIP_SUBTREE;
  }

  @Override
  public FileVisitResult visitFile(Path entry, BasicFileAttributes attributes) {
    if (isVisible(entry) && Manifests.isManifest(entry.getFileName().toString())) {
      if (attributes.isRegularFile()) {
        files.add(entry);
      } else if (attributes.isSymbolicLink()) {
        dangling.add(entry);
      }
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path entry, IOException failure) {
    // the hidden folders of a mounted ConfigMap come and go at any time
    if (entry.equals(folder) || isVisible(entry)) {
      failures.put(entry, failure);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path entry, IOException failure) {
    if (failure != null) {
      failures.put(entry, failure);
    }
    return FileVisitResult.CONTINUE;
  }

  private static boolean isVisible(Path entry) {
    return Manifests.isVisible(entry.getFileName().toString());
  }
}
