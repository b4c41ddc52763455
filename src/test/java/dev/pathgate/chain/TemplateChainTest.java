package dev.pathgate.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TemplateChainTest {
  private static final String REF = "tenant42/ingress";

  @Test
  void findsADirectUpgrade() {
    TemplateChain chain = ChainSketch.of(REF, "a → b", "b");

    assertThat(chain.shortestPath("a", "b")).contains(List.of("b"));
    assertThat(chain.allowsUpgrade("a", "b")).isTrue();
  }

  @Test
  void findsNoWayAgainstAnEdge() {
    TemplateChain chain = ChainSketch.of(REF, "a → b", "b");

    assertThat(chain.shortestPath("b", "a")).isEmpty();
    assertThat(chain.allowsUpgrade("b", "a")).isFalse();
  }

  @Test
  void takesTheFewestEdgesThoughALongerWayIsListedFirst() {
    TemplateChain chain = ChainSketch.of(REF, "a → b, d", "b → c", "c → e", "d → e", "e");

    assertThat(chain.shortestPath("a", "e")).contains(List.of("d", "e"));
  }

  @Test
  void settlesADiamondByTheOrderOfTheUpgrades() {
    TemplateChain bFirst = ChainSketch.of(REF, "a → b, c", "b → d", "c → d", "d");
    TemplateChain cFirst = ChainSketch.of(REF, "a → c, b", "b → d", "c → d", "d");

    assertThat(bFirst.shortestPath("a", "d")).contains(List.of("b", "d"));
    assertThat(cFirst.shortestPath("a", "d")).contains(List.of("c", "d"));
  }

  @Test
  void impliesNothingByVersionNumbers() {
    TemplateChain chain =
        ChainSketch.of(REF, "app-0-9-0 → app-0-10-0", "app-0-10-0 → app-0-8-0", "app-0-8-0");

    assertThat(chain.shortestPath("app-0-9-0", "app-0-8-0"))
        .contains(List.of("app-0-10-0", "app-0-8-0"));
    assertThat(chain.shortestPath("app-0-8-0", "app-0-9-0")).isEmpty();
  }

  @Test
  void keepsThePathOfVersionsInWalkingOrder() {
    TemplateChain chain =
        ChainSketch.of(
            REF, "app-0.9.0 → app-0.10.0", "app-0.10.0 → app-0.11.0", "app-0.11.0 → app-0.9.1");

    assertThat(chain.shortestPath("app-0.9.0", "app-0.9.1"))
        .contains(List.of("app-0.10.0", "app-0.11.0", "app-0.9.1"));
  }

  @Test
  void walksRoundACycleOnceAndNeverBackToItsStart() {
    TemplateChain chain = ChainSketch.of(REF, "a → b", "b → c", "c → a");

    assertThat(chain.reachFrom("a").destinations()).containsExactly("b", "c");
    assertThat(chain.shortestPath("c", "b")).contains(List.of("a", "b"));
    assertThat(chain.shortestPath("a", "a")).isEmpty();
  }

  @Test
  void takesAnUpgradeToItselfForNoWay() {
    TemplateChain chain = ChainSketch.of(REF, "a → a, b", "b");

    assertThat(chain.shortestPath("a", "a")).isEmpty();
    assertThat(chain.reachFrom("a").destinations()).containsExactly("b");
  }

  @Test
  void leadsToAnUnlistedTargetButOffersItNotAsDestination() {
    TemplateChain chain = ChainSketch.of(REF, "a → gone, b", "b");

    Reach reach = chain.reachFrom("a");

    assertThat(reach.leadsTo("gone")).isTrue();
    assertThat(reach.destinations()).containsExactly("b");
    assertThat(chain.lists("gone")).isFalse();
    assertThat(chain.templates()).containsExactly("a", "b");
  }

  @Test
  void walksNoFurtherFromAnUnlistedTarget() {
    TemplateChain chain = ChainSketch.of(REF, "a → gone");

    assertThat(chain.reachFrom("gone").destinations()).isEmpty();
    assertThat(chain.allowsUpgrade("gone", "a")).isFalse();
  }

  @Test
  void knowsNoWayFromOrToANameItNeverHeardOf() {
    TemplateChain chain = ChainSketch.of(REF, "a → b", "b");

    assertThat(chain.shortestPath("x", "b")).isEmpty();
    assertThat(chain.shortestPath("a", "x")).isEmpty();
    assertThat(chain.shortestPath("x", "x")).isEmpty();
    assertThat(chain.reachFrom("x").destinations()).isEmpty();
    assertThat(chain.allowsUpgrade("a", "x")).isFalse();
    assertThat(chain.lists("x")).isFalse();
  }

  @Test
  void joinsTheUpgradesOfATemplateThatIsListedTwice() {
    TemplateChain chain = ChainSketch.of(REF, "a → b", "b", "a → c", "c");

    assertThat(chain.templates()).containsExactly("a", "b", "c");
    assertThat(chain.reachFrom("a").destinations()).containsExactly("b", "c");
  }

  @Test
  void answersForAnEmptyChain() {
    TemplateChain chain = ChainSketch.of(REF);

    assertThat(chain.templates()).isEmpty();
    assertThat(chain.shortestPath("a", "b")).isEmpty();
  }

  @Test
  void tellsWhereItIsAndWhichVersionItWasReadAt() {
    TemplateChain chain = ChainSketch.of(REF, "a");

    assertThat(chain.ref()).hasToString("tenant42/ingress");
    assertThat(chain.resourceVersion()).isEqualTo("7");
  }

  @Test
  void answersACliqueOfSixtyTemplates() {
    List<SupportedTemplate> templates = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      List<AvailableUpgrade> others = new ArrayList<>();
      for (int j = 0; j < 60; j++) {
        if (j != i) {
          others.add(AvailableUpgrade.to("t-" + j));
        }
      }
      templates.add(new SupportedTemplate("t-" + i, others));
    }
    TemplateChain clique = new TemplateChain(ChainSketch.ref(REF), "", templates);

    Reach reach = clique.reachFrom("t-0");

    assertThat(reach.destinations()).hasSize(59).startsWith("t-1", "t-2").endsWith("t-59");
    assertThat(reach.destinations()).allSatisfy(to -> assertThat(reach.pathTo(to)).hasSize(1));
  }

  @Test
  void answersTwentyTwoTemplatesEachUpgradableToAllLaterOnes() {
    List<SupportedTemplate> templates = new ArrayList<>();
    for (int i = 0; i < 22; i++) {
      List<AvailableUpgrade> later = new ArrayList<>();
      for (int j = i + 1; j < 22; j++) {
        later.add(AvailableUpgrade.to("t-" + j));
      }
      templates.add(new SupportedTemplate("t-" + i, later));
    }
    TemplateChain chain = new TemplateChain(ChainSketch.ref(REF), "", templates);

    assertThat(chain.shortestPath("t-0", "t-21")).contains(List.of("t-21"));
    assertThat(chain.shortestPath("t-21", "t-0")).isEmpty();
  }

  @Test
  void answersALineOfTenThousandTemplates() {
    TemplateChain line = ChainSketch.line(REF, "t", 10_000);

    Optional<List<String>> path = line.shortestPath("t-0", "t-9999");

    assertThat(path.orElseThrow()).hasSize(9_999).startsWith("t-1").endsWith("t-9998", "t-9999");
    assertThat(line.shortestPath("t-9999", "t-0")).isEmpty();
    assertThat(line.reachFrom("t-0").destinations()).hasSize(9_999).startsWith("t-1", "t-2");
  }
}
