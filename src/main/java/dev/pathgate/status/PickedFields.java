package dev.pathgate.status;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.kube.KubernetesJson;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the fields of an object that the status patcher looks at into a tree, and skips the rest:
 * annotations, {@code values} and what others own are most of an object.
 */
final class PickedFields {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectMapper TREES = new ObjectMapper();

  private static final PickedFields ALL = new PickedFields();
  private static final PickedFields OBJECT =
      new PickedFields()
          .all("apiVersion", "kind")
          .with(
              "metadata",
              new PickedFields()
                  .all("namespace", "name", "uid", "resourceVersion")
                  .all("generation", "deletionTimestamp")
                  .with(
                      "managedFields",
                      new PickedFields()
                          .all("manager", "operation", "subresource")
                          .with("fieldsV1", owned())))
          .with(
              "spec",
              new PickedFields()
                  .with(
                      "serviceSpec",
                      new PickedFields()
                          .with(
                              "services",
                              new PickedFields()
                                  .all("name", "namespace", "template")
                                  .all("templateChain", "version"))))
          .with(
              "status",
              new PickedFields()
                  .all("servicesUpgradePaths")
                  .with(
                      "conditions",
                      new PickedFields()
                          .all("type", "status", "reason", "message")
                          .all("observedGeneration", "lastTransitionTime")));

  private final Map<String, PickedFields> members = new HashMap<>();

  private static PickedFields owned() {
    PickedFields nothing = new PickedFields();
    return new PickedFields()
        .with(
            "f:status",
            new PickedFields()
                .with("f:servicesUpgradePaths", nothing)
                .with("f:conditions", new PickedFields().with(Observed.CONDITION_KEY, nothing)));
  }

  private PickedFields all(String... names) {
    for (String name : names) {
      members.put(name, ALL);
    }
    return this;
  }

  private PickedFields with(String name, PickedFields fields) {
    members.put(name, fields);
    return this;
  }

  /** Reads the object that starts at the current token and leaves the parser at its end. */
  static ObjectNode of(JsonParser parser) throws IOException {
    return OBJECT.pick(parser) instanceof ObjectNode object ? object : NODES.objectNode();
  }

  /** The same of what the API server answered; nothing where it is no object. */
  static ObjectNode of(byte[] answer) {
    try {
      return KubernetesJson.read(answer, parser -> of(parser));
    } catch (IOException noJson) {
      return NODES.objectNode();
    }
  }

  private JsonNode pick(JsonParser parser) throws IOException {
    if (this == ALL) {
      return TREES.readTree(parser);
    }
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      ArrayNode items = NODES.arrayNode();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(object(parser));
      }
      return items;
    }
    return object(parser);
  }

  /** What is no object is of no use where one is looked for. */
  private JsonNode object(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return NODES.nullNode();
    }
    ObjectNode picked = NODES.objectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      PickedFields fields = members.get(name);
      if (fields == null) {
        parser.skipChildren();
      } else {
        picked.set(name, fields.pick(parser));
      }
    }
    return picked;
  }
}
