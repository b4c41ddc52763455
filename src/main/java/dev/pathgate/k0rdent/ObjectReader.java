package dev.pathgate.k0rdent;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
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
 * Reads the few fields that Pathgate needs off a token stream, JSON or YAML, and skips the rest: no
 * tree of the whole object is built, and fields that a newer CRD adds are passed over.
 *
 * <p>A strict reader refuses a needed field of another type with {@link UnexpectedType}; a lenient
 * one, for what the API server itself says, takes it as absent.
 */
public final class ObjectReader {
  private static final String MANAGED_LABEL = "k0rdent.mirantis.com/managed";
  private static final String DEFAULT_CHAIN_ANNOTATION = "pathgate.dev/default-chain";
  private static final String SUCCEEDS_ANNOTATION = "pathgate.dev/succeeds";
  private static final String EXEMPT_ANNOTATION = "pathgate.dev/exempt";
  private static final String LAST_APPLIED_ANNOTATION =
      "kubectl.kubernetes.io/last-applied-configuration";
  private static final String WRITTEN_OUT = "written out; YAML aliases are not followed";

  private final boolean strict;
  private final boolean keepSpec;

  private ObjectReader(boolean strict, boolean keepSpec) {
    this.strict = strict;
    this.keepSpec = keepSpec;
  }

  /** A reader for input that somebody sends or writes. */
  public static ObjectReader strict() {
    return new ObjectReader(true, false);
  }

  /** A strict reader that keeps what the whole {@code spec} comes to, which immutability needs. */
  public static ObjectReader strictKeepingSpec() {
    return new ObjectReader(true, true);
  }

  /** A reader for what the API server stores. */
  public static ObjectReader lenient() {
    return new ObjectReader(false, false);
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

  /** One pass over one object: the parser, and what was found so far. */
  private final class Reading {
    private JsonParser parser;
    private final String root;
    private final JsonStreamContext outside;

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
      this.parser = parser;
      this.root = root;
      JsonStreamContext here = parser.getParsingContext();
      this.outside = parser.currentToken().isStructStart() ? here.getParent() : here;
    }

    K0rdentObject object() throws IOException {
      members(
          name -> {
            switch (name) {
              case "apiVersion" -> apiVersion = text();
              case "kind" -> kind = text();
              case "metadata" -> metadata();
              case "spec" -> spec();
              case "status" -> status();
              default -> parser.skipChildren();
            }
          });
      return new K0rdentObject(
          apiVersion,
          kind,
          kind.equals(Kind.CLUSTER_DEPLOYMENT.word()) ? metadata : metadata.withoutLabels(),
          services,
          published,
          templates,
          selector,
          version.isEmpty() ? chartVersion : version,
          spec);
    }

    private void metadata() throws IOException {
      String[] texts = {"", "", "", ""};
      boolean[] flags = new boolean[2];
      String[] chosen = new String[3];
      Map<String, String> labels = new HashMap<>();
      members(
          name -> {
            switch (name) {
              case "namespace" -> texts[0] = text();
              case "name" -> texts[1] = text();
              case "resourceVersion" -> texts[2] = text();
              case "uid" -> texts[3] = keepUid();
              case "deletionTimestamp" -> flags[0] = !text().isEmpty();
              case "labels" ->
                  members(
                      label -> {
                        if (passText()) {
                          labels.put(label, parser.getText());
                        }
                      });
              case "annotations" ->
                  members(
                      annotation -> {
                        switch (annotation) {
                          case DEFAULT_CHAIN_ANNOTATION -> flags[1] = text().equals("true");
                          case EXEMPT_ANNOTATION -> chosen[0] = text();
                          case SUCCEEDS_ANNOTATION -> chosen[1] = text();
                          case LAST_APPLIED_ANNOTATION -> chosen[2] = strict ? text() : null;
                          default -> passText();
                        }
                      });
              default -> parser.skipChildren();
            }
          });
      metadata =
          new K0rdentObject.Metadata(
              texts[0],
              texts[1],
              texts[2],
              flags[0],
              "true".equals(labels.get(MANAGED_LABEL)),
              flags[1],
              Optional.ofNullable(chosen[0]),
              Optional.ofNullable(chosen[1]),
              labels,
              texts[3],
              Optional.ofNullable(chosen[2]));
    }

    /** Nobody asks who an object is that a cache knows; there are many. No rule reads it. */
    private String keepUid() throws IOException {
      boolean kept = strict && parser.currentToken() == JsonToken.VALUE_STRING;
      String uid = kept ? parser.getText() : "";
      parser.skipChildren();
      return uid;
    }

    private void spec() throws IOException {
      services = List.of();
      templates = List.of();
      if (!keepSpec || parser.currentToken() != JsonToken.START_OBJECT) {
        spec = Optional.empty();
        specMembers();
        return;
      }
      JsonParser whole = parser;
      SpecDigest digest = new SpecDigest(whole);
      parser = digest;
      specMembers();
      parser = whole;
      spec = Optional.of(digest.result());
    }

    private void specMembers() throws IOException {
      members(
          name -> {
            switch (name) {
              case "serviceSpec" -> {
                if (mayBe(Kind.CLUSTER_DEPLOYMENT) || mayBe(Kind.MULTI_CLUSTER_SERVICE)) {
                  member("services", () -> services = items(this::service));
                } else {
                  parser.skipChildren();
                }
              }
              case "clusterSelector" -> {
                if (mayBe(Kind.MULTI_CLUSTER_SERVICE)) {
                  // No field that a review is refused for: k0rdent itself takes what the CRD does.
                  selector = lenient().new Reading(parser, place()).selector();
                } else {
                  parser.skipChildren();
                }
              }
              case "supportedTemplates" -> {
                if (mayBe(Kind.SERVICE_TEMPLATE_CHAIN)) {
                  templates = items(this::supportedTemplate);
                } else {
                  parser.skipChildren();
                }
              }
              case "version" -> {
                if (mayBe(Kind.SERVICE_TEMPLATE)) {
                  version = text();
                } else {
                  parser.skipChildren();
                }
              }
              case "helm" -> {
                if (mayBe(Kind.SERVICE_TEMPLATE)) {
                  member("chartSpec", () -> member("version", () -> chartVersion = text()));
                } else {
                  parser.skipChildren();
                }
              }
              default -> parser.skipChildren();
            }
          });
    }

    /**
     * Whether the object is of that kind, as far as is known: a field of another kind may be
     * anything, and a manifest may tell its kind last.
     */
    private boolean mayBe(Kind wanted) {
      return kind.isEmpty() || kind.equals(wanted.word());
    }

    /** Reads the one member of the object here that is wanted. */
    private void member(String wanted, Value value) throws IOException {
      members(
          name -> {
            if (name.equals(wanted)) {
              value.read();
            } else {
              parser.skipChildren();
            }
          });
    }

    private Service service() throws IOException {
      String[] texts = {"", "", "", null, ""};
      members(
          name -> {
            switch (name) {
              case "namespace" -> texts[0] = text();
              case "name" -> texts[1] = text();
              case "template" -> texts[2] = text();
              case "templateChain" -> texts[3] = passText() ? parser.getText() : null;
              case "version" -> texts[4] = text();
              default -> parser.skipChildren();
            }
          });
      return new Service(
          texts[0],
          texts[1],
          texts[2],
          texts[3] == null ? "" : texts[3],
          texts[4],
          texts[3] == null);
    }

    private ClusterSelector selector() throws IOException {
      Map<String, String> labels = new HashMap<>();
      List<ClusterSelector.Requirement> requirements = new ArrayList<>();
      members(
          name -> {
            switch (name) {
              case "matchLabels" -> members(label -> labels.put(label, text()));
              case "matchExpressions" -> requirements.addAll(items(this::requirement));
              default -> parser.skipChildren();
            }
          });
      return new ClusterSelector(labels, requirements);
    }

    private ClusterSelector.Requirement requirement() throws IOException {
      String[] texts = {"", ""};
      List<String> values = new ArrayList<>();
      members(
          name -> {
            switch (name) {
              case "key" -> texts[0] = text();
              case "operator" -> texts[1] = text();
              case "values" -> values.addAll(items(this::text));
              default -> parser.skipChildren();
            }
          });
      return new ClusterSelector.Requirement(texts[0], texts[1], values);
    }

    private SupportedTemplate supportedTemplate() throws IOException {
      String[] template = {""};
      List<AvailableUpgrade> upgrades = new ArrayList<>();
      members(
          name -> {
            switch (name) {
              case "name" -> template[0] = text();
              case "availableUpgrades" -> upgrades.addAll(items(this::availableUpgrade));
              default -> parser.skipChildren();
            }
          });
      return new SupportedTemplate(template[0], upgrades);
    }

    private AvailableUpgrade availableUpgrade() throws IOException {
      String[] texts = {"", ""};
      members(
          name -> {
            switch (name) {
              case "name" -> texts[0] = text();
              case "version" -> texts[1] = text();
              default -> parser.skipChildren();
            }
          });
      return new AvailableUpgrade(
          texts[0], texts[1].isEmpty() ? Optional.empty() : Optional.of(texts[1]));
    }

    private void status() throws IOException {
      members(
          name -> {
            if (name.equals("servicesUpgradePaths")) {
              published = items(this::publishedPaths);
            } else {
              parser.skipChildren();
            }
          });
    }

    private PublishedPaths publishedPaths() throws IOException {
      String[] texts = {Service.DEFAULT_NAMESPACE, "", ""};
      List<String> destinations = new ArrayList<>();
      members(
          name -> {
            switch (name) {
              case "namespace" -> texts[0] = text();
              case "name" -> texts[1] = text();
              case "template" -> texts[2] = text();
              case "availableUpgrades" -> items(this::destinations).forEach(destinations::addAll);
              default -> parser.skipChildren();
            }
          });
      String namespace = texts[0].isEmpty() ? Service.DEFAULT_NAMESPACE : texts[0];
      return new PublishedPaths(namespace + "/" + texts[1], texts[2], destinations);
    }

    /**
     * The last template of {@code upgradePaths} and of {@code versions}, which k0rdent 1.6 adds.
     */
    private List<String> destinations() throws IOException {
      List<String> ends = new ArrayList<>();
      members(
          name -> {
            switch (name) {
              case "upgradePaths" -> last(items(this::text), ends);
              case "versions" -> last(items(() -> availableUpgrade().name()), ends);
              default -> parser.skipChildren();
            }
          });
      return ends;
    }

    private static void last(List<String> path, List<String> ends) {
      if (!path.isEmpty()) {
        ends.add(path.get(path.size() - 1));
      }
    }

    private void members(Member member) throws IOException {
      if (!opens(JsonToken.START_OBJECT, "an object")) {
        return;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (strict && name.equals("<<") && parser instanceof YAMLParser) {
          throw unexpected(WRITTEN_OUT);
        }
        member.read(name);
      }
    }

    private <T> List<T> items(Item<T> item) throws IOException {
      if (!opens(JsonToken.START_ARRAY, "a list")) {
        return List.of();
      }
      List<T> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (strict && parser.currentToken() == JsonToken.VALUE_NULL) {
          throw unexpected("set");
        }
        items.add(item.read());
      }
      return items;
    }

    private String text() throws IOException {
      return passText() ? parser.getText() : "";
    }

    /** Whether there is a text here, which need not be decoded to know that. */
    private boolean passText() throws IOException {
      return (parser.currentToken() == JsonToken.VALUE_STRING && !isAlias()) || absent("a string");
    }

    private boolean opens(JsonToken token, String expected) throws IOException {
      return parser.currentToken() == token || absent(expected);
    }

    /** Passes over what is not as expected; always false. */
    private boolean absent(String expected) throws IOException {
      if (strict && parser.currentToken() != JsonToken.VALUE_NULL) {
        throw unexpected(isAlias() ? WRITTEN_OUT : expected);
      }
      parser.skipChildren();
      return false;
    }

    /** Whether this is the name of a YAML anchor, which the parser gives as if it were the text. */
    private boolean isAlias() throws IOException {
      return parser instanceof YAMLParser yaml && yaml.isCurrentAlias();
    }

    private UnexpectedType unexpected(String expected) {
      return new UnexpectedType(parser, place(), expected);
    }

    /** Where the parser is, such as {@code spec.serviceSpec.services[0].name}. */
    private String place() {
      StringBuilder place = new StringBuilder();
      JsonStreamContext at = parser.getParsingContext();
      while (at != outside) {
        if (at.inArray() && at.hasCurrentIndex()) {
          place.insert(0, "[" + at.getCurrentIndex() + "]");
        } else if (at.hasCurrentName()) {
          place.insert(0, "." + at.getCurrentName());
        }
        at = at.getParent();
      }
      place.insert(0, root);
      if (place.isEmpty()) {
        return "the document";
      }
      return place.charAt(0) == '.' ? place.substring(1) : place.toString();
    }
  }

  private interface Member {
    void read(String name) throws IOException;
  }

  private interface Value {
    void read() throws IOException;
  }

  private interface Item<T> {
    T read() throws IOException;
  }
}
