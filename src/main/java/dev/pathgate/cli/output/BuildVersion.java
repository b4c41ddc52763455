package dev.pathgate.cli.output;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version that the build wrote down. */
public final class BuildVersion {
  private BuildVersion() {}

  /** Such as {@code 0.2.0}. */
  public static String get() {
    Properties build = new Properties();
    try (InputStream file = BuildVersion.class.getResourceAsStream("/pathgate-build.properties")) {
      build.load(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return build.getProperty("version");
  }
}
