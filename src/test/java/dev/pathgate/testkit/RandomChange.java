package dev.pathgate.testkit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.k0rdent.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Many edits as one change: each of one object, in a namespace that no other edit of the change is
 * about, so that what one does is nothing to the others. MultiClusterServices share the chains of
 * the system namespace, which stay.
 */
public final class RandomChange {
  private final Random random;
  private final RandomEdits services;
  private final String prefix;
  private final String systemNamespace;
  private final Shape shape;
  private final List<ObjectNode> staying = new ArrayList<>();
  private final List<Edit> edits = new ArrayList<>();

  /**
   * What the release's CRDs let through.
   *
   * @param mayRepeat whether an object may list a service twice
   * @param versions whether an upgrade must have a version, may, or can't
   * @param withTemplates whether ServiceTemplates are edited, too
   */
  public record Shape(boolean mayRepeat, Versions versions, boolean withTemplates) {}

  /** Whether chains and services have versions. */
  public enum Versions {
    NEVER,
    SOMETIMES,
    ALWAYS
  }

  /** The edit of one object: not there before, or not there after it. */
  public record Edit(Optional<ObjectNode> before, Optional<ObjectNode> after) {
    /** The object as it is to be, or as it was. */
    public ObjectNode object() {
      return after.or(() -> before).orElseThrow();
    }

    /** CREATE, UPDATE or DELETE. */
    public String operation() {
      return before.isEmpty() ? "CREATE" : after.isEmpty() ? "DELETE" : "UPDATE";
    }

    /** What names the object. */
    public String subject() {
      ObjectNode object = object();
      return object.path("kind").asText()
          + " "
          + object.at("/metadata/namespace").asText()
          + "/"
          + object.at("/metadata/name").asText();
    }
  }

  /**
   * A change of so many edits.
   *
   * @param prefix what the names of all namespaces and of what has none begin with
   */
  public RandomChange(long seed, int size, String prefix, String systemNamespace, Shape shape) {
    this.random = new Random(seed);
    this.services = new RandomEdits(seed, shape.mayRepeat());
    this.prefix = prefix;
    this.systemNamespace = systemNamespace;
    this.shape = shape;
    List<String> shared = List.of(prefix + "-x", prefix + "-y");
    shared.forEach(name -> staying.add(chain(systemNamespace, name)));
    if (shape.withTemplates()) {
      staying.add(template(systemNamespace, "t-1", "1.9.0"));
    }
    for (int i = 0; i < size; i++) {
      draw(prefix + "-" + i, shared);
    }
  }

  /** All namespaces that the change is about, the system namespace left out. */
  public List<String> namespaces() {
    return before().stream()
        .map(object -> object.at("/metadata/namespace").asText())
        .filter(namespace -> !namespace.isEmpty() && !namespace.equals(systemNamespace))
        .distinct()
        .toList();
  }

  /** The edits. */
  public List<Edit> edits() {
    return List.copyOf(edits);
  }

  /** All objects as they were. */
  public List<ObjectNode> before() {
    return Stream.concat(staying.stream(), edits.stream().flatMap(edit -> edit.before().stream()))
        .toList();
  }

  /** All objects as they are to be. */
  public List<ObjectNode> after() {
    return Stream.concat(staying.stream(), edits.stream().flatMap(edit -> edit.after().stream()))
        .toList();
  }

  private void draw(String namespace, List<String> shared) {
    int dice = random.nextInt(shape.withTemplates() ? 20 : 18);
    List<String> chains = List.of("x", "y");
    staying.add(chain(namespace, "y"));
    staying.add(template(namespace, "t-0", "1.8.0"));
    staying.add(template(namespace, "t-2", "2.0.0"));
    if (dice < 11) {
      staying.add(chain(namespace, "x"));
      editServices(dice, () -> cluster(namespace, services.services(chains)), chains);
    } else if (dice < 14) {
      staying.add(chain(namespace, "x"));
      staying.add(cluster(namespace, services.services(chains)));
      editServices(dice - 6, () -> fleet(namespace, services.services(shared)), shared);
    } else if (dice < 18) {
      staying.add(cluster(namespace, services.services(chains)));
      editChain(dice - 14, chain(namespace, "x"));
    } else {
      staying.add(cluster(namespace, services.services(chains)));
      editTemplate(dice - 18, template(namespace, "t-3", "3.0.0"));
    }
  }

  private void editServices(int dice, Supplier<ObjectNode> drawn, List<String> chains) {
    ObjectNode before = drawn.get();
    if (dice == 0) {
      edits.add(new Edit(Optional.of(before), Optional.empty()));
      return;
    }
    if (dice == 1 || dice == 5) {
      edits.add(new Edit(Optional.empty(), Optional.of(before)));
      return;
    }
    ObjectNode after = before.deepCopy();
    ArrayNode list = (ArrayNode) before.at("/spec/serviceSpec/services");
    List<ObjectNode> old = new ArrayList<>();
    list.forEach(service -> old.add((ObjectNode) service));
    ArrayNode now = after.withObject("spec").withObject("serviceSpec").putArray("services");
    services.edited(old, chains).forEach(now::add);
    if (shape.versions() == Versions.NEVER) {
      now.forEach(service -> ((ObjectNode) service).remove("version"));
    }
    if (random.nextInt(6) == 0) {
      after.withObject("metadata").withObject("labels").put("edited", "yes");
    }
    edits.add(new Edit(Optional.of(before), Optional.of(after)));
  }

  private void editChain(int dice, ObjectNode before) {
    ObjectNode after = before.deepCopy();
    switch (dice) {
      case 0 -> {
        if (random.nextBoolean()) {
          before.withObject("metadata").withObject("annotations").put("pathgate.dev/succeeds", "y");
        }
        edits.add(new Edit(Optional.empty(), Optional.of(before)));
      }
      case 1 -> {
        after.set("spec", chain("", "").path("spec"));
        edits.add(new Edit(Optional.of(before), Optional.of(after)));
      }
      case 2 -> {
        after.withObject("metadata").withObject("annotations").put("note", "kept");
        edits.add(new Edit(Optional.of(before), Optional.of(after)));
      }
      default -> edits.add(new Edit(Optional.of(before), Optional.empty()));
    }
  }

  private void editTemplate(int dice, ObjectNode before) {
    ObjectNode after = before.deepCopy();
    after.withObject("spec").put("description", "another");
    edits.add(
        new Edit(
            Optional.of(before), dice == 0 ? Optional.of(after) : Optional.<ObjectNode>empty()));
  }

  private ObjectNode cluster(String namespace, List<ObjectNode> list) {
    ObjectNode object = object(Kind.CLUSTER_DEPLOYMENT, namespace, "prod-" + edits.size());
    object.withObject("metadata").withObject("labels").put("of", prefix);
    object.putObject("spec").put("template", "aws");
    return with(object, list);
  }

  private ObjectNode fleet(String name, List<ObjectNode> list) {
    ObjectNode object = object(Kind.MULTI_CLUSTER_SERVICE, "", name);
    if (random.nextInt(4) == 0) {
      object
          .putObject("spec")
          .putObject("clusterSelector")
          .putObject("matchLabels")
          .put("of", prefix);
    }
    return with(object, list);
  }

  private static ObjectNode with(ObjectNode object, List<ObjectNode> list) {
    ArrayNode services = object.withObject("spec").putObject("serviceSpec").putArray("services");
    list.forEach(services::add);
    return object;
  }

  private ObjectNode chain(String namespace, String name) {
    boolean flawed = random.nextInt(3) == 0;
    List<SupportedTemplate> entries =
        services.entries(flawed ? RandomChains.Flaws.DANGLING : RandomChains.Flaws.NONE);
    if (shape.versions() == Versions.ALWAYS
        || (shape.versions() == Versions.SOMETIMES && random.nextBoolean())) {
      entries = RandomChains.versioned(entries, RandomEdits.names("t", 8));
    }
    ObjectNode chain = object(Kind.SERVICE_TEMPLATE_CHAIN, namespace, name);
    ArrayNode list = chain.putObject("spec").putArray("supportedTemplates");
    for (SupportedTemplate entry : entries) {
      ArrayNode upgrades = list.addObject().put("name", entry.name()).putArray("availableUpgrades");
      for (AvailableUpgrade upgrade : entry.availableUpgrades()) {
        ObjectNode one = upgrades.addObject().put("name", upgrade.name());
        upgrade.version().ifPresent(version -> one.put("version", version));
      }
    }
    return chain;
  }

  private static ObjectNode template(String namespace, String name, String version) {
    ObjectNode template = object(Kind.SERVICE_TEMPLATE, namespace, name);
    template
        .putObject("spec")
        .putObject("helm")
        .putObject("chartSpec")
        .put("chart", name)
        .put("version", version)
        .put("interval", "10m")
        .putObject("sourceRef")
        .put("kind", "HelmRepository")
        .put("name", "charts");
    return template;
  }

  private static ObjectNode object(Kind kind, String namespace, String name) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", Kind.GROUP + "/" + Kind.VERSION).put("kind", kind.kindName());
    ObjectNode metadata = object.putObject("metadata").put("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    return object;
  }

  /** How often each operation is asked for on each kind. */
  public Map<String, Integer> counts() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    edits.forEach(
        edit ->
            counts.merge(
                edit.operation() + " " + edit.object().path("kind").asText(), 1, Integer::sum));
    return counts;
  }
}
