package dev.pathgate.cli.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.pathgate.cluster.Lines;
import dev.pathgate.cluster.Manifests;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.rule.ObjectRef;
import java.io.IOException;
import java.util.Optional;

/**
 * An object of k0rdent, and where it was read.
 *
 * @param origin the file that it stands in; empty for a cluster's
 * @param subject whether the command is asked about it; what is not is there for what rules ask
 * @param liveSpec a cluster's ServiceTemplate's whole spec, its defaults written out
 */
public record Item(
    Kind kind,
    K0rdentObject object,
    Optional<Origin> origin,
    boolean subject,
    Optional<JsonNode> liveSpec) {

  /** An object whose spec is not asked for. */
  public Item(Kind kind, K0rdentObject object, Optional<Origin> origin, boolean subject) {
    this(kind, object, origin, subject, Optional.empty());
  }

  /** Where an object stands. */
  public record Origin(String file, Lines lines, Manifests.Source source) {}

  /** What names it. */
  public ObjectRef ref() {
    return new ObjectRef(kind.kindName(), object.metadata().namespace(), object.metadata().name());
  }

  /** The file, empty for a cluster's. */
  public String file() {
    return origin.map(Origin::file).orElse("");
  }

  /** The line of a field's value, as near as there is; 0 for a cluster's. */
  public int line(String field) {
    return origin.map(at -> at.lines().of(field)).orElse(0);
  }

  /** The line on which the object begins; 0 for a cluster's. */
  public int line() {
    return origin.map(at -> at.lines().document()).orElse(0);
  }

  /** The whole spec; empty where it can't be had. */
  public Optional<JsonNode> spec() {
    if (origin.isEmpty()) {
      return liveSpec;
    }
    try (MappingIterator<JsonNode> documents =
        new YAMLMapper().readerFor(JsonNode.class).readValues(origin.get().source().content())) {
      while (documents.hasNext()) {
        Optional<JsonNode> spec = specIn(documents.next());
        if (spec.isPresent()) {
          return spec;
        }
      }
    } catch (IOException | RuntimeException unusual) {
      return Optional.empty(); // Jackson reads less than the manifests' own reader
    }
    return Optional.empty();
  }

  private Optional<JsonNode> specIn(JsonNode document) {
    if (document.path("items").isArray()) {
      for (JsonNode one : document.path("items")) {
        if (isThis(one)) {
          return Optional.of(one.path("spec"));
        }
      }
    }
    return isThis(document) ? Optional.of(document.path("spec")) : Optional.empty();
  }

  private boolean isThis(JsonNode document) {
    String namespace = document.path("metadata").path("namespace").asText();
    return document.path("kind").asText().equals(kind.kindName())
        && document.path("metadata").path("name").asText().equals(object.metadata().name())
        && (namespace.isEmpty() || namespace.equals(object.metadata().namespace()));
  }

  /** The same place with another object in it. */
  public Item with(K0rdentObject other) {
    return new Item(kind, other, origin, subject, liveSpec);
  }
}
