package dev.pathgate.cli.train;

import dev.pathgate.cli.output.Console;
import dev.pathgate.cli.output.ExitCode;
import dev.pathgate.cluster.FolderCluster;
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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code pathgate train}, which nobody is told of: what a JVM goes through while the AOT cache of
 * the image records it ({@code docker/train}). {@code serve} runs both roles beside the stand-in
 * until they are ready, sends them reviews as an API server does, and ends; {@code commands} runs
 * commands.
 */
@Command(
    name = "train",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "Goes through what an AOT cache of the image is to hold.",
    footer = {"", "Examples:", "  pathgate train serve", "  pathgate train commands"})
public final class Train implements Callable<Integer> {
  /** The system property without which there is no such command: it opens ports of its own. */
  public static final String ENABLED = "dev.pathgate.train";

  private static final long TIMEOUT_SECONDS = 120;
  private static final int ROUNDS = 60;

  /** What is gone through. */
  enum What {
    SERVE,
    COMMANDS
  }

  @Parameters(paramLabel = "serve|commands")
  private What what;

  /** Runs command lines as the process would; the code that it would exit with. */
  private final BiFunction<Console, String[], Integer> run;

  /** Runs command lines by {@code run}, as the process would. */
  public Train(BiFunction<Console, String[], Integer> run) {
    this.run = run;
  }

  @Override
  public Integer call() throws Exception {
    return what == What.SERVE ? serve() : commands();
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

  private int serve() throws Exception {
    Path folder = Samples.write();
    new FolderCluster(folder, "kcm-system").poll(); // where chains come from a folder
    Samples.delete(folder);
    Vertx vertx = Vertx.vertx();
    StandIn api = new StandIn(vertx);
    Path kubeconfig = Files.createTempFile("pathgate-train-", ".kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters:
          - name: train
            cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: "%s"}
        users:
          - name: train
            user: {token: train}
        contexts:
          - name: train
            context: {cluster: train, user: train}
        current-context: train
        """
            .formatted(
                api.port(),
                Base64.getEncoder()
                    .encodeToString(api.authority().getBytes(StandardCharsets.US_ASCII))));
    int https = freePort();
    int management = freePort();
    System.setProperty("kubeconfig", kubeconfig.toString());
    System.setProperty("pathgate.roles", "webhook,status-patcher");
    System.setProperty("pathgate.host", "127.0.0.1");
    System.setProperty("pathgate.https-port", String.valueOf(https));
    System.setProperty("pathgate.management-port", String.valueOf(management));
    System.setProperty("pathgate.tls.self.secret", Samples.SECRET);
    System.setProperty("pathgate.tls.self.validating-webhook", Samples.WEBHOOK);
    System.setProperty("pathgate.tls.self.mutating-webhook", Samples.WEBHOOK);
    Thread caller =
        new Thread(
            () -> {
              int code = 1;
              try {
                awaitReady(management);
                review(vertx, https);
                awaitStatuses(api);
                Files.delete(kubeconfig);
                code = 0;
              } catch (Exception failed) {
                System.err.println("train: " + failed);
              }
              System.exit(code);
            },
            "train");
    caller.start();
    return run.apply(Console.ofProcess(), new String[] {"serve"});
  }

  private static void awaitReady(int management) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (System.nanoTime() < deadline) {
      try {
        // As a scrape and a probe do it.
        get(management, "/q/metrics");
        get(management, "/q/health/live");
        get(management, "/q/health/ready");
        return;
      } catch (IOException notYet) {
        Thread.sleep(50);
      }
    }
    throw new IOException("not ready within " + TIMEOUT_SECONDS + " s");
  }

  private static void get(int port, String path) throws IOException {
    URI.create("http://127.0.0.1:" + port + path).toURL().openStream().close();
  }

  private static void awaitStatuses(StandIn api) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (api.statuses() == 0) {
      if (System.nanoTime() > deadline) {
        throw new IOException("no status was written within " + TIMEOUT_SECONDS + " s");
      }
      Thread.sleep(50);
    }
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
