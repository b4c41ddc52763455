package dev.pathgate.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.pathgate.cluster.FakeCluster;
import dev.pathgate.k0rdent.ObjectSketch;
import dev.pathgate.rule.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every folder of {@link RecordedCases} is a test. */
class RecordedCasesTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Reviews that an API server sent for k0rdent's CRDs, where they lie beside the checkout. */
  private static final Path REVIEWS = Path.of("..", "shared", "reviews");

  @TestFactory
  Stream<DynamicTest> answersAsRecorded() {
    return RecordedCases.OURS.all().stream()
        .map(
            recorded ->
                DynamicTest.dynamicTest(
                    recorded.getFileName().toString(), () -> answersAsRecorded(recorded)));
  }

  private static void answersAsRecorded(Path recorded) throws Exception {
    AdmissionRequest request =
        ReviewReader.read(Files.readAllBytes(recorded.resolve("request.json")));

    byte[] response = ReviewWriter.write(request, RecordedCases.verdict(recorded, request));

    assertThat(pretty(response))
        .isEqualTo(pretty(Files.readAllBytes(recorded.resolve("response.json"))));
  }

  @Test
  void judgesTheReviewsOfRealApiServersAsTheirNamesPromise() throws Exception {
    assumeThat(REVIEWS).isDirectory();
    // chains with a dangling upgrade, rollbacks off the path, no chain at all, a skipped step, a
    // chain in use
    Set<String> refused = Set.of("03", "10", "15", "16", "17", "22");
    List<Path> reviews;
    try (Stream<Path> files = Files.walk(REVIEWS)) {
      reviews = files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }

    Set<String> wrong = new TreeSet<>();
    for (Path review : reviews) {
      String number = review.getFileName().toString().substring(0, 2);
      AdmissionRequest request = ReviewReader.read(Files.readAllBytes(review));
      Verdict verdict = RecordedCases.judge(tenant42()).validate(request, () -> 10_000).join();
      if (verdict.isAllowed() == refused.contains(number)) {
        wrong.add(review + " was " + verdict);
      }
    }

    assertThat(reviews).isNotEmpty();
    assertThat(wrong).isEmpty();
  }

  private static FakeCluster tenant42() {
    String[] upwards = {
      "ingress-nginx-4-11-3 → ingress-nginx-4-11-5",
      "ingress-nginx-4-11-5 → ingress-nginx-4-12-0",
      "ingress-nginx-4-12-0"
    };
    return new FakeCluster()
        .has(
            ObjectSketch.chain("tenant42/ingress-nginx-chain", upwards),
            ObjectSketch.chain("kcm-system/ingress-nginx-chain", upwards),
            ObjectSketch.chain(
                "tenant42/ingress-nginx-rollback",
                "ingress-nginx-4-11-3",
                "ingress-nginx-4-11-5 → ingress-nginx-4-11-3"),
            ObjectSketch.clusterDeployment(
                "tenant42/my-cluster-deployment",
                new Service(
                    "tenant42",
                    "ingress-nginx",
                    "ingress-nginx-4-11-3",
                    "ingress-nginx-rollback")));
  }

  private static String pretty(byte[] json) throws IOException {
    return JSON.writeValueAsString(JSON.readTree(json));
  }
}
