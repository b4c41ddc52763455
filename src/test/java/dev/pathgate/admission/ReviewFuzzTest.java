package dev.pathgate.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.cluster.FolderCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;

/**
 * Thousands of reviews, each a recorded one with something broken by a seeded hand: whatever comes,
 * it is a bad review or gets a verdict and an answer, and nothing else is thrown.
 */
class ReviewFuzzTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MARK = "\"mark\"";
  private static final int REVIEWS_PER_CASE = 50;
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1.5e300",
          "1e999",
          "\"\"",
          "\"x\"",
          "\"DELETE\"",
          "\"CREATE\"",
          "\"UPDATE\"",
          "\"CONNECT\"",
          "\"ServiceTemplateChain\"",
          "\"MultiClusterService\"",
          "\"ServiceTemplate\"",
          "\"search-0-9-0\"",
          "\"search-0-11-0\"",
          "\"search-up\"",
          "\"a/b\"",
          "\"\\ud83d half an emoji\"",
          "\"\\u0000\\n\\u2028\"",
          "[]",
          "[null]",
          "[[]]",
          "[{}]",
          "{}",
          "{\"name\": \"search\", \"namespace\": \"catalog\"}",
          "\"" + "long".repeat(500) + "\"",
          "[".repeat(900) + "]".repeat(900),
          "[".repeat(2_000) + "]".repeat(2_000));

  @Test
  void answersOrRefusesABrokenTreeButThrowsNothingElse() throws Exception {
    int judged = 0;
    for (Path recorded : RecordedCases.OURS.all()) {
      Judge judge = judge(recorded);
      byte[] original = Files.readAllBytes(recorded.resolve("request.json"));
      for (int seed = 0; seed < REVIEWS_PER_CASE; seed++) {
        Random random = new Random(seed * 31L + recorded.getFileName().toString().hashCode());
        judged += answer(judge, brokenTree(original, random), recorded + " seed " + seed);
      }
    }

    // were most of them refused at the door, the rules would hardly be tried
    assertThat(judged).isGreaterThan(REVIEWS_PER_CASE * 20);
  }

  @Test
  void answersOrRefusesBrokenBytesButThrowsNothingElse() throws Exception {
    int judged = 0;
    int all = 0;
    for (Path recorded : RecordedCases.OURS.all()) {
      Judge judge = judge(recorded);
      byte[] original = Files.readAllBytes(recorded.resolve("request.json"));
      for (int seed = 0; seed < REVIEWS_PER_CASE; seed++) {
        Random random = new Random(seed * 37L + recorded.getFileName().toString().hashCode());
        judged += answer(judge, brokenBytes(original, random), recorded + " seed " + seed);
        all++;
      }
    }

    // were none or all of them refused at the door, half of the promise would not be tried
    assertThat(judged).isBetween(all / 20, all - all / 20);
  }

  private static Judge judge(Path recorded) throws Exception {
    return RecordedCases.judge(new FolderCluster(recorded, "kcm-system"));
  }

  /** 1 if it was judged, 0 if refused. */
  private static int answer(Judge judge, byte[] body, String which) throws IOException {
    AdmissionRequest request;
    try {
      request = ReviewReader.read(body);
    } catch (BadReview refused) {
      assertThat(refused.getMessage()).as(which).isNotBlank().doesNotContain("\n");
      return 0;
    } catch (RuntimeException | StackOverflowError unexpected) {
      throw new AssertionError(which + " was not decoded", unexpected);
    }
    try {
      for (Verdict verdict :
          List.of(
              judge.validate(request, () -> 10_000).join(),
              judge.mutate(request, () -> 10_000).join())) {
        assertThat(verdict.warnings())
            .as(which)
            .allSatisfy(warning -> assertThat(warning.length()).isLessThan(256));
        JsonNode response = JSON.readTree(ReviewWriter.write(request, verdict)).get("response");
        assertThat(response.get("uid").asText()).as(which).isEqualTo(request.uid());
        assertThat(response.get("allowed").asBoolean()).as(which).isEqualTo(verdict.isAllowed());
        assertThat(response.has("status")).as(which).isEqualTo(!verdict.isAllowed());
      }
      return 1;
    } catch (RuntimeException unexpected) {
      throw new AssertionError(which + " was not judged", unexpected);
    }
  }

  private static byte[] brokenTree(byte[] original, Random random) throws IOException {
    JsonNode review = JSON.readTree(original);
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      List<ContainerNode<?>> parents = new ArrayList<>();
      collect(review, parents);
      change(parents.get(random.nextInt(parents.size())), random);
    }
    // values are put in as text, since a tree could not hold every one of them
    String body = review.toString();
    while (body.contains(MARK)) {
      body = body.replaceFirst(MARK, Matcher.quoteReplacement(any(random)));
    }
    return body.getBytes(StandardCharsets.UTF_8);
  }

  private static String any(Random random) {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  private static void collect(JsonNode node, List<ContainerNode<?>> parents) {
    if (node instanceof ContainerNode<?> container && !container.isEmpty()) {
      parents.add(container);
      container.forEach(child -> collect(child, parents));
    }
  }

  private static void change(ContainerNode<?> parent, Random random) {
    int child = random.nextInt(parent.size());
    boolean removes = random.nextInt(5) == 0;
    if (parent instanceof ArrayNode array) {
      if (removes) {
        array.remove(child);
      } else if (random.nextBoolean()) {
        array.add(array.get(child).deepCopy());
      } else {
        array.set(child, "mark");
      }
    } else if (parent instanceof ObjectNode object) {
      String name = object.properties().stream().skip(child).findFirst().orElseThrow().getKey();
      if (removes) {
        object.remove(name);
      } else {
        object.put(name, "mark");
      }
    }
  }

  private static byte[] brokenBytes(byte[] original, Random random) {
    byte[] body = original;
    for (int i = 0; i <= random.nextInt(4); i++) {
      int from = random.nextInt(body.length);
      int to = Math.min(body.length, from + 1 + random.nextInt(12));
      ByteArrayOutputStream broken = new ByteArrayOutputStream();
      broken.write(body, 0, from);
      switch (random.nextInt(5)) {
        case 0 -> broken.write(body, to, body.length - to);
        case 1 -> {
          broken.write(random.nextInt(256));
          broken.write(body, to, body.length - to);
        }
        case 2 -> {
          broken.write(body, from, to - from);
          broken.write(body, from, body.length - from);
        }
        case 3 -> {
          broken.writeBytes(any(random).getBytes(StandardCharsets.UTF_8));
          broken.write(body, from, body.length - from);
        }
        default -> broken.write(body, from, 1);
      }
      body = broken.toByteArray();
    }
    return body;
  }
}
