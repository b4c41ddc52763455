package dev.pathgate.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainSketch;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.route.Terms.Stride;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutesTest {
  private static final Terms EDGES = new Terms(Stride.EDGE, false);
  private static final Terms LONG = new Terms(Stride.LONGEST, false);

  private static final TemplateChain UP = ChainSketch.of("tenant42/up", "a → b", "b → c", "c");
  private static final TemplateChain BACK =
      ChainSketch.of("tenant42/back", "c → a2", "a2", "b → a2");

  @Test
  void takesOneEditAnEdge() {
    assertThat(Routes.to("c", List.of(UP), EDGES).from(new Stance("a", "up")))
        .contains(List.of(new Stance("b", "up"), new Stance("c", "up")));
  }

  @Test
  void takesAWholePathInOneEditWhereTheSettingsAdmitIt() {
    assertThat(Routes.to("c", List.of(UP), LONG).from(new Stance("a", "up")))
        .contains(List.of(new Stance("c", "up")));
  }

  @Test
  void changesTheChainTogetherWithTheTemplate() {
    assertThat(Routes.to("a2", List.of(UP, BACK), EDGES).from(new Stance("a", "up")))
        .contains(List.of(new Stance("b", "up"), new Stance("a2", "back")));
  }

  @Test
  void changesTheChainInAnEditOfItsOwnWhereTheSettingsAskForIt() {
    Terms separate = new Terms(Stride.EDGE, true);

    assertThat(Routes.to("a2", List.of(UP, BACK), separate).from(new Stance("b", "up")))
        .contains(List.of(new Stance("b", "back"), new Stance("a2", "back")));
  }

  @Test
  void startsWithoutAChainByNamingOne() {
    assertThat(Routes.to("b", List.of(UP), EDGES).from(new Stance("a", "")))
        .contains(List.of(new Stance("b", "up")));
  }

  @Test
  void staysInItsChainRatherThanTakingTheFirstOfTheSameLength() {
    TemplateChain first = ChainSketch.of("tenant42/a-first", "a → b", "b");

    assertThat(Routes.to("b", List.of(first, UP), EDGES).from(new Stance("a", "up")))
        .contains(List.of(new Stance("b", "up")));
  }

  @Test
  void takesTheFirstChainByNameWhereItMustChangeAnyway() {
    TemplateChain first = ChainSketch.of("tenant42/a-first", "a → b", "b");

    assertThat(Routes.to("b", List.of(UP, first), EDGES).from(new Stance("a", "gone")))
        .contains(List.of(new Stance("b", "a-first")));
  }

  @Test
  void hasNothingToDoWhereTheServiceStandsAtTheTarget() {
    assertThat(Routes.to("c", List.of(UP), EDGES).from(new Stance("c", "none")))
        .contains(List.of());
  }

  @Test
  void findsNoWayAgainstTheEdges() {
    assertThat(Routes.to("a", List.of(UP), EDGES).from(new Stance("c", "up"))).isEmpty();
  }

  @Test
  void neverEndsAtATemplateThatNoChainLists() {
    TemplateChain dangling = ChainSketch.of("tenant42/dangling", "a → x");

    assertThat(Routes.to("x", List.of(dangling), EDGES).from(new Stance("a", "dangling")))
        .isEmpty();
  }
}
