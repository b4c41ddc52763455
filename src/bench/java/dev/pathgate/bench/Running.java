package dev.pathgate.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A server under measurement, in a process of its own. */
final class Running implements AutoCloseable {
  private static final long POLL_MILLIS = 10;

  private final Process process;
  private final long began;
  private final int https;
  private final int management;
  private final Path log;

  private Running(Process process, long began, int https, int management, Path log) {
    this.process = process;
    this.began = began;
    this.https = https;
    this.management = management;
    this.log = log;
  }

  static Running start(ProcessBuilder builder, int https, int management) throws IOException {
    Path log = Files.createTempFile(Path.of("target"), "bench-server-", ".log");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    long began = System.nanoTime();
    return new Running(builder.start(), began, https, management, log);
  }

  int https() {
    return https;
  }

  /** Waits for its readiness, and says how many seconds it took from its start. */
  double awaitReady() throws Exception {
    return await(() -> status("/q/health/ready") == 200);
  }

  /** Waits for its port. */
  void awaitPort() throws Exception {
    await(
        () -> {
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", https), 200);
            return true;
          }
        });
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private double await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (System.nanoTime() < deadline && process.isAlive()) {
      try {
        if (condition.holds()) {
          return (System.nanoTime() - began) / 1e9;
        }
      } catch (IOException notYet) {
        // its port opens after a while
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new IllegalStateException("not ready, see " + log);
  }

  private int status(String path) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), management)) {
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      String head = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      return head.length() == 12 ? Integer.parseInt(head.substring(9)) : 0;
    }
  }

  /** The value of a metric whose line begins like that; 0 if there is none. */
  double metric(String prefix) throws IOException {
    return Metrics.sum(
        new String(
            URI.create("http://127.0.0.1:" + management + "/q/metrics")
                .toURL()
                .openStream()
                .readAllBytes(),
            StandardCharsets.UTF_8),
        prefix);
  }

  /** CPU seconds so far, user and system. */
  double cpu() throws IOException {
    return cpu(process.toHandle());
  }

  static double cpu(ProcessHandle process) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
  }

  /**
   * Memory in MiB.
   *
   * @param isPrivate what is of this process alone and can't be dropped: unlike clean pages of
   *     files, it does not depend on which other processes run
   */
  record Memory(long resident, long isPrivate) {
    @Override
    public String toString() {
      return resident + " / " + isPrivate + " MiB";
    }
  }

  Memory memory() throws IOException {
    long resident = 0;
    long own = 0;
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/smaps_rollup"))) {
      if (line.startsWith("Rss:")) {
        resident += kilobytes(line);
      } else if (line.startsWith("Private_Dirty:")) {
        own += kilobytes(line);
      }
    }
    return new Memory(resident / 1024, own / 1024);
  }

  private static long kilobytes(String line) {
    return Long.parseLong(line.replaceAll("\\D", ""));
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
