package dev.pathgate.testkit;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A Java of the image's version: the one that runs the tests, {@code -Dimage.java.home}, that of
 * the variables of GitHub's runners, or one that is installed beside the one that runs the tests.
 */
public final class ImageJava {
  public static final int VERSION = 25;

  private ImageJava() {}

  /** Its home; empty if none is found. */
  public static Optional<Path> home() {
    if (Runtime.version().feature() >= VERSION) {
      return Optional.of(Path.of(System.getProperty("java.home")));
    }
    return Stream.of(
            System.getProperty("image.java.home"),
            System.getenv("JAVA_HOME_" + VERSION + "_X64"),
            System.getenv("JAVA_HOME_" + VERSION + "_ARM64"))
        .filter(home -> home != null && !home.isEmpty())
        .map(Path::of)
        .findFirst()
        .or(ImageJava::besideThisOne);
  }

  /** Where several are installed in one folder, as distributions do. */
  private static Optional<Path> besideThisOne() {
    try (Stream<Path> homes = Files.list(Path.of(System.getProperty("java.home")).getParent())) {
      return homes.filter(home -> feature(home) >= VERSION).sorted().findFirst();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** The Java that lives there; 0 if none does. */
  private static int feature(Path home) {
    Properties release = new Properties();
    try (Reader file = Files.newBufferedReader(home.resolve("release"))) {
      release.load(file);
      String version = release.getProperty("JAVA_VERSION", "0").replace("\"", "");
      return Runtime.Version.parse(version).feature();
    } catch (IOException | IllegalArgumentException none) {
      return 0;
    }
  }
}
