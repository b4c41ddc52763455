package dev.pathgate.bench;

import dev.pathgate.testkit.TestFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * As many reviews as it takes over TLS and HTTP/2, beside a bare route of the same stack, in turns,
 * with the load generator on the same processors.
 */
final class Throughput {
  private static final int WARM_UP_SECONDS = Bench.QUICK ? 3 : 12;
  private static final int SECONDS = Bench.QUICK ? 1 : 3;
  private static final int ROUNDS = Bench.QUICK ? 3 : 5;
  private static final int ASKERS = 16;

  private Throughput() {}

  static void measure(Image image, Bench.Pair pair) throws Exception {
    for (int services : new int[] {1, 20}) {
      measure(image, pair, services);
    }
  }

  /** The yardstick, with the JVM flags of the image. */
  static Running bare(Image image, Bench.Pair pair) throws IOException {
    int port = TestFolders.freePort();
    List<String> line = new ArrayList<>(List.of(image.java().toString(), "-Xms16m"));
    line.addAll(List.of(image.javaOptions("webhook").split(" ", -1)));
    line.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            HelloServer.class.getName(),
            String.valueOf(port),
            pair.certificate().toString(),
            pair.key().toString()));
    return Running.start(new ProcessBuilder(line), port, 0);
  }

  private static void measure(Image image, Bench.Pair pair, int services) throws Exception {
    Path folder = Files.createTempDirectory(Path.of("target"), "bench-chains-");
    Files.writeString(folder.resolve("chain.yaml"), SampleReviews.chain(Fleet.TEMPLATES));
    byte[] body = SampleReviews.step(services);
    List<Load.Result> ours = new ArrayList<>();
    List<Load.Result> theirs = new ArrayList<>();
    try (Running pathgate =
            image.serve(
                "webhook",
                pair.in(Map.of("PATHGATE_CHAINS", folder.toAbsolutePath().toString())));
        Running hello = bare(image, pair);
        Load load = new Load(pathgate.https(), ASKERS);
        Load bareLoad = new Load(hello.https(), ASKERS)) {
      pathgate.awaitReady();
      hello.awaitPort();
      load.run(body, WARM_UP_SECONDS);
      bareLoad.run(body, WARM_UP_SECONDS);
      double cpu = pathgate.cpu();
      double bareCpu = hello.cpu();
      for (int i = 0; i < ROUNDS; i++) {
        ours.add(load.run(body, SECONDS));
        theirs.add(bareLoad.run(body, SECONDS));
      }
      double each = 1e6 * (pathgate.cpu() - cpu) / sum(ours);
      double bareEach = 1e6 * (hello.cpu() - bareCpu) / sum(theirs);
      String what = "%d services (%.1f KB)".formatted(services, body.length / 1e3);
      row(what + ": requests/s", "%.0f", ours, theirs, Load.Result::perSecond);
      row(what + ": p99 under load, ms", "%.1f", ours, theirs, result -> result.p99() / 1e3);
      Bench.row(
          what + ": CPU of the server a request, µs",
          "%.0f".formatted(each),
          "%.0f bare route".formatted(bareEach),
          "%.2f".formatted(each / bareEach));
    }
  }

  private static double sum(List<Load.Result> rounds) {
    return rounds.stream().mapToDouble(Load.Result::count).sum();
  }

  private static void row(
      String what,
      String form,
      List<Load.Result> ours,
      List<Load.Result> theirs,
      ToDoubleFunction<Load.Result> figure) {
    double our = median(ours, figure);
    double their = median(theirs, figure);
    Bench.row(
        what,
        String.format(form, our),
        String.format(form, their) + " bare route",
        "%.2f".formatted(our / their));
  }

  /** The median of a figure; no request of any round may have failed. */
  private static double median(List<Load.Result> rounds, ToDoubleFunction<Load.Result> figure) {
    for (Load.Result round : rounds) {
      if (round.failed() > 0) {
        throw new IllegalStateException(round.failed() + " requests failed");
      }
    }
    return Bench.median(rounds.stream().map(figure::applyAsDouble).toList());
  }
}
