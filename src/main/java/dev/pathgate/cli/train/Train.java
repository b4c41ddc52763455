package dev.pathgate.cli.train;

import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.ExitCode;
import dev.pathgate.webhook.ReviewCaller;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code pathgate train}, which nobody is told of: what a JVM goes through while an AOT cache of
 * the image records it ({@code docker/train}). With roles it starts a server of them, in a process
 * of its own so that nothing else is recorded, beside the stand-in; waits until that is ready,
 * sends it reviews as an API server does, and ends it. {@code commands} runs commands, and is what
 * is recorded itself.
 */
@Command(
    name = "train",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "Goes through what an AOT cache of the image is to hold.",
    footer = {
      "",
      "Examples:",
      "  pathgate train commands",
      "  pathgate train status-patcher -- java -XX:AOTCacheOutput=FILE -jar quarkus-run.jar serve"
    })
public final class Train implements Callable<Integer> {
  /** The system property without which there is no such command: it opens ports of its own. */
  public static final String ENABLED = "dev.pathgate.train";

  private static final String COMMANDS = "commands";
  private static final long TIMEOUT_SECONDS = 120;
  private static final int ROUNDS = 60;

  /** How many times each object changes while a server looks on. */
  private static final int CHANGES = 10;

  @Parameters(index = "0", paramLabel = "ROLES|commands")
  private String what;

  @Parameters(index = "1..*", paramLabel = "COMMAND", description = "Starts the server.")
  private List<String> server = List.of();

  /** Runs command lines as the process would; the code that it would exit with. */
  private final BiFunction<Console, String[], Integer> run;

  /** Runs command lines by {@code run}, as the process would. */
  public Train(BiFunction<Console, String[], Integer> run) {
    this.run = run;
  }

  @Override
  public Integer call() throws Exception {
    return what.equals(COMMANDS) ? commands() : serve();
  }

  private int commands() throws IOException {
    Path folder = Samples.write();
    Console nowhere =
        new Console(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            false);
    String from = folder.toString();
    int code = 0;
    for (String[] command :
        new String[][] {
          {"--help"},
          {"check", "--help"},
          {"check", "-f", from},
          {"check", "--from", from, "--to", from, "-o", "json"},
          {"audit", "-f", from},
          {"paths", "-f", from},
          {"version"}
        }) {
      code = Math.max(code, run.apply(nowhere, command));
    }
    Samples.delete(folder);
    return code > ExitCode.VIOLATIONS ? code : ExitCode.FINE;
  }

  /** What the server ends with; its cache is written then. */
  private int serve() throws Exception {
    Vertx vertx = Vertx.vertx();
    StandIn api = new StandIn(vertx);
    Path kubeconfig = Files.createTempFile("pathgate-train-", ".kubeconfig");
    Files.writeString(kubeconfig, api.kubeconfig());
    int https = freePort();
    int management = freePort();
    ProcessBuilder builder = new ProcessBuilder(server).inheritIO();
    builder
        .environment()
        .putAll(
            Map.of(
                "KUBECONFIG",
                kubeconfig.toString(),
                "PATHGATE_ROLES",
                what,
                "PATHGATE_HOST",
                "127.0.0.1",
                "PATHGATE_HTTPS_PORT",
                String.valueOf(https),
                "PATHGATE_MANAGEMENT_PORT",
                String.valueOf(management),
                "PATHGATE_TLS_SELF_SECRET",
                Samples.SECRET,
                "PATHGATE_TLS_SELF_VALIDATING_WEBHOOK",
                Samples.WEBHOOK,
                "PATHGATE_TLS_SELF_MUTATING_WEBHOOK",
                Samples.WEBHOOK));
    Process process = builder.start();
    try {
      await(process, "readiness", () -> isReady(management));
      if (what.contains("webhook")) {
        review(vertx, https);
      }
      if (what.contains("status-patcher")) {
        await(process, "status", () -> api.statuses() > 0);
      }
      Thread.sleep(CHANGES * StandIn.EVENT_MILLIS);
      process.destroy();
      return process.waitFor();
    } finally {
      process.destroyForcibly();
      Files.delete(kubeconfig);
      vertx.close();
    }
  }

  private static void await(Process server, String what, Callable<Boolean> isThere)
      throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (!isThere.call()) {
      if (!server.isAlive() || System.nanoTime() > deadline) {
        throw new IOException(
            "no " + what + " within " + TIMEOUT_SECONDS + " s, or before the server ended");
      }
      Thread.sleep(50);
    }
  }

  private static boolean isReady(int management) {
    try {
      // As a scrape and a probe do it.
      get(management, "/q/metrics");
      get(management, "/q/health/live");
      get(management, "/q/health/ready");
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static void get(int port, String path) throws IOException {
    URI.create("http://127.0.0.1:" + port + path).toURL().openStream().close();
  }

  private static void review(Vertx vertx, int port) throws Exception {
    ReviewCaller caller = new ReviewCaller(vertx, "127.0.0.1", port);
    Map<String, String> headers = Map.of("Accept-Encoding", "gzip");
    List<String> reviews = Samples.reviews();
    for (int round = 0; round < ROUNDS; round++) {
      List<Future<?>> asked = new ArrayList<>();
      for (String review : reviews) {
        asked.add(caller.send("/validate?timeout=10s", headers, review));
        if (round % 5 == 0) {
          asked.add(caller.send("/mutate?timeout=10s", headers, review));
        }
      }
      Future.all(asked)
          .toCompletionStage()
          .toCompletableFuture()
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }
}
