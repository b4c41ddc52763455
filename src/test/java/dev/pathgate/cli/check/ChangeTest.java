package dev.pathgate.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.pathgate.cli.CommandRun;
import dev.pathgate.cli.input.ClusterOptions;
import dev.pathgate.cli.input.Inventory;
import dev.pathgate.cli.input.Item;
import dev.pathgate.cli.input.LiveCluster;
import dev.pathgate.cli.input.Sources;
import dev.pathgate.cluster.Manifests;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.k0rdent.ObjectReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What counts as a change of a live object; a live one has no file. */
class ChangeTest {
  @TempDir private Path folder;

  @Test
  void leavesAloneATemplateWhoseDefaultsTheApiServerWroteOut() throws IOException {
    String spec = "{helm: {chartSpec: {chart: x, reconcileStrategy: ChartVersion}}}";
    Item seen = template(spec);
    Item live =
        new Item(
            Kind.SERVICE_TEMPLATE,
            seen.object(),
            Optional.empty(),
            true,
            Optional.of(new YAMLMapper().readTree(spec)));

    assertThat(between(live, file("x")).unchanged()).isEqualTo(1);
    assertThat(between(live, file("y")).edits()).hasSize(1);
    assertThat(between(file("x"), live).unchanged()).isEqualTo(1);
    assertThat(between(file("y"), live).edits()).hasSize(1);
  }

  @Test
  void leavesAloneAServiceWhoseNamespaceTheApiServerWroteOut() throws IOException {
    Item live = cluster("{name: x, namespace: default, template: a, templateChain: up}");

    assertThat(between(live, cluster("{name: x, template: a, templateChain: up}")).unchanged())
        .isEqualTo(1);
    assertThat(between(live, cluster("{name: x, template: b, templateChain: up}")).edits())
        .hasSize(1);
  }

  @Test
  void deletesNothingOfAFolderThatCantBeLookedInto() {
    CommandRun.write(folder, "d/sub/a.yaml", manifest("a"));
    CommandRun.write(folder, "d/subs/b.yaml", manifest("b"));
    Inventory from =
        new Sources(new ClusterOptions(), InputStream.nullInputStream())
            .read(List.of(folder + "/d"), new LiveCluster.Scope(true, ""));
    String unreadable = from.all().iterator().next().file().replace("/a.yaml", "");
    Inventory to =
        new Inventory(
            Map.of(),
            List.of(new Manifests.Problem(unreadable, 0, "can't be read")),
            List.of(),
            List.of(),
            0,
            List.of(folder + "/d"));

    assertThat(Change.between(from, to, item -> true).edits())
        .extracting(edit -> edit.item().object().metadata().name())
        .containsExactly("b");
    assertThat(Change.between(from, Inventory.EMPTY, item -> true).edits()).hasSize(2);
  }

  private static String manifest(String name) {
    return "apiVersion: k0rdent.mirantis.com/v1beta1\nkind: ServiceTemplate\nmetadata: {name: "
        + name
        + "}\n";
  }

  @Test
  void deletesOnlyWhatItIsToldTo() throws IOException {
    Inventory from = inventory(cluster("{name: x, template: a}"));

    assertThat(Change.between(from, Inventory.EMPTY, item -> true).edits()).hasSize(1);
    assertThat(Change.between(from, Inventory.EMPTY, item -> false).edits()).isEmpty();
  }

  private Item file(String chart) {
    CommandRun.write(
        folder,
        "t.yaml",
        """
        apiVersion: k0rdent.mirantis.com/v1beta1
        kind: ServiceTemplate
        metadata: {name: t, namespace: tenant42}
        spec: {helm: {chartSpec: {chart: %s}}}
        """
            .formatted(chart));
    return new Sources(new ClusterOptions(), InputStream.nullInputStream())
        .read(List.of(folder + "/t.yaml"), new LiveCluster.Scope(true, "kcm-system"))
        .all()
        .iterator()
        .next();
  }

  private static Change between(Item from, Item to) {
    return Change.between(inventory(from), inventory(to), item -> true);
  }

  private static Inventory inventory(Item item) {
    return new Inventory(Map.of(item.ref(), item), List.of(), List.of(), List.of(), 0, List.of());
  }

  private static Item template(String spec) throws IOException {
    return item(
        Kind.SERVICE_TEMPLATE,
        "{kind: ServiceTemplate, metadata: {name: t, namespace: tenant42}, spec: " + spec + "}");
  }

  private static Item cluster(String service) throws IOException {
    return item(
        Kind.CLUSTER_DEPLOYMENT,
        "{kind: ClusterDeployment, metadata: {name: prod, namespace: tenant42},"
            + " spec: {serviceSpec: {services: ["
            + service
            + "]}}}");
  }

  private static Item item(Kind kind, String yaml) throws IOException {
    try (JsonParser parser = new YAMLFactory().createParser(yaml)) {
      parser.nextToken();
      ObjectReader reader =
          kind.hasServices() ? ObjectReader.strict() : ObjectReader.strictKeepingSpec();
      K0rdentObject object = reader.read(parser, "");
      return new Item(kind, object, Optional.empty(), true);
    }
  }
}
