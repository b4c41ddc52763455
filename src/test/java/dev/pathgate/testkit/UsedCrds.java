package dev.pathgate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Which releases' own CRDs this run has installed, beside those that the repository carries. */
final class UsedCrds {
  /** They may lie beside the checkout, one folder for each release. */
  static final Path RELEASES = Path.of("..", "shared", "crds");

  private static final Path NOTES = Path.of("target", "used-crds");

  private UsedCrds() {}

  /** Writes down that the CRDs of this folder were installed. */
  static void note(Path crds) throws IOException {
    Files.createDirectories(NOTES);
    Files.write(NOTES.resolve(name(crds)), new byte[0]);
  }

  private static String name(Path crds) {
    return crds.toAbsolutePath().normalize().toString().replace('/', '_');
  }

  /**
   * Those of {@code releases}, in order, that were never installed; none if there is no such
   * folder.
   */
  static List<String> missing(Path releases) {
    if (!Files.isDirectory(releases)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(releases)) {
      return folders
          .filter(release -> !Files.exists(NOTES.resolve(name(release))))
          .map(release -> release.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
