package dev.pathgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.rule.PathPolicy;
import dev.pathgate.rule.PathPolicy.ChainSwitch;
import dev.pathgate.rule.PathPolicy.Steps;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.ServiceIdentity;
import dev.pathgate.testkit.CrdShape;
import dev.pathgate.testkit.Graph;
import dev.pathgate.testkit.KubeServer;
import dev.pathgate.testkit.NeedsApiServer;
import dev.pathgate.testkit.PathgateProcess;
import dev.pathgate.testkit.SmallWorld;
import dev.pathgate.testkit.SmallWorld.Edit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Random sequences of edits of small worlds at a real kube-apiserver that asks the webhook: what it
 * lets through never moves a service along what is no edge. {@code -Dtests.graphs.sequences=…}
 * takes more than the default.
 */
@NeedsApiServer
class NeverOffTheGraphIT {
  private static final int SEQUENCES = Integer.getInteger("tests.graphs.sequences", 40);
  private static final int LENGTH = 4;
  private static final String GROUP = "apis/k0rdent.mirantis.com/v1beta1/";
  private static final PathPolicy POLICY = new PathPolicy(Steps.SINGLE, ChainSwitch.TOGETHER);
  private static final ServiceIdentity IDENTITY = ServiceIdentity.NAMESPACE_DEFAULTED;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static KubeServer api;
  private static PathgateProcess gate;

  private final Random random = new Random(13);
  private String namespace;
  private int probes;

  @BeforeAll
  static void start() throws Exception {
    gate = PathgateProcess.shared();
    api = KubeServer.shared();
    List<CrdShape> shapes = CrdShape.ofRepository();
    shapes.get(shapes.size() - 1).serve(api);
  }

  @Test
  void noAdmittedSequenceLeadsOffTheGraph() throws Exception {
    List<Graph> graphs = new ArrayList<>(Graph.forms(3));
    graphs.addAll(Graph.forms(4));
    List<String> found = new ArrayList<>();
    int admitted = 0;
    int moved = 0;
    int refused = 0;
    for (int i = 0; i < SEQUENCES; i++) {
      Graph graph = graphs.get(random.nextInt(graphs.size()));
      SmallWorld world =
          SmallWorld.of(
              graph,
              Optional.of(graph.reversed()),
              List.of(SmallWorld.service("", Graph.NAMES.get(random.nextInt(3)), "x")),
              IDENTITY);
      namespace = api.freshNamespace();
      for (String name : List.of("x", "y")) {
        apply(new Edit.CreateChain(name, world.chains().get(name)));
      }
      apply(new Edit.Create(world.services().orElseThrow()));
      settle();
      for (int j = 0; j < LENGTH; j++) {
        List<Edit> edits = world.edits();
        Edit edit = edits.get(random.nextInt(edits.size()));
        if (!apply(edit)) {
          refused++;
          continue;
        }
        admitted++;
        moved += edit instanceof Edit.Update && !world.isTerminating() ? 1 : 0;
        SmallWorld before = world;
        world
            .offTheGraph(edit, POLICY, IDENTITY)
            .ifPresent(move -> found.add(before + ": " + edit + ": " + move));
        world = world.after(edit, IDENTITY);
        settle();
      }
    }

    System.out.printf("%d admitted, %d refused%n", admitted, refused);
    assertThat(found).isEmpty();
    assertThat(moved).isGreaterThan(SEQUENCES / 8);
    assertThat(refused).isGreaterThan(SEQUENCES);
  }

  /** Asks for it, and says whether it was done. */
  private boolean apply(Edit edit) throws Exception {
    if (edit instanceof Edit.Create create) {
      return isDone("POST", "clusterdeployments", "", cluster("prod", create.services()));
    } else if (edit instanceof Edit.Update update) {
      ObjectNode stored = read("clusterdeployments", "prod");
      stored.set("spec", cluster("prod", update.services()).path("spec"));
      return isDone("PUT", "clusterdeployments", "prod", stored);
    } else if (edit instanceof Edit.Delete delete) {
      return goes("clusterdeployments", "prod", delete.atOnce());
    } else if (edit instanceof Edit.CreateChain create) {
      return isDone("POST", "servicetemplatechains", "", chain(create.name(), create.graph()));
    } else if (edit instanceof Edit.UpdateChain update) {
      ObjectNode stored = read("servicetemplatechains", update.name());
      stored.set("spec", chain(update.name(), update.graph()).path("spec"));
      return isDone("PUT", "servicetemplatechains", update.name(), stored);
    }
    Edit.DeleteChain delete = (Edit.DeleteChain) edit;
    return goes("servicetemplatechains", delete.name(), delete.atOnce());
  }

  /** Deletes it, or, if it is on its way out, lets it go; with a finalizer if it is to linger. */
  private boolean goes(String plural, String name, boolean atOnce) throws Exception {
    ObjectNode stored = read(plural, name);
    boolean isTerminating = stored.at("/metadata").has("deletionTimestamp");
    if (isTerminating || !atOnce) {
      ArrayNode finalizers = stored.withObject("metadata").putArray("finalizers");
      if (!isTerminating) {
        finalizers.add("pathgate.dev/test");
      }
      if (!isDone("PUT", plural, name, stored)) {
        throw new AssertionError(name + " can't be given finalizers");
      }
    }
    boolean done = isTerminating || isDone("DELETE", plural, name, null);
    if (!done && !atOnce) {
      ObjectNode still = read(plural, name);
      still.withObject("metadata").putArray("finalizers");
      isDone("PUT", plural, name, still);
    }
    return done;
  }

  private static ObjectNode cluster(String name, List<Service> services) {
    ObjectNode object = object("ClusterDeployment", name);
    ArrayNode list =
        object
            .putObject("spec")
            .put("template", "aws")
            .putObject("serviceSpec")
            .putArray("services");
    for (Service service : services) {
      ObjectNode one = list.addObject();
      one.put("name", service.name()).put("template", service.template());
      put(one, "namespace", service.writtenNamespace());
      put(one, "templateChain", service.templateChain());
      put(one, "version", service.version());
    }
    return object;
  }

  private static void put(ObjectNode object, String field, String value) {
    if (!value.isEmpty()) {
      object.put(field, value);
    }
  }

  private static ObjectNode chain(String name, Graph graph) {
    ObjectNode object = object("ServiceTemplateChain", name);
    ArrayNode list = object.putObject("spec").putArray("supportedTemplates");
    graph
        .entries()
        .forEach(
            entry -> {
              ArrayNode upgrades =
                  list.addObject().put("name", entry.name()).putArray("availableUpgrades");
              entry
                  .availableUpgrades()
                  .forEach(upgrade -> upgrades.addObject().put("name", upgrade.name()));
            });
    return object;
  }

  private static ObjectNode object(String kind, String name) {
    ObjectNode object = JSON.createObjectNode();
    object.put("apiVersion", "k0rdent.mirantis.com/v1beta1").put("kind", kind);
    object.putObject("metadata").put("name", name);
    return object;
  }

  private String path(String plural, String name) {
    return GROUP + "namespaces/" + namespace + "/" + plural + (name.isEmpty() ? "" : "/" + name);
  }

  private ObjectNode read(String plural, String name) throws Exception {
    return (ObjectNode) body(api.get(path(plural, name)));
  }

  private boolean isDone(String method, String plural, String name, JsonNode json) {
    String answer = api.exchange(method, path(plural, name), json == null ? "" : json.toString());
    assertThat(answer).as(method + " " + plural + " " + name).doesNotStartWith("5");
    return answer.startsWith("2");
  }

  private static JsonNode body(String answer) throws Exception {
    assertThat(answer).startsWith("200");
    return JSON.readTree(answer.substring(answer.lastIndexOf("\n{") + 1));
  }

  /**
   * Waits until the webhook has seen all this: two more objects of a kind are more than there were
   * at any time before.
   */
  private void settle() {
    for (int i = 0; i < 2; i++) {
      String name = "probe-" + ++probes;
      isDone("POST", "clusterdeployments", "", cluster(name, List.of()));
      isDone("POST", "servicetemplatechains", "", chain(name, Graph.EMPTY));
    }
    gate.awaitKnows(api);
  }
}
