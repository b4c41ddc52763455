package dev.pathgate.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.pathgate.cluster.FakeCluster;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.ObjectSketch;
import dev.pathgate.rule.Service;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a request costs is bounded by what it holds, never multiplied by what is said of it. */
class AnswerBoundsTest {
  private static final int MAX_ANSWER = 16 * 1024;

  @Test
  void answersThousandsOfRefusedServicesInLittleMemory() {
    String[] names =
        IntStream.range(0, 200).mapToObj(i -> i + "-" + "t".repeat(249)).toArray(String[]::new);
    FakeCluster world = new FakeCluster().has(ObjectSketch.chain("tenant42/chain", names));

    long bytes = allocated(world, services(6_000, names[0]), services(6_000, "elsewhere"));

    // short-lived objects of 10 KB a service and round, of which there are two; 6,000 messages of
    // 3 KB each, made of parts, are not among them
    assertThat(bytes).isLessThan(160L * 1024 * 1024);
  }

  @Test
  void answersTemplateNamesOfFortyThousandCharactersInLittleMemory() {
    String[] names =
        IntStream.range(0, 20).mapToObj(i -> i + "t".repeat(40_000)).toArray(String[]::new);
    FakeCluster world = new FakeCluster().has(ObjectSketch.chain("tenant42/chain", names));

    long bytes = allocated(world, services(100, names[0]), services(100, "x".repeat(40_000)));

    // once each service's message took 10 × 40 KB
    assertThat(bytes).isLessThan(4L * 1024 * 1024);
  }

  @Test
  void looksThroughALongChainOnlyForTheServicesThatAreTold() {
    String[] line =
        IntStream.range(0, 3_000).mapToObj(i -> "l" + i + " → l" + (i + 1)).toArray(String[]::new);
    FakeCluster world = new FakeCluster().has(ObjectSketch.chain("tenant42/chain", line));
    Service[] before =
        IntStream.range(0, 3_000)
            .mapToObj(i -> new Service("web", "s-" + i, "l" + i % 2, "chain"))
            .toArray(Service[]::new);

    long bytes = allocated(world, before, services(3_000, "elsewhere"));

    // what one search finds takes 36 KB, and there are 3,000 services in two rounds
    assertThat(bytes).isLessThan(96L * 1024 * 1024);
  }

  private static long allocated(FakeCluster world, Service[] before, Service[] after) {
    AdmissionRequest request = RequestSketch.update(cluster(before), cluster(after));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    answer(world, request);

    long start = threads.getCurrentThreadAllocatedBytes();
    byte[] answer = answer(world, request);
    long bytes = threads.getCurrentThreadAllocatedBytes() - start;

    assertThat(answer.length).isLessThanOrEqualTo(MAX_ANSWER);
    return bytes;
  }

  private static byte[] answer(FakeCluster world, AdmissionRequest request) {
    Verdict verdict = RecordedCases.judge(world).validate(request, () -> 10_000).join();
    assertThat(verdict.isAllowed()).isFalse();
    return ReviewWriter.write(request, verdict);
  }

  private static Service[] services(int number, String template) {
    return IntStream.range(0, number)
        .mapToObj(i -> new Service("web", "s-" + i, template, "chain"))
        .toArray(Service[]::new);
  }

  private static K0rdentObject cluster(Service... services) {
    return ObjectSketch.clusterDeployment("tenant42/prod-eu", services);
  }

  @Test
  void saysNowhereTheWordsOnWhichFluxDeletes() throws IOException {
    List<Path> sources;
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/dev/pathgate"))) {
      sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> file.toString().matches(".*/(rule|admission|webhook)/.*"))
              .toList();
    }

    assertThat(sources)
        .isNotEmpty()
        .allSatisfy(
            file -> assertThat(Files.readString(file)).doesNotContainIgnoringCase("is immutable"));
  }
}
