package dev.pathgate.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReachTest {
  private static final String REF = "tenant42/ingress";

  @Test
  void namesTheNearestFirstAndEquallyNearOnesAsTheChainListsThem() {
    TemplateChain chain =
        ChainSketch.of(REF, "far", "c", "b", "a → b, c", "b → far", "c → farther", "farther");

    Reach reach = chain.reachFrom("a");

    assertThat(reach.destinations()).containsExactly("c", "b", "far", "farther");
    assertThat(reach.destinations().stream().map(reach::distanceTo)).containsExactly(1, 1, 2, 2);
  }

  @Test
  void leavesItsStartOutThoughACycleLeadsBack() {
    Reach reach = ChainSketch.of(REF, "a → b", "b → a").reachFrom("a");

    assertThat(reach.leadsTo("a")).isFalse();
    assertThat(reach.destinations()).containsExactly("b");
  }

  @Test
  void carriesTheVersionsOfTheUpgradesAlongThePath() {
    AvailableUpgrade toB = new AvailableUpgrade("b", Optional.of("0.10.0"));
    AvailableUpgrade toC = AvailableUpgrade.to("c");
    TemplateChain chain =
        new TemplateChain(
            ChainSketch.ref(REF),
            "",
            List.of(
                new SupportedTemplate("a", List.of(toB)),
                new SupportedTemplate("b", List.of(toC)),
                new SupportedTemplate("c", List.of())));

    assertThat(chain.reachFrom("a").upgradesTo("c")).containsExactly(toB, toC);
  }

  @Test
  void usesTheFirstOfTwoEdgesToTheSameTemplate() {
    AvailableUpgrade first = new AvailableUpgrade("b", Optional.of("1"));
    AvailableUpgrade second = new AvailableUpgrade("b", Optional.of("2"));
    TemplateChain chain =
        new TemplateChain(
            ChainSketch.ref(REF), "", List.of(new SupportedTemplate("a", List.of(first, second))));

    assertThat(chain.reachFrom("a").upgradesTo("b")).containsExactly(first);
  }

  @Test
  void isThatOfTheTemplateAskedForWhicheverWasAskedForBefore() {
    TemplateChain chain = ChainSketch.of(REF, "a → b", "b → c", "c", "island");

    for (int i = 0; i < 2; i++) {
      assertThat(chain.reachFrom("a").destinations()).containsExactly("b", "c");
      assertThat(chain.reachFrom("a").leadsTo("island")).isFalse();
      assertThat(chain.reachFrom("b").destinations()).containsExactly("c");
      assertThat(chain.reachFrom("gone").destinations()).isEmpty();
    }
  }
}
