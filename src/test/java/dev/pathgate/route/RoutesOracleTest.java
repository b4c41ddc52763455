package dev.pathgate.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.chain.TemplateChain;
import dev.pathgate.route.RouteOptions.Stride;
import dev.pathgate.testkit.RandomChains;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random chains, and all ways through them tried one after the other. */
class RoutesOracleTest {
  private static final int DRAWS = 1_500;

  @ParameterizedTest
  @CsvSource({"EDGE,false", "EDGE,true", "LONGEST,false", "LONGEST,true"})
  void takesTheWayThatTryingThemAllFinds(Stride stride, boolean separate) {
    Random random = new Random(12);
    RouteOptions options = new RouteOptions(stride, separate);
    int found = 0;

    for (int i = 0; i < DRAWS; i++) {
      List<TemplateChain> chains = RandomChains.draw(random);
      String target = "t" + random.nextInt(6);
      Position start = new Position("t" + random.nextInt(6), "chain-" + random.nextInt(5));

      Optional<List<Position>> way = Routes.to(target, chains, options).from(start);

      assertThat(way)
          .as(
              "%s to %s over %s",
              start, target, chains.stream().map(RoutesOracleTest::say).toList())
          .isEqualTo(new Trial(chains, options, target).from(start));
      found += way.filter(edits -> !edits.isEmpty()).isPresent() ? 1 : 0;
    }

    assertThat(found).isGreaterThan(DRAWS / 10);
  }

  private static String say(TemplateChain chain) {
    StringBuilder text = new StringBuilder(chain.ref().name());
    chain.templates().forEach(t -> text.append("; ").append(t).append(chain.upgradesFrom(t)));
    return text.toString();
  }

  /** Level by level, every sequence of edits that the gate would admit. */
  private record Trial(List<TemplateChain> chains, RouteOptions options, String target) {
    Optional<List<Position>> from(Position start) {
      List<List<Position>> ways = List.of(List.of(start));
      Set<Position> seen = new HashSet<>();
      while (!ways.isEmpty()) {
        List<List<Position>> ended =
            ways.stream().filter(way -> last(way).template().equals(target)).toList();
        if (!ended.isEmpty()) {
          return ended.stream()
              .min(Comparator.comparingInt(Trial::switches))
              .map(way -> way.subList(1, way.size()));
        }
        ways.forEach(way -> seen.add(last(way)));
        ways =
            ways.stream()
                .flatMap(
                    way ->
                        edits(last(way)).stream()
                            .filter(next -> !seen.contains(next))
                            .map(
                                next -> {
                                  List<Position> longer = new ArrayList<>(way);
                                  longer.add(next);
                                  return longer;
                                }))
                .toList();
      }
      return Optional.empty();
    }

    private static Position last(List<Position> way) {
      return way.get(way.size() - 1);
    }

    private static int switches(List<Position> way) {
      int switches = 0;
      for (int i = 1; i < way.size(); i++) {
        switches += way.get(i).chain().equals(way.get(i - 1).chain()) ? 0 : 1;
      }
      return switches;
    }

    /** In the order of chains and lists, so that the first of equal ways is the wanted one. */
    private List<Position> edits(Position here) {
      List<Position> edits = new ArrayList<>();
      chains.stream()
          .sorted(Comparator.comparing(chain -> chain.ref().name()))
          .filter(chain -> chain.lists(here.template()))
          .forEach(
              chain -> {
                String name = chain.ref().name();
                boolean stays = name.equals(here.chain());
                if (options.separateSwitch() && !stays) {
                  edits.add(new Position(here.template(), name));
                  return;
                }
                List<String> next =
                    options.stride() == Stride.EDGE
                        ? chain.upgradesFrom(here.template()).stream()
                            .map(upgrade -> upgrade.name())
                            .filter(chain::lists)
                            .toList()
                        : chain.reachFrom(here.template()).destinations();
                next.forEach(template -> edits.add(new Position(template, name)));
              });
      return edits;
    }
  }
}
