package dev.pathgate.cli.extend;

import static dev.pathgate.cli.ManifestSketch.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.cli.CommandRun;
import dev.pathgate.cli.ManifestSketch;
import dev.pathgate.testkit.RandomChains;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extensions of random chains, carried out step by step, each step checked as the gate would. */
class ExtensionIsAdmittedTest {
  private static final int DRAWS = 40;

  @TempDir private Path folder;

  @Test
  void everyStepIsAdmittedInItsOrder() throws Exception {
    Random random = new Random(11);
    int moved = 0;
    for (int i = 0; i < DRAWS; i++) {
      TemplateChain chain = RandomChains.draw(random).get(0);
      String stand = chain.templates().get(random.nextInt(chain.templates().size()));
      String after = chain.templates().get(random.nextInt(chain.templates().size()));
      Path draw = folder.resolve("draw-" + i);
      CommandRun.write(draw, "0/old.yaml", manifest(chain));
      CommandRun.write(draw, "0/prod.yaml", cluster("prod", stand, chain.ref().name()));

      CommandRun extended =
          CommandRun.of(
              draw,
              "extend",
              "chain/" + chain.ref().name(),
              "-f",
              draw + "/0",
              "--add",
              "new",
              "--after",
              after,
              "-o",
              "json");

      JsonNode json = new ObjectMapper().readTree(extended.out());
      String name = json.path("chain").path("metadata").path("name").asText();
      String successor = json.path("chain").toString();
      CommandRun.write(draw, "1/old.yaml", manifest(chain));
      CommandRun.write(draw, "1/prod.yaml", cluster("prod", stand, chain.ref().name()));
      CommandRun.write(draw, "1/new.json", successor);
      CommandRun.write(draw, "2/old.yaml", manifest(chain));
      CommandRun.write(draw, "2/prod.yaml", cluster("prod", stand, name));
      CommandRun.write(draw, "2/new.json", successor);
      CommandRun.write(draw, "3/prod.yaml", cluster("prod", stand, name));
      CommandRun.write(draw, "3/new.json", successor);
      for (int step = 1; step <= 3; step++) {
        CommandRun run =
            CommandRun.of(
                draw,
                "check",
                "--from",
                draw + "/" + (step - 1),
                "--to",
                draw + "/" + step,
                "--set",
                "pathgate.rules.chain-templates-exist=off");
        assertThat(run.code()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).startsWith("1 judged: 0 denied, 0 warned;");
      }
      moved += json.path("edits").size();
    }
    assertThat(moved).isEqualTo(DRAWS);
  }

  private static String manifest(TemplateChain chain) {
    return ManifestSketch.chain(
        chain.ref().name(),
        chain.templates().stream()
            .map(
                template -> {
                  String next =
                      chain.upgradesFrom(template).stream()
                          .map(AvailableUpgrade::name)
                          .collect(Collectors.joining(" "));
                  return next.isEmpty() ? template : template + " > " + next;
                })
            .toArray(String[]::new));
  }
}
