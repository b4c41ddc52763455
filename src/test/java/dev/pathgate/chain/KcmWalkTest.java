package dev.pathgate.chain;

import static dev.pathgate.chain.ChainSketch.versioned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.KcmWalk.Detour;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What k0rdent v1.12's own functions were seen to do, and where nothing is known. */
class KcmWalkTest {
  @Test
  void walksByTheLongestWayThroughACycle() {
    assertThat(KcmWalk.over(versioned("a → b, c", "b → d, a", "c → d", "d")).detours())
        .containsExactly(new Detour(1, 0, "b", "d", List.of("c", "d")));
  }

  @Test
  void walksByVersionWhereTheLongestWayGoesDownAndUp() {
    assertThat(KcmWalk.over(versioned("a → c, d", "b → d", "c → b", "d")).detours())
        .containsExactly(
            new Detour(0, 0, "a", "c", List.of("b", "c")),
            new Detour(0, 1, "a", "d", List.of("b", "d")));
  }

  @Test
  void walksAlongALineStepByStep() {
    KcmWalk walk = KcmWalk.over(versioned("a → b, d", "b → c", "c → d", "d"));

    assertThat(walk.steps("a", "d")).contains(List.of("b", "c", "d"));
    assertThat(walk.detours()).isEmpty();
  }

  @Test
  void rollsBackAtOnce() {
    KcmWalk walk = KcmWalk.over(versioned("d → c, a", "c → b", "b → a", "a → d"));

    assertThat(walk.steps("d", "a")).contains(List.of("a"));
  }

  @Test
  void comparesVersionsAndNotTheirText() {
    KcmWalk walk =
        KcmWalk.over(
            List.of(
                template("start", edge("middle", "0.9.0"), edge("end", "0.10.0")),
                template("middle", edge("end", "0.10.0")),
                template("end")));

    assertThat(walk.steps("start", "end")).contains(List.of("middle", "end"));
  }

  @Test
  void ordersPreReleasesAsSemanticVersioningDoes() {
    List<String> ordered =
        List.of(
            "0.9.0",
            "v0.10",
            "1.0.0-1",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.2",
            "1.0.0-alpha.10",
            "1.0.0-alpha.beta",
            "1.0.0-rc",
            "1+build",
            "1.0.1",
            "18446744073709551615.0.0");
    List<KcmVersion> shuffled =
        new ArrayList<>(ordered.stream().map(text -> KcmVersion.of(text).orElseThrow()).toList());
    Collections.reverse(shuffled);
    Collections.sort(shuffled);

    assertThat(shuffled)
        .isEqualTo(ordered.stream().map(text -> KcmVersion.of(text).orElseThrow()).toList());
    assertThat(KcmVersion.of("1.0.0+a")).isEqualTo(KcmVersion.of("1+b"));
  }

  @Test
  void takesNoTextForAVersionThatK0rdentDoesNot() {
    assertThat(
            List.of(
                "",
                "1.x",
                "1.0.0.0",
                "1.0.0-",
                "1.0.0-01",
                "1.0.0-a.01",
                "a1",
                " 1",
                "1..2",
                "18446744073709551616"))
        .allSatisfy(text -> assertThat(KcmVersion.of(text)).isEmpty());
  }

  @Test
  void knowsNothingOfAChainWhoseVersionsDoNotTellTemplatesApart() {
    AvailableUpgrade toB = edge("b", "2.0.0");

    assertThat(walkFromA(toB, edge("c", "3.0.0"))).isPresent();
    assertThat(walkFromA(toB, AvailableUpgrade.to("c"))).isEmpty();
    assertThat(walkFromA(toB, edge("c", "latest"))).isEmpty();
    assertThat(walkFromA(toB, edge("c", "v2"))).isEmpty();
    assertThat(walkFromA(toB, edge("b", "2.0"))).isEmpty();
    assertThat(walkFromA(toB, edge("unlisted", "3.0.0"))).isEmpty();
  }

  @Test
  void knowsNothingOfAChainThatListsATemplateTwice() {
    assertThat(KcmWalk.over(versioned("a → b", "b", "a → b")).steps("a", "b")).isEmpty();
    assertThat(KcmWalk.over(versioned("a → b", "b")).steps("a", "b")).isPresent();
  }

  @Test
  void givesUpWhereThereAreTooManyWays() {
    assertThat(everyTemplateToAllLater(12).steps("t0", "t11")).isPresent();
    assertThat(everyTemplateToAllLater(60).steps("t0", "t59")).isEmpty();
    assertThat(everyTemplateToAllLater(60).detours()).isEmpty();
  }

  private static KcmWalk everyTemplateToAllLater(int size) {
    return KcmWalk.over(
        IntStream.range(0, size)
            .mapToObj(
                i ->
                    template(
                        "t" + i,
                        IntStream.range(i + 1, size)
                            .mapToObj(j -> edge("t" + j, j + ".0.0"))
                            .toArray(AvailableUpgrade[]::new)))
            .toList());
  }

  private static Optional<List<String>> walkFromA(AvailableUpgrade... edges) {
    return KcmWalk.over(List.of(template("a", edges), template("b"), template("c")))
        .steps("a", "b");
  }

  private static SupportedTemplate template(String name, AvailableUpgrade... edges) {
    return new SupportedTemplate(name, List.of(edges));
  }

  private static AvailableUpgrade edge(String name, String version) {
    return new AvailableUpgrade(name, Optional.of(version));
  }
}
