package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.cli.CommandRun;
import dev.pathgate.testkit.CrdShape;
import dev.pathgate.testkit.K0rdentObjects;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.NeedsApiServer;
import dev.pathgate.testkit.PathgateProcess;
import dev.pathgate.testkit.RandomChains;
import dev.pathgate.testkit.RandomEdits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plans and extensions over random chains, carried out edit by edit at a kube-apiserver that asks
 * the webhook. {@code -Dtests.plans=…} takes more than the default.
 */
@NeedsApiServer
class PlansCarriedOutIT {
  private static final int DRAWS = Integer.getInteger("tests.plans", 30);
  private static final List<String> NAMES = RandomEdits.names("t", 5);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GROUP = "apis/k0rdent.mirantis.com/v1beta1/namespaces/";

  private static KubeServer api;
  private static Kubectl kubectl;

  @TempDir private Path folder;
  private final Random random = new Random(12);
  private String namespace;
  private Map<String, List<SupportedTemplate>> chains;

  @BeforeAll
  static void start() throws Exception {
    PathgateProcess.shared();
    api = KubeServer.shared();
    List<CrdShape> shapes = CrdShape.ofRepository();
    shapes.get(shapes.size() - 1).serve(api);
    kubectl = new Kubectl(api);
  }

  @Test
  void everyEditOfAPlanIsAdmittedAndNoShorterWayExists() throws Exception {
    int edits = 0;
    int stuck = 0;
    for (int i = 0; i < DRAWS; i++) {
      Stand start = draw(1 + random.nextInt(3));
      String target = NAMES.get(random.nextInt(NAMES.size()));

      JsonNode plan =
          JSON.readTree(run("plan", "--service", "default/s", "--target", target, "-o", "json"));
      int least = fewestEdits(start, target);
      List<JsonNode> steps = new ArrayList<>();
      plan.path("moves").path(0).path("edits").forEach(steps::add);

      if (least < 0) {
        assertThat(steps).isEmpty();
        stuck++;
        continue;
      }
      assertThat(steps).as("%s to %s in %s", start, target, chains).hasSize(least);
      for (JsonNode step : steps) {
        assertThat(move(step.path("template").asText(), step.path("templateChain").asText()))
            .as("%s of %s to %s in %s", step, start, target, chains)
            .startsWith("200");
      }
      edits += steps.size();
      assertThat(stand().template()).isEqualTo(target);
    }

    assertThat(edits).isGreaterThan(DRAWS / 10);
    assertThat(stuck).isLessThan(DRAWS);
  }

  @Test
  void everyStepOfAnExtensionIsAdmittedAndNothingIsLost() throws Exception {
    for (int i = 0; i < DRAWS; i++) {
      Stand start = draw(1);
      String after = start.template();
      Set<String> before = reachable(start);

      String script =
          run(
              "extend",
              "chain/" + start.chain(),
              "--add",
              "new",
              "--after",
              after,
              "-o",
              "patches");
      Path file = folder.resolve("extension-" + i + ".sh");
      CommandRun.write(folder, file.getFileName().toString(), script);
      Kubectl.Answer answer = kubectl.script(file);

      assertThat(answer.exit()).as("%s\n%s\n%s", chains, script, answer.err()).isZero();
      Stand end = stand();
      assertThat(end.template()).isEqualTo(start.template());
      assertThat(end.chain()).isNotEqualTo(start.chain());
      read();
      assertThat(chains).doesNotContainKey(start.chain()).containsKey(end.chain());
      assertThat(reachable(end)).as(chains.toString()).containsAll(before).contains("new");
    }
  }

  @Test
  void aStalePatchFailsAndAFreshOneMoves() throws Exception {
    namespace = api.freshNamespace();
    List<CrdShape> shapes = CrdShape.ofRepository();
    api.create(K0rdentObjects.chain(shapes.get(shapes.size() - 1), namespace, "up", "a > b", "b"));
    String ours = K0rdentObjects.service("web", "s", "a", "up");
    String other = K0rdentObjects.service("ops", "s", "a", "up");
    String chainless = K0rdentObjects.service("web", "bare", "a", "");
    api.create(K0rdentObjects.cluster(namespace, "prod", ours, chainless, other));
    Path move = patches("web/s");
    Path give = patches("web/bare");

    ObjectNode swapped = cluster();
    ArrayNode services = (ArrayNode) swapped.at("/spec/serviceSpec/services");
    services.add(services.remove(0));
    services.insert(0, services.remove(1));
    ((ObjectNode) services.get(1)).put("templateChain", "up");
    assertThat(api.exchange("PUT", path(), swapped.toString())).startsWith("200");
    Kubectl.Answer stale = kubectl.script(move);
    Kubectl.Answer chained = kubectl.script(give);
    ObjectNode after = cluster();

    for (Kubectl.Answer answer : List.of(stale, chained)) {
      assertThat(answer.exit()).isNotZero();
      assertThat(answer.err()).startsWith("The request is invalid: ");
    }
    assertThat(after.path("spec")).isEqualTo(swapped.path("spec"));
    assertThat(kubectl.script(patches("web/s")).exit()).isZero();
    assertThat(cluster().at("/spec/serviceSpec/services/2/template").asText()).isEqualTo("b");
  }

  @Test
  void movesAServiceThatNamesNeitherChainNorVersion() throws Exception {
    namespace = api.freshNamespace();
    List<CrdShape> shapes = CrdShape.ofRepository();
    api.create(K0rdentObjects.chain(shapes.get(shapes.size() - 1), namespace, "up", "a > b", "b"));
    api.create(K0rdentObjects.cluster(namespace, "prod", K0rdentObjects.service("", "s", "a", "")));

    Kubectl.Answer answer = kubectl.script(patches("default/s"));

    assertThat(answer.exit()).as(answer.err()).isZero();
    assertThat(stand()).isEqualTo(new Stand("b", "up"));
  }

  /** The lines that move a service to b. */
  private Path patches(String service) {
    String file = service.replace('/', '-') + ".sh";
    CommandRun.write(
        folder, file, run("plan", "--service", service, "--target", "b", "-o", "patches"));
    return folder.resolve(file);
  }

  /** Where the service stands. */
  private record Stand(String template, String chain) {}

  /** A namespace with so many chains, and a cluster with a service that stands in the first. */
  private Stand draw(int size) {
    namespace = api.freshNamespace();
    chains = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      List<SupportedTemplate> entries =
          RandomChains.entries(random, NAMES, RandomChains.Flaws.NONE);
      chains.put("chain-" + i, entries);
      List<String> lines = new ArrayList<>();
      for (SupportedTemplate entry : entries) {
        List<String> next =
            entry.availableUpgrades().stream().map(AvailableUpgrade::name).distinct().toList();
        lines.add(entry.name() + (next.isEmpty() ? "" : " > " + String.join(" ", next)));
      }
      List<CrdShape> shapes = CrdShape.ofRepository();
      api.create(
          K0rdentObjects.chain(
              shapes.get(shapes.size() - 1),
              namespace,
              "chain-" + i,
              lines.toArray(String[]::new)));
    }
    List<SupportedTemplate> first = chains.get("chain-0");
    String template =
        first.stream()
            .filter(entry -> !entry.availableUpgrades().isEmpty())
            .findFirst()
            .orElse(first.get(0))
            .name();
    api.create(
        K0rdentObjects.cluster(
            namespace, "prod", K0rdentObjects.service("", "s", template, "chain-0")));
    return new Stand(template, "chain-0");
  }

  private String run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--kubeconfig", api.kubeconfig().toString(), "-n", namespace));
    CommandRun run = CommandRun.of(folder, all.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isLessThan(2);
    return run.out();
  }

  private String path() {
    return GROUP + namespace + "/clusterdeployments/prod";
  }

  private ObjectNode cluster() throws Exception {
    String answer = api.get(path());
    return (ObjectNode) JSON.readTree(answer.substring(answer.lastIndexOf("\n{") + 1));
  }

  private Stand stand() throws Exception {
    JsonNode service = cluster().at("/spec/serviceSpec/services/0");
    return new Stand(service.path("template").asText(), service.path("templateChain").asText());
  }

  private String move(String template, String chain) throws Exception {
    ObjectNode cluster = cluster();
    ((ObjectNode) cluster.at("/spec/serviceSpec/services/0"))
        .put("template", template)
        .put("templateChain", chain);
    return api.exchange("PUT", path(), cluster.toString());
  }

  /** Reads the namespace's chains again. */
  private void read() throws Exception {
    chains.clear();
    String answer = api.get(GROUP + namespace + "/servicetemplatechains");
    for (JsonNode chain :
        JSON.readTree(answer.substring(answer.lastIndexOf("\n{") + 1)).path("items")) {
      List<SupportedTemplate> entries = new ArrayList<>();
      for (JsonNode entry : chain.at("/spec/supportedTemplates")) {
        List<AvailableUpgrade> upgrades = new ArrayList<>();
        entry
            .path("availableUpgrades")
            .forEach(upgrade -> upgrades.add(AvailableUpgrade.to(upgrade.path("name").asText())));
        entries.add(new SupportedTemplate(entry.path("name").asText(), upgrades));
      }
      chains.put(chain.at("/metadata/name").asText(), entries);
    }
  }

  /** Every edit that keeps to an edge of some chain, level by level; -1 if none leads there. */
  private int fewestEdits(Stand start, String target) {
    Map<String, Integer> edits = new HashMap<>(Map.of(start.template(), 0));
    List<String> level = List.of(start.template());
    while (!level.isEmpty() && !edits.containsKey(target)) {
      List<String> next = new ArrayList<>();
      for (String template : level) {
        for (String to : targets(template, chains.keySet())) {
          if (edits.putIfAbsent(to, edits.get(template) + 1) == null) {
            next.add(to);
          }
        }
      }
      level = next;
    }
    return edits.getOrDefault(target, -1);
  }

  private Set<String> targets(String template, Set<String> names) {
    Set<String> targets = new HashSet<>();
    for (String name : names) {
      for (SupportedTemplate entry : chains.get(name)) {
        if (entry.name().equals(template)) {
          entry.availableUpgrades().forEach(upgrade -> targets.add(upgrade.name()));
        }
      }
    }
    return targets;
  }

  private Set<String> reachable(Stand start) {
    Set<String> reached = new HashSet<>();
    List<String> open = new ArrayList<>(List.of(start.template()));
    while (!open.isEmpty()) {
      targets(open.remove(0), Set.of(start.chain())).stream()
          .filter(reached::add)
          .forEach(open::add);
    }
    reached.remove(start.template());
    return reached;
  }
}
