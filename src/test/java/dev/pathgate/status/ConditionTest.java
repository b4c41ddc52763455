package dev.pathgate.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.chain.ChainSketch;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.rule.Service;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the condition says. Nothing but etcd bounds a chain's name or a namespace in a spec. */
class ConditionTest {
  /** As every release's CRD has it, of {@code conditions[].message}. */
  private static final int CRD_MAX_LENGTH = 32_768;

  private static final long PLENTY = 256 * 1024;

  @Test
  void cutsTheNameOfAChainThatNoObjectCanHave() {
    assertThat(said(service("n", "l", "x".repeat(33_000))).message())
        .isEqualTo(
            "service n/l has no paths: ServiceTemplateChain team/%1$s…%1$s does not exist"
                .formatted("x".repeat(126)));
  }

  @Test
  void tellsTheLongestNameThatAChainCanHaveWhole() {
    String longest = "x".repeat(253);

    assertThat(said(service("n", "l", longest)).message())
        .isEqualTo(
            "service n/l has no paths: ServiceTemplateChain team/" + longest + " does not exist");
  }

  @Test
  void cutsTheNamesOfServicesThatLostPathsForWantOfBytes() {
    Service service = service("n".repeat(33_000), "a", "c");
    UpgradePaths paths =
        new UpgradePaths(
            List.of(new UpgradePaths.Entry(service, Optional.empty(), List.of(), 7, unstored())),
            0);

    assertThat(Condition.of(paths, 1000).message())
        .isEqualTo(
            "7 paths left out: %1$s…%1$s/a (7 of 7), so that status.servicesUpgradePaths keeps"
                    .formatted("n".repeat(126))
                + " within 1000 bytes");
  }

  /** Letters of one, two, three and four bytes; the last is two characters of Java's. */
  @ParameterizedTest
  @ValueSource(strings = {"x", "ü", "€", "😀"})
  void keepsWithinTheCrdHoweverMuchThereIsToSay(String letter) {
    String huge = letter.repeat(33_000);
    List<Service> services =
        IntStream.range(0, 30).mapToObj(i -> service(huge, i + huge, huge + i)).toList();
    Map<Integer, JsonNode> stored = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      stored.put(i, TestCluster.yaml("{template: \"" + i + huge + "\"}"));
    }

    UpgradePaths paths =
        UpgradePaths.of(services, stored, huge, ref -> Optional.empty(), true, 100_000_000);
    assertThat(paths.entries()).hasSize(30);

    String message = Condition.of(paths, 1000).message();
    assertThat(message.codePointCount(0, message.length())).isLessThan(CRD_MAX_LENGTH);
    assertThat(message).startsWith("service " + letter).endsWith("; and 20 more");
  }

  @Test
  void losesItsMiddleWhereItIsTooLongAllTheSame() {
    Condition longest = new Condition("R", "a" + "x".repeat(40_000) + "z");

    assertThat(longest.message()).hasSizeLessThan(CRD_MAX_LENGTH).startsWith("a").endsWith("z");
    assertThat(new Condition("R", "x".repeat(20_000)).message()).hasSize(20_000);
  }

  private static Condition said(Service wrong) {
    TemplateChain chain = ChainSketch.of("team/c", "t → u", "u");
    UpgradePaths paths =
        UpgradePaths.of(
            List.of(service("n", "s", "c"), wrong),
            Map.of(),
            "team",
            ref -> Optional.of(chain).filter(c -> c.ref().equals(ref)),
            true,
            PLENTY);
    return Condition.of(paths, PLENTY);
  }

  private static Optional<JsonNode> unstored() {
    return Optional.empty();
  }

  private static Service service(String namespace, String name, String chain) {
    return new Service(namespace, name, "t", chain);
  }
}
