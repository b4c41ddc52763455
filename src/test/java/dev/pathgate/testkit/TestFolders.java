package dev.pathgate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Folders, ports and processes that outlive a single test. They go with the JVM at the latest; of a
 * folder that nobody deleted, the logs stay, under {@code target}.
 */
public final class TestFolders {
  private static final Path PARENT = Path.of("target", "test-folders").toAbsolutePath();
  private static final Queue<Process> PROCESSES = new ConcurrentLinkedQueue<>();
  private static final Queue<Path> FOLDERS = new ConcurrentLinkedQueue<>();

  /** Below those that the system gives to connections, which would take one in between. */
  private static final int FIRST_PORT = 20_000;

  private static final int LAST_PORT = 32_000;

  /** Begins anywhere, since other JVMs run tests at the same time. */
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(LAST_PORT - FIRST_PORT));

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(TestFolders::endAll));
  }

  private TestFolders() {}

  /** A new folder, whose name starts with {@code name}. */
  public static Path make(String name) {
    try {
      Files.createDirectories(PARENT);
      Path made = Files.createTempDirectory(PARENT, name);
      FOLDERS.add(made);
      return made;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Deletes a folder with all that is in it. */
  public static void delete(Path folder) {
    delete(folder, false);
    FOLDERS.remove(folder);
  }

  private static void delete(Path folder, boolean butLogs) {
    try (Stream<Path> content = Files.walk(folder)) {
      for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
        boolean isLog = path.getFileName().toString().matches("log|.*\\.log");
        boolean isFull = Files.isDirectory(path) && !isEmpty(path);
        if (!(butLogs && (isLog || isFull))) {
          Files.deleteIfExists(path);
        }
      }
    } catch (IOException | UncheckedIOException inUse) {
      System.out.println("left behind: " + folder + " (" + inUse + ")");
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> content = Files.list(folder)) {
      return content.findAny().isEmpty();
    }
  }

  /** Kills the process at the end of this JVM. */
  public static Process endWithTheJvm(Process process) {
    PROCESSES.add(process);
    return process;
  }

  private static void endAll() {
    PROCESSES.forEach(Process::destroyForcibly);
    for (Process process : PROCESSES) {
      try {
        process.waitFor(5, TimeUnit.SECONDS);
      } catch (InterruptedException interrupted) {
        return;
      }
    }
    FOLDERS.forEach(folder -> delete(folder, true));
  }

  /**
   * A port of this machine on which nothing listens right now. Until all were given none is given
   * again: who got one may not listen yet.
   */
  public static int freePort() {
    while (true) {
      int port = FIRST_PORT + Math.floorMod(NEXT.getAndIncrement(), LAST_PORT - FIRST_PORT);
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (IOException taken) {
        // the next one may be free
      }
    }
  }
}
