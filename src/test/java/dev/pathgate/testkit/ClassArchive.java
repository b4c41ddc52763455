package dev.pathgate.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The classes of the packaged application as the JVM keeps them (CDS), which spares each start a
 * third of its CPU. Made once for each build, in the background: who starts before it is there,
 * starts without.
 */
final class ClassArchive {
  private final Path jar;
  private final Path archive;
  private boolean isTried;

  /** That of a packaged application. */
  ClassArchive(Path jar) {
    this.jar = jar.toAbsolutePath();
    this.archive =
        this.jar.getParent().resolveSibling("classes-" + Runtime.version().feature() + ".jsa");
  }

  /** The flags by which the JVM takes it; none while there is none of this very build. */
  synchronized List<String> flags() throws IOException {
    if (Files.exists(archive)
        && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) > 0) {
      return List.of("-XX:SharedArchiveFile=" + archive);
    }
    if (!isTried) {
      isTried = true;
      Thread maker = new Thread(this::make, "class archive");
      maker.setDaemon(true);
      maker.start();
    }
    return List.of();
  }

  /** Makes it, unless another JVM does. */
  private void make() {
    Path part = archive.resolveSibling(archive.getFileName() + ".part");
    try (FileChannel file =
            FileChannel.open(
                archive.resolveSibling(archive.getFileName() + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = file.tryLock()) {
      if (lock != null && train(part).waitFor() == 0) {
        Files.move(part, archive, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException failed) {
      System.out.println("every start takes longer: no " + archive + " (" + failed + ")");
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  /** A run that loads what a server does, as the image's cache is trained. */
  private Process train(Path into) throws IOException {
    Files.deleteIfExists(into);
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:disable",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:ArchiveClassesAtExit=" + into,
                "-Ddev.pathgate.train=true",
                "-jar",
                jar.toString(),
                "train",
                "serve")
            .redirectErrorStream(true)
            .redirectOutput(new File(archive + ".log"));
    builder
        .environment()
        .keySet()
        .removeIf(
            variable ->
                variable.startsWith("PATHGATE_")
                    || variable.startsWith("KUBE")
                    || variable.toLowerCase(java.util.Locale.ROOT).endsWith("_proxy"));
    return TestFolders.endWithTheJvm(builder.start());
  }
}
