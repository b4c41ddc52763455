package dev.pathgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.k0rdent.ObjectSketch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldChainsTest {
  private static final TemplateChain SMALL = chain("tenant42/small", 2);
  private static final TemplateChain LARGE = chain("tenant42/large", 100);
  private static final TemplateChain OTHER = chain("tenant43/other", 50);

  @Test
  void holdsAllForWhichThereIsRoom() {
    HeldChains chains = new HeldChains(SMALL.weight() + LARGE.weight());
    chains.put(LARGE);
    chains.put(SMALL);

    assertThat(chains.get(LARGE.ref())).containsSame(LARGE);
    assertThat(chains.get(SMALL.ref())).containsSame(SMALL);
    assertThat(chains.isNamedOnly(LARGE.ref())).isFalse();
  }

  @Test
  void knowsTheHeaviestByNameAloneWhereTheRoomIsOneByteTooSmall() {
    HeldChains chains = new HeldChains(SMALL.weight() + LARGE.weight() - 1);
    chains.put(LARGE);
    chains.put(SMALL);

    assertThat(chains.get(LARGE.ref())).isEmpty();
    assertThat(chains.isNamedOnly(LARGE.ref())).isTrue();
    assertThat(chains.get(SMALL.ref())).containsSame(SMALL);
    assertThat(chains.of("tenant42")).containsExactly(SMALL);
    assertThat(chains.count("tenant42")).isEqualTo(2);
  }

  @Test
  void holdsSmallOnesWhateverComesAfterThem() {
    HeldChains chains = new HeldChains(2 * SMALL.weight());
    chains.put(SMALL);
    chains.put(LARGE);
    chains.put(OTHER);

    assertThat(chains.get(SMALL.ref())).containsSame(SMALL);
    assertThat(chains.isNamedOnly(LARGE.ref())).isTrue();
    assertThat(chains.isNamedOnly(OTHER.ref())).isTrue();
  }

  @Test
  void hasRoomAgainForWhatComesAfterAChainIsGoneOrHasBecomeSmall() {
    HeldChains chains = new HeldChains(LARGE.weight());
    chains.put(LARGE);
    chains.put(chain("tenant42/large", 2));
    chains.put(OTHER);
    assertThat(chains.get(OTHER.ref())).containsSame(OTHER);

    chains.remove(OTHER.ref());
    chains.remove(LARGE.ref());
    chains.put(LARGE);
    assertThat(chains.get(LARGE.ref())).containsSame(LARGE);
  }

  @Test
  void forgetsOneThatWasKnownByName() {
    HeldChains chains = new HeldChains(0);
    chains.put(SMALL);
    chains.remove(SMALL.ref());

    assertThat(chains.isNamedOnly(SMALL.ref())).isFalse();
    assertThat(chains.count("tenant42")).isZero();
  }

  @Test
  void tellsDefaultChainsWhetherItHoldsThemOrNot() {
    HeldChains chains = new HeldChains(0);
    chains.put(ObjectSketch.defaultChain("tenant42/b", "x").asChain());
    chains.put(ObjectSketch.defaultChain("tenant42/a", "x").asChain());
    chains.put(ObjectSketch.defaultChain("tenant43/c", "x").asChain());
    chains.put(SMALL);

    assertThat(chains.defaultsOf("tenant42")).extracting(ChainRef::name).containsExactly("a", "b");
  }

  @Test
  void takesForAChainWhatItIsToldThatItWeighs() {
    HeldChains chains = new HeldChains(0);
    chains.put(LARGE, 0);

    assertThat(chains.get(LARGE.ref())).containsSame(LARGE);
  }

  private static TemplateChain chain(String place, int templates) {
    return ObjectSketch.chain(
            place, IntStream.range(0, templates).mapToObj(i -> "t" + i).toArray(String[]::new))
        .asChain();
  }
}
