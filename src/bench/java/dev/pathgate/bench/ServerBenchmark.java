package dev.pathgate.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The whole server over TLS and HTTP/2 beside a bare hello-world of the same stack, one after the
 * other for each size, with the load generator on the same machine. Prints a Markdown table.
 */
public final class ServerBenchmark {
  private static final int WARM_UP_SECONDS = 15;
  private static final int SECONDS = 6;
  private static final int ASKERS = 16;

  private ServerBenchmark() {}

  /** Runs all sizes; the argument is a folder with {@code tls.crt} and {@code tls.key}. */
  public static void main(String[] args) throws Exception {
    Path certificate = Path.of(args[0], "tls.crt");
    Path key = Path.of(args[0], "tls.key");
    System.out.println(
        "| services | body | templates | requests/s | p50 | p99 | RSS | bare route: requests/s |"
            + " p50 | p99 | ratio |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for (int services : new int[] {1, 20, 500}) {
      for (int templates : new int[] {10, 1_000, 10_000}) {
        measure(services, templates, certificate, key);
      }
    }
  }

  private static void measure(int services, int templates, Path certificate, Path key)
      throws Exception {
    Path folder = Files.createTempDirectory("pathgate-bench-");
    Files.writeString(folder.resolve("chain.yaml"), SampleReviews.chain(templates));
    byte[] body = SampleReviews.update(services, templates);
    int port = Server.freePort();
    Load.Result ours;
    long resident;
    try (Server server =
            Server.pathgate(
                port,
                Map.of(
                    "PATHGATE_CHAINS",
                    folder.toString(),
                    "PATHGATE_MANAGEMENT_PORT",
                    "0",
                    "PATHGATE_TLS_CERTIFICATE",
                    certificate.toString(),
                    "PATHGATE_TLS_KEY",
                    key.toString()));
        Load load = new Load(port, ASKERS)) {
      load.run(body, WARM_UP_SECONDS);
      ours = load.run(body, SECONDS);
      resident = server.residentMib();
    }
    int bare = Server.freePort();
    Load.Result theirs;
    try (Server server = Server.hello(bare, certificate, key);
        Load load = new Load(bare, ASKERS)) {
      load.run(body, WARM_UP_SECONDS);
      theirs = load.run(body, SECONDS);
    }
    if (ours.failed() + theirs.failed() > 0) {
      throw new IllegalStateException(ours.failed() + " and " + theirs.failed() + " failed");
    }
    System.out.printf(
        "| %d | %.1f KB | %d | %.0f | %.2f ms | %.1f ms | %d MiB | %.0f | %.2f ms | %.1f ms |"
            + " %.2f |%n",
        services,
        body.length / 1e3,
        templates,
        ours.perSecond(),
        ours.p50() / 1e3,
        ours.p99() / 1e3,
        resident,
        theirs.perSecond(),
        theirs.p50() / 1e3,
        theirs.p99() / 1e3,
        ours.perSecond() / theirs.perSecond());
  }
}
