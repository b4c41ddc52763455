package dev.pathgate.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.ChainSketch;
import dev.pathgate.chain.SpecFlaw;
import dev.pathgate.chain.Succession;
import dev.pathgate.chain.Succession.Loss;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.route.Successor.Edge;
import dev.pathgate.testkit.RandomChains;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SuccessorTest {
  private static final TemplateChain OLD = ChainSketch.of("tenant42/old", "a → b", "b → c", "c");

  @Test
  void keepsAllEdgesAndAddsTheNewOnes() {
    Successor grown = Successor.of(OLD).list("d").add(new Edge("c", "d"), template -> "unused");

    assertThat(grown.templates())
        .isEqualTo(
            ChainSketch.of("tenant42/new", "a → b", "b → c", "c → d", "d").templates().stream()
                .map(t -> new SupportedTemplate(t, upgrades(t)))
                .toList());
    assertThat(lost(OLD, grown, List.of("a", "b"))).isEmpty();
  }

  private static List<Loss> lost(TemplateChain old, Successor grown, List<String> stands) {
    return Succession.losses(old, grown.chain(old.ref()), stands, Integer.MAX_VALUE).first();
  }

  private static List<AvailableUpgrade> upgrades(String template) {
    return ChainSketch.of("tenant42/new", "a → b", "b → c", "c → d", "d").upgradesFrom(template);
  }

  @Test
  void givesAVersionWhereTheOthersHaveOne() {
    TemplateChain versioned =
        new TemplateChain(
            new ChainRef("tenant42", "old"),
            "",
            List.of(
                new SupportedTemplate(
                    "a", List.of(new AvailableUpgrade("b", Optional.of("1.1.0")))),
                new SupportedTemplate("b", List.of())));

    Successor grown =
        Successor.of(versioned)
            .list("c")
            .add(new Edge("a", "c"), template -> "1.2.0")
            .add(new Edge("c", "b"), template -> "unused");

    assertThat(grown.templates())
        .isEqualTo(
            List.of(
                new SupportedTemplate(
                    "a",
                    List.of(
                        new AvailableUpgrade("b", Optional.of("1.1.0")),
                        new AvailableUpgrade("c", Optional.of("1.2.0")))),
                new SupportedTemplate("b", List.of()),
                new SupportedTemplate(
                    "c", List.of(new AvailableUpgrade("b", Optional.of("1.1.0"))))));
  }

  @Test
  void dropsWhatNobodyCanReach() {
    Successor grown =
        Successor.of(OLD)
            .list("d")
            .add(new Edge("c", "d"), template -> "")
            .keepOnlyReachedFrom(List.of("b"));

    assertThat(grown.chain(OLD.ref()).templates()).containsExactly("b", "c", "d");
    assertThat(lost(OLD, grown, List.of("b"))).isEmpty();
    assertThat(lost(OLD, grown, List.of("a"))).containsExactly(new Loss("a", "a"));
  }

  @Test
  void losesNothingAndHasNoFlawWhateverTheOldChainWas() {
    Random random = new Random(7);
    for (int i = 0; i < 1_000; i++) {
      TemplateChain old = RandomChains.draw(random).get(0);
      List<String> stands = List.of("t" + random.nextInt(6), "t" + random.nextInt(6));
      Successor grown = Successor.of(old).list("new");
      String after = old.templates().get(random.nextInt(old.templates().size()));
      grown.add(new Edge(after, "new"), template -> "1");
      if (random.nextBoolean()) {
        grown.keepOnlyReachedFrom(stands);
      }

      assertThat(lost(old, grown, stands)).isEmpty();
      assertThat(Succession.keepsAllEdges(old, grown.chain(old.ref()))).isTrue();
      assertThat(SpecFlaw.of(grown.templates())).isEmpty();
    }
  }

  @Test
  void keepsAllEdgesOnlyWhereNothingIsLost() {
    TemplateChain shorter = ChainSketch.of("tenant42/new", "b → c", "c");
    TemplateChain cut = ChainSketch.of("tenant42/new", "a → b", "b", "c");
    TemplateChain unlisted = ChainSketch.of("tenant42/new", "a → b", "b → c");

    assertThat(Succession.keepsAllEdges(OLD, shorter)).isTrue();
    assertThat(Succession.keepsAllEdges(OLD, cut)).isFalse();
    assertThat(Succession.keepsAllEdges(OLD, unlisted)).isFalse();
  }

  @Test
  void losesNothingBetweenAnyTwoChainsThatKeepAllEdges() {
    Random random = new Random(8);
    int kept = 0;
    for (int i = 0; i < 5_000; i++) {
      TemplateChain old = RandomChains.draw(random).get(0);
      TemplateChain other = RandomChains.draw(random).get(0);
      if (Succession.keepsAllEdges(old, other)) {
        List<String> stands = old.templates().stream().filter(other::lists).toList();
        for (String stand : stands) {
          assertThat(other.reachFrom(stand).destinations())
              .containsAll(old.reachFrom(stand).destinations());
        }
        kept += stands.isEmpty() ? 0 : 1;
      }
    }
    assertThat(kept).isPositive();
  }

  @Test
  void namesSomeOfWhatIsLostAndCountsAll() {
    Random random = new Random(9);
    long counted = 0;
    for (int i = 0; i < 2_000; i++) {
      TemplateChain old = RandomChains.draw(random).get(0);
      TemplateChain other = RandomChains.draw(random).get(0);
      List<Loss> all = new ArrayList<>();
      old.templates().forEach(from -> all.addAll(Succession.losses(old, other, from)));

      Succession.Losses some = Succession.losses(old, other, old.templates(), 2);

      assertThat(some.count()).isEqualTo(all.size());
      assertThat(some.first()).isEqualTo(all.subList(0, Math.min(2, all.size())));
      counted += some.count();
    }
    assertThat(counted).isGreaterThan(4_000);
  }
}
