package dev.pathgate.k0rdent;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.pathgate.chain.AvailableUpgrade;
import dev.pathgate.chain.SupportedTemplate;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.PublishedPaths;
import dev.pathgate.rule.Service;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the few fields that Pathgate needs from a token stream, JSON or YAML, and skips the rest:
 * no tree of the whole object is built, and fields that a newer CRD adds are ignored.
 *
 * <p>A strict reader throws {@link UnexpectedType} for a needed field of another type; a lenient
 * one, for what the API server itself says, treats it as absent.
 *
 * <p>This class is long because each shape in the CRDs has its own loop here, and none needs
 * another.
 */
public final class ObjectReader {
  private static final String MANAGED_LABEL = "k0rdent.mirantis.com/managed";
  private static final String DEFAULT_CHAIN_ANNOTATION = "pathgate.dev/default-chain";
  private static final String SUCCEEDS_ANNOTATION = "pathgate.dev/succeeds";
  private static final String EXEMPT_ANNOTATION = "pathgate.dev/exempt";
  private static final String LAST_APPLIED_ANNOTATION =
      "kubectl.kubernetes.io/last-applied-configuration";

  private final boolean strict;
  private final boolean keepSpec;
  private final boolean forCache;

  private ObjectReader(boolean strict, boolean keepSpec, boolean forCache) {
    this.strict = strict;
    this.keepSpec = keepSpec;
    this.forCache = forCache;
  }

  /** A reader for input that somebody sends or writes. */
  public static ObjectReader strict() {
    return new ObjectReader(true, false, false);
  }

  /**
   * A strict reader that also keeps a digest of the whole {@code spec}, which immutability needs.
   */
  public static ObjectReader strictKeepingSpec() {
    return new ObjectReader(true, true, false);
  }

  /** A reader for what the API server stores. */
  public static ObjectReader lenient() {
    return new ObjectReader(false, false, false);
  }

  /**
   * A lenient reader for the many objects that are kept: names that recur from one to the next are
   * the same texts in memory, and {@code status} is passed over.
   */
  public static ObjectReader forCache() {
    return new ObjectReader(false, false, true);
  }

  /**
   * Reads the object that starts at the current token and leaves the parser at its end.
   *
   * @param field the name that messages give the object, such as {@code request.object}; empty for
   *     a manifest
   * @throws UnexpectedType where a strict reader meets a field of another type
   */
  public K0rdentObject read(JsonParser parser, String field) throws IOException {
    return new Reading(parser, field).object();
  }

  /** One pass over one object: the fields, and what was found so far. */
  private final class Reading {
    private final FieldCursor fields;
    private final SharedEdges edges = new SharedEdges();

    private String apiVersion = "";
    private String kind = "";
    private K0rdentObject.Metadata metadata = K0rdentObject.Metadata.NONE;
    private List<Service> services = List.of();
    private List<PublishedPaths> published = List.of();
    private List<SupportedTemplate> templates = List.of();
    private ClusterSelector selector = ClusterSelector.NONE;
    private String version = "";
    private String chartVersion = "";
    private Optional<Object> spec = Optional.empty();

    /**
     * @param root the name that messages give to what starts at the current token
     */
    Reading(JsonParser parser, String root) {
      fields = new FieldCursor(parser, strict, root);
    }

    K0rdentObject object() throws IOException {
      if (fields.enters()) {
        for (String field = fields.next(); field != null; field = fields.next()) {
          switch (field) {
            case "apiVersion" -> apiVersion = fields.text();
            case "kind" -> kind = fields.text();
            case "metadata" -> metadata();
            case "spec" -> spec();
            case "status" -> {
              if (forCache) {
                fields.skip();
              } else {
                status();
              }
            }
            default -> fields.skip();
          }
        }
      }
      return new K0rdentObject(
          apiVersion,
          kind,
          kind.equals(Kind.CLUSTER_DEPLOYMENT.kindName()) ? metadata : metadata.withoutLabels(),
          services,
          published,
          templates,
          selector,
          version.isEmpty() ? chartVersion : version,
          spec);
    }

    private void metadata() throws IOException {
      String namespace = "";
      String name = "";
      String resourceVersion = "";
      String uid = "";
      boolean deleting = false;
      Map<String, String> labels = Map.of();
      Annotations annotations = new Annotations();
      if (fields.enters()) {
        for (String field = fields.next(); field != null; field = fields.next()) {
          switch (field) {
            case "namespace" -> namespace = recurring();
            case "name" -> name = fields.text();
            case "resourceVersion" -> resourceVersion = fields.text();
            case "uid" -> uid = keepUid();
            case "deletionTimestamp" -> deleting = !fields.text().isEmpty();
            case "labels" -> labels = texts();
            case "annotations" -> annotations.read();
            default -> fields.skip();
          }
        }
      }
      metadata =
          new K0rdentObject.Metadata(
              namespace,
              name,
              resourceVersion,
              deleting,
              "true".equals(labels.get(MANAGED_LABEL)),
              annotations.isDefaultChain,
              Optional.ofNullable(annotations.exempt),
              Optional.ofNullable(annotations.succeeds),
              labels,
              uid,
              Optional.ofNullable(annotations.lastApplied));
    }

    /** Nobody asks who an object is that a cache knows; there are many. No rule reads it. */
    private String keepUid() throws IOException {
      boolean kept = strict && fields.parser().currentToken() == JsonToken.VALUE_STRING;
      String uid = kept ? fields.parser().getText() : "";
      fields.skip();
      return uid;
    }

    /** Those that say something to Pathgate; the others are not even decoded. */
    private final class Annotations {
      private boolean isDefaultChain;
      private String exempt;
      private String succeeds;
      private String lastApplied;

      void read() throws IOException {
        if (!fields.enters()) {
          return;
        }
        for (String key = fields.next(); key != null; key = fields.next()) {
          switch (key) {
            case DEFAULT_CHAIN_ANNOTATION -> isDefaultChain = fields.text().equals("true");
            case EXEMPT_ANNOTATION -> exempt = fields.text();
            case SUCCEEDS_ANNOTATION -> succeeds = fields.text();
            case LAST_APPLIED_ANNOTATION -> readLastApplied();
            default -> fields.passText();
          }
        }
      }

      /** As long as a file, and asked of what somebody sends alone. */
      private void readLastApplied() throws IOException {
        if (strict) {
          lastApplied = fields.text();
        } else {
          fields.skip();
        }
      }
    }

    /** The members here that are texts. */
    private Map<String, String> texts() throws IOException {
      Map<String, String> texts = new HashMap<>();
      if (fields.enters()) {
        for (String key = fields.next(); key != null; key = fields.next()) {
          if (fields.passText()) {
            texts.put(forCache ? key.intern() : key, recurring());
          }
        }
      }
      return texts;
    }

    private void spec() throws IOException {
      services = List.of();
      templates = List.of();
      JsonParser parser = fields.parser();
      if (!keepSpec || parser.currentToken() != JsonToken.START_OBJECT) {
        spec = Optional.empty();
        specMembers();
        return;
      }
      SpecDigest digest = new SpecDigest(parser);
      fields.readFrom(digest);
      specMembers();
      fields.readFrom(parser);
      spec = Optional.of(digest.result());
    }

    private void specMembers() throws IOException {
      if (!fields.enters()) {
        return;
      }
      for (String field = fields.next(); field != null; field = fields.next()) {
        boolean isRead =
            switch (field) {
              case "serviceSpec" ->
                  mayBe(Kind.CLUSTER_DEPLOYMENT) || mayBe(Kind.MULTI_CLUSTER_SERVICE);
              case "clusterSelector" -> mayBe(Kind.MULTI_CLUSTER_SERVICE);
              case "supportedTemplates" -> mayBe(Kind.SERVICE_TEMPLATE_CHAIN);
              case "version", "helm" -> mayBe(Kind.SERVICE_TEMPLATE);
              default -> false;
            };
        switch (isRead ? field : "") {
          case "serviceSpec" -> member("services", () -> services = fields.items(this::service));
          // No field that a review is refused for: k0rdent itself takes what the CRD does.
          case "clusterSelector" ->
              selector = lenient().new Reading(fields.parser(), fields.place()).selector();
          case "supportedTemplates" -> templates = fields.items(this::supportedTemplate);
          case "version" -> version = fields.text();
          case "helm" ->
              member("chartSpec", () -> member("version", () -> chartVersion = fields.text()));
          default -> fields.skip();
        }
      }
    }

    /**
     * Whether the object is of that kind, as far as is known: a field of another kind may be
     * anything, and a manifest may tell its kind last.
     */
    private boolean mayBe(Kind wanted) {
      return kind.isEmpty() || kind.equals(wanted.kindName());
    }

    /** Reads the one member of the object here that is wanted. */
    private void member(String wanted, Value value) throws IOException {
      if (!fields.enters()) {
        return;
      }
      for (String field = fields.next(); field != null; field = fields.next()) {
        if (field.equals(wanted)) {
          value.read();
        } else {
          fields.skip();
        }
      }
    }

    /** The text here, such as other objects have too. */
    private String recurring() throws IOException {
      String text = fields.text();
      return forCache ? text.intern() : text;
    }

    private Service service() throws IOException {
      String namespace = "";
      String name = "";
      String template = "";
      String chain = null;
      String serviceVersion = "";
      boolean disabled = false;
      if (fields.enters()) {
        for (String field = fields.next(); field != null; field = fields.next()) {
          switch (field) {
            case "namespace" -> namespace = recurring();
            case "name" -> name = recurring();
            case "template" -> template = recurring();
            case "templateChain" -> chain = fields.passText() ? recurring() : null;
            case "version" -> serviceVersion = recurring();
            // No field that a review is refused for: no denial rests on it.
            case "disable" -> {
              disabled = fields.parser().currentToken() == JsonToken.VALUE_TRUE;
              fields.skip();
            }
            default -> fields.skip();
          }
        }
      }
      return new Service(
          namespace,
          name,
          template,
          chain == null ? "" : chain,
          serviceVersion,
          chain == null,
          disabled);
    }

    private ClusterSelector selector() throws IOException {
      Map<String, String> labels = new HashMap<>();
      List<ClusterSelector.Requirement> requirements = new ArrayList<>();
      if (fields.enters()) {
        for (String field = fields.next(); field != null; field = fields.next()) {
          switch (field) {
            case "matchLabels" -> matchLabels(labels);
            case "matchExpressions" -> requirements.addAll(fields.items(this::requirement));
            default -> fields.skip();
          }
        }
      }
      return new ClusterSelector(labels, requirements);
    }

    private void matchLabels(Map<String, String> labels) throws IOException {
      if (fields.enters()) {
        for (String label = fields.next(); label != null; label = fields.next()) {
          labels.put(label, fields.text());
        }
      }
    }

    private ClusterSelector.Requirement requirement() throws IOException {
      String key = "";
      String operator = "";
      List<String> values = new ArrayList<>();
      if (fields.enters()) {
        for (String field = fields.next(); field != null; field = fields.next()) {
          switch (field) {
            case "key" -> key = fields.text();
            case "operator" -> operator = fields.text();
            case "values" -> values.addAll(fields.items(fields::text));
            default -> fields.skip();
          }
        }
      }
      return new ClusterSelector.Requirement(key, operator, values);
    }

    private SupportedTemplate supportedTemplate() throws IOException {
      String name = "";
      List<AvailableUpgrade> upgrades = new ArrayList<>();
      if (fields.enters()) {
        for (String field = fields.next(); field != null; field = fields.next()) {
          switch (field) {
            case "name" -> name = recurring();
            case "availableUpgrades" -> upgrades.addAll(fields.items(this::availableUpgrade));
            default -> fields.skip();
          }
        }
      }
      return new SupportedTemplate(name, upgrades);
    }

    private AvailableUpgrade availableUpgrade() throws IOException {
      String name = "";
      String given = "";
      if (fields.enters()) {
        for (String field = fields.next(); field != null; field = fields.next()) {
          switch (field) {
            case "name" -> name = recurring();
            case "version" -> given = recurring();
            default -> fields.skip();
          }
        }
      }
      return edges.shared(name, given.isEmpty() ? Optional.empty() : Optional.of(given));
    }

    private void status() throws IOException {
      member("servicesUpgradePaths", () -> published = fields.items(this::publishedPaths));
    }

    private PublishedPaths publishedPaths() throws IOException {
      String namespace = "";
      String name = "";
      String template = "";
      List<String> destinations = new ArrayList<>();
      if (fields.enters()) {
        for (String field = fields.next(); field != null; field = fields.next()) {
          switch (field) {
            case "namespace" -> namespace = fields.text();
            case "name" -> name = fields.text();
            case "template" -> template = fields.text();
            case "availableUpgrades" ->
                fields.items(this::destinations).forEach(destinations::addAll);
            default -> fields.skip();
          }
        }
      }
      String identity = (namespace.isEmpty() ? Service.DEFAULT_NAMESPACE : namespace) + "/" + name;
      return new PublishedPaths(identity, template, destinations);
    }

    /**
     * The last template of {@code upgradePaths} and of {@code versions}, which k0rdent 1.6 adds.
     */
    private List<String> destinations() throws IOException {
      List<String> ends = new ArrayList<>();
      if (fields.enters()) {
        for (String field = fields.next(); field != null; field = fields.next()) {
          switch (field) {
            case "upgradePaths" -> last(fields.items(fields::text), ends);
            case "versions" -> last(fields.items(() -> availableUpgrade().name()), ends);
            default -> fields.skip();
          }
        }
      }
      return ends;
    }

    private static void last(List<String> path, List<String> ends) {
      if (!path.isEmpty()) {
        ends.add(path.get(path.size() - 1));
      }
    }
  }

  private interface Value {
    void read() throws IOException;
  }
}
