package dev.pathgate.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Where {@code @TempDir}s are: outside the checkout, since commands name files below the working
 * folder by their path from there. JUnit deletes them. Everything else that tests put into the
 * folder for temporary files is under {@code target}.
 */
public final class TempFolders implements TempDirFactory {
  private static final Path PARENT = Path.of("/tmp");

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
      throws IOException {
    return Files.createTempDirectory(PARENT, "pathgate-test-");
  }
}
