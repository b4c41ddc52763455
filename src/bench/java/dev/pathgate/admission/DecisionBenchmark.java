package dev.pathgate.admission;

import dev.pathgate.Settings;
import dev.pathgate.bench.SampleReviews;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.cluster.FolderCluster;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.Rulebook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The decision itself: from the bytes of a review to the bytes of the answer. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecisionBenchmark {
  /** Services in the review. */
  @Param({"1", "20"})
  public int services;

  /** Whether the services stay, or each of them goes a step along its chain. */
  @Param({"unchanged", "step"})
  public String edit;

  private byte[] review;
  private Judge judge;

  /** Makes the review and the chain. */
  @Setup
  public void prepare() throws Exception {
    Path folder = Files.createTempDirectory("pathgate-bench-");
    Files.writeString(folder.resolve("chain.yaml"), SampleReviews.chain(10));
    review =
        edit.equals("step") ? SampleReviews.step(services) : SampleReviews.unchanged(services);
    judge =
        new Judge(
            new FolderCluster(folder, "kcm-system"),
            new Rulebook(
                Map.of(),
                new PathPolicy(PathPolicy.Steps.SINGLE, PathPolicy.ChainSwitch.TOGETHER),
                "kcm-system"),
            new Edits("kcm-system"),
            Settings.Mode.ENFORCE,
            Set.of());
  }

  /** Decodes, judges and answers. */
  @Benchmark
  public byte[] decide() throws BadReview {
    AdmissionRequest request = ReviewReader.read(review);
    return ReviewWriter.write(request, judge.validate(request, () -> 1_000).join());
  }
}
