package dev.pathgate.bench;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The decision by itself, from the bytes of a review to those of its answer. */
final class Decision {
  private Decision() {}

  static void measure(Image image) throws Exception {
    for (RunResult result :
        new Runner(
                new OptionsBuilder()
                    .include("DecisionBenchmark")
                    .jvm(image.java().toString())
                    .warmupIterations(3)
                    .warmupTime(TimeValue.seconds(Bench.QUICK ? 1 : 2))
                    .measurementIterations(Bench.QUICK ? 3 : 5)
                    .measurementTime(TimeValue.seconds(1))
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run()) {
      Bench.row(
          "decision, "
              + result.getParams().getParam("services")
              + " services, "
              + result.getParams().getParam("edit"),
          "%.1f µs".formatted(result.getPrimaryResult().getScore()));
    }
  }
}
