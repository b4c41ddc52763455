package dev.pathgate.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathgate.Settings;
import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.chain.TemplateChain;
import dev.pathgate.cli.gate.Edit;
import dev.pathgate.cli.gate.Fleet;
import dev.pathgate.cli.gate.Gate;
import dev.pathgate.cli.gate.PrintedVerdict;
import dev.pathgate.cli.input.Inventory;
import dev.pathgate.cli.input.Item;
import dev.pathgate.cli.settings.SettingsCheck;
import dev.pathgate.k0rdent.Edits;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectSketch;
import dev.pathgate.route.RouteOptions;
import dev.pathgate.rule.ObjectRef;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceIdentity;
import dev.pathgate.testkit.RandomChains;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans over random chains, carried out edit by edit before the webhook's own judge. */
class PlanIsAdmittedTest {
  private static final int DRAWS = 600;

  @ParameterizedTest
  @CsvSource({
    "single,together,EDGE",
    "single,separate,EDGE",
    "any,together,EDGE",
    "any,together,LONGEST",
    "any,separate,LONGEST"
  })
  void everyEditIsAdmittedInItsOrder(String steps, String chainSwitch, RouteOptions.Stride stride) {
    Settings settings =
        SettingsCheck.run(
                Map.of("pathgate.path.steps", steps, "pathgate.path.chain-switch", chainSwitch))
            .settings();
    RouteOptions options = new RouteOptions(stride, chainSwitch.equals("separate"));
    Random random = new Random(3);
    int edits = 0;

    for (int i = 0; i < DRAWS; i++) {
      Inventory inventory = inventory(random);
      Fleet fleet = new Fleet(inventory, new Edits("kcm-system"));
      Planned planned =
          new Planner(fleet, options, gate(settings, inventory))
              .toTarget(fleet.members(), "t" + random.nextInt(6));
      for (Move move : planned.moves()) {
        edits += move.edits().size();
        assertAdmitted(settings, inventory, move);
      }
    }

    assertThat(edits).isGreaterThan(DRAWS / 10);
  }

  private static void assertAdmitted(Settings settings, Inventory inventory, Move move) {
    Gate gate = gate(settings, inventory);
    Item before = move.member().item();
    for (PlannedEdit edit : move.edits()) {
      Item after =
          before.with(
              before
                  .object()
                  .with(
                      List.of(
                          new Service(
                              "tenant42", "ingress", edit.template(), edit.templateChain()))));
      PrintedVerdict verdict =
          PrintedVerdict.of(gate.judge(new Edit(Optional.of(before), Optional.of(after))));
      assertThat(verdict.causes()).as("%s in %s", edit, move).isEmpty();
      gate.put(after);
      before = after;
    }
    assertThat(before.object().services().get(0).template()).isEqualTo(move.to());
  }

  private static Gate gate(Settings settings, Inventory inventory) {
    return new Gate(settings, ServiceIdentity.NAMESPACE_DEFAULTED, inventory.all());
  }

  private static Inventory inventory(Random random) {
    Map<ObjectRef, Item> items = new LinkedHashMap<>();
    Stream<Item> chains =
        RandomChains.draw(random).stream()
            .map(chain -> item(Kind.SERVICE_TEMPLATE_CHAIN, sketch(chain)));
    Item cluster =
        item(
            Kind.CLUSTER_DEPLOYMENT,
            ObjectSketch.clusterDeployment(
                "tenant42/prod",
                new Service(
                    "tenant42",
                    "ingress",
                    "t" + random.nextInt(6),
                    random.nextInt(5) == 0 ? "" : "chain-" + (1 + random.nextInt(3)))));
    Stream.concat(chains, Stream.of(cluster)).forEach(item -> items.put(item.ref(), item));
    return new Inventory(items, List.of(), List.of(), List.of(), 0, List.of());
  }

  private static K0rdentObject sketch(TemplateChain chain) {
    return ObjectSketch.chain(
        chain.ref().toString(),
        chain.templates().stream()
            .map(template -> new SupportedTemplate(template, chain.upgradesFrom(template)))
            .map(PlanIsAdmittedTest::line)
            .toArray(String[]::new));
  }

  private static String line(SupportedTemplate template) {
    List<String> upgrades =
        template.availableUpgrades().stream().map(AvailableUpgrade::name).toList();
    return template.name() + (upgrades.isEmpty() ? "" : " → " + String.join(", ", upgrades));
  }

  private static Item item(Kind kind, K0rdentObject object) {
    return new Item(kind, object, Optional.empty(), true);
  }
}
