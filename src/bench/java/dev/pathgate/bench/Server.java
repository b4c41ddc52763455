package dev.pathgate.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server under measurement, in a process of its own. */
final class Server implements AutoCloseable {
  /**
   * The chart's heap, which begins as a pod's does (a large machine's JVM would begin with all of
   * it), and the collector of docker/entrypoint.
   */
  private static final List<String> JVM = List.of("-Xmx128m", "-Xms8m", "-XX:+UseSerialGC");

  private final Process process;

  private Server(Process process) {
    this.process = process;
  }

  /** The packaged product, with those settings. */
  static Server pathgate(int port, Map<String, String> environment) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(java("-jar", "target/quarkus-app/quarkus-run.jar", "serve"));
    builder.environment().putAll(environment);
    builder.environment().put("PATHGATE_HOST", "127.0.0.1");
    builder.environment().put("PATHGATE_HTTPS_PORT", String.valueOf(port));
    return started(builder, port);
  }

  /** The yardstick. */
  static Server hello(int port, Path certificate, Path key) throws Exception {
    return started(
        new ProcessBuilder(
            java(
                "-cp",
                System.getProperty("java.class.path"),
                HelloServer.class.getName(),
                String.valueOf(port),
                certificate.toString(),
                key.toString())),
        port);
  }

  private static Server started(ProcessBuilder builder, int port) throws Exception {
    Server server =
        new Server(
            builder
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
    for (int i = 0; i < 600; i++) {
      if (isOpen(port)) {
        return server;
      }
      if (!server.process.isAlive()) {
        break;
      }
      Thread.sleep(100);
    }
    server.close();
    throw new IOException("a server did not open port " + port);
  }

  private static boolean isOpen(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static List<String> java(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(JVM);
    command.addAll(List.of(arguments));
    return command;
  }

  /** Resident memory in MiB, where /proc tells; otherwise -1. */
  long residentMib() throws IOException {
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    if (!Files.exists(status)) {
      return -1;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(-1);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
