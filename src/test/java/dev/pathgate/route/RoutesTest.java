package dev.pathgate.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.ChainSketch;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.route.RouteOptions.Stride;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutesTest {
  private static final RouteOptions EDGES = new RouteOptions(Stride.EDGE, false);
  private static final RouteOptions LONG = new RouteOptions(Stride.LONGEST, false);

  private static final TemplateChain UP = ChainSketch.of("tenant42/up", "a → b", "b → c", "c");
  private static final TemplateChain BACK =
      ChainSketch.of("tenant42/back", "c → a2", "a2", "b → a2");

  @Test
  void takesOneEditAnEdge() {
    assertThat(Routes.to("c", List.of(UP), EDGES).from(new Position("a", "up")))
        .contains(List.of(new Position("b", "up"), new Position("c", "up")));
  }

  @Test
  void takesAWholePathInOneEditWhereTheSettingsAdmitIt() {
    assertThat(Routes.to("c", List.of(UP), LONG).from(new Position("a", "up")))
        .contains(List.of(new Position("c", "up")));
  }

  @Test
  void changesTheChainTogetherWithTheTemplate() {
    assertThat(Routes.to("a2", List.of(UP, BACK), EDGES).from(new Position("a", "up")))
        .contains(List.of(new Position("b", "up"), new Position("a2", "back")));
  }

  @Test
  void changesTheChainInAnEditOfItsOwnWhereTheSettingsAskForIt() {
    RouteOptions separate = new RouteOptions(Stride.EDGE, true);

    assertThat(Routes.to("a2", List.of(UP, BACK), separate).from(new Position("b", "up")))
        .contains(List.of(new Position("b", "back"), new Position("a2", "back")));
  }

  @Test
  void startsWithoutAChainByNamingOne() {
    assertThat(Routes.to("b", List.of(UP), EDGES).from(new Position("a", "")))
        .contains(List.of(new Position("b", "up")));
  }

  @Test
  void staysInItsChainRatherThanTakingTheFirstOfTheSameLength() {
    TemplateChain first = ChainSketch.of("tenant42/a-first", "a → b", "b");

    assertThat(Routes.to("b", List.of(first, UP), EDGES).from(new Position("a", "up")))
        .contains(List.of(new Position("b", "up")));
  }

  @Test
  void takesTheFirstChainByNameWhereItMustChangeAnyway() {
    TemplateChain first = ChainSketch.of("tenant42/a-first", "a → b", "b");

    assertThat(Routes.to("b", List.of(UP, first), EDGES).from(new Position("a", "gone")))
        .contains(List.of(new Position("b", "a-first")));
  }

  @Test
  void hasNothingToDoWhereTheServiceStandsAtTheTarget() {
    assertThat(Routes.to("c", List.of(UP), EDGES).from(new Position("c", "none")))
        .contains(List.of());
  }

  @Test
  void findsNoWayAgainstTheEdges() {
    assertThat(Routes.to("a", List.of(UP), EDGES).from(new Position("c", "up"))).isEmpty();
  }

  @Test
  void neverEndsAtATemplateThatNoChainLists() {
    TemplateChain dangling = ChainSketch.of("tenant42/dangling", "a → x");

    assertThat(Routes.to("x", List.of(dangling), EDGES).from(new Position("a", "dangling")))
        .isEmpty();
  }
}
