package dev.pathgate.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The whole server over TLS and HTTP/2 beside a bare hello-world of the same stack, in turns for
 * each size, with the load generator on the same machine. Prints a Markdown table of medians.
 */
public final class ServerBenchmark {
  private static final int WARM_UP_SECONDS = 15;
  private static final int SECONDS = 3;
  private static final int ROUNDS = 5;
  private static final int ASKERS = 16;

  private ServerBenchmark() {}

  /** Runs all sizes; the argument is a folder with {@code tls.crt} and {@code tls.key}. */
  public static void main(String[] args) throws Exception {
    Path certificate = Path.of(args[0], "tls.crt");
    Path key = Path.of(args[0], "tls.key");
    System.out.println(
        "| services | templates | requests/s | p50 | p99 | RSS | bare route: requests/s |"
            + " p50 | p99 | ratio |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
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
    int bare = Server.freePort();
    List<Load.Result> ours = new ArrayList<>();
    List<Load.Result> theirs = new ArrayList<>();
    long resident;
    try (Server pathgate =
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
        Load load = new Load(port, ASKERS);
        Server hello = Server.hello(bare, certificate, key);
        Load bareLoad = new Load(bare, ASKERS)) {
      load.run(body, WARM_UP_SECONDS);
      bareLoad.run(body, WARM_UP_SECONDS);
      for (int i = 0; i < ROUNDS; i++) {
        ours.add(load.run(body, SECONDS));
        theirs.add(bareLoad.run(body, SECONDS));
      }
      resident = pathgate.residentMib();
    }
    System.out.printf(
        "| %d (%.1f KB) | %d | %.0f | %.2f ms | %.1f ms | %d MiB | %.0f | %.2f ms | %.1f ms |"
            + " %.2f |%n",
        services,
        body.length / 1e3,
        templates,
        median(ours, Load.Result::perSecond),
        median(ours, Load.Result::p50) / 1e3,
        median(ours, Load.Result::p99) / 1e3,
        resident,
        median(theirs, Load.Result::perSecond),
        median(theirs, Load.Result::p50) / 1e3,
        median(theirs, Load.Result::p99) / 1e3,
        median(ours, Load.Result::perSecond) / median(theirs, Load.Result::perSecond));
  }

  /** The median of a figure; no request of any round may have failed. */
  private static double median(List<Load.Result> rounds, ToDoubleFunction<Load.Result> figure) {
    for (Load.Result round : rounds) {
      if (round.failed() > 0) {
        throw new IllegalStateException(round.failed() + " requests failed");
      }
    }
    return rounds.stream().mapToDouble(figure).sorted().toArray()[rounds.size() / 2];
  }
}
