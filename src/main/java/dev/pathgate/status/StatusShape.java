package dev.pathgate.status;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pathgate.k0rdent.Kind;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the served CRD lets the status of a kind hold. k0rdent's releases differ: {@code versions}
 * came with 1.6, and up to 1.0 {@code conditions} is an atomic list, where to write one condition
 * is to erase the others.
 *
 * @param paths whether there is {@code servicesUpgradePaths} at all
 * @param versions whether an available upgrade has {@code versions}
 * @param conditions whether {@code conditions} is a map by {@code type}
 */
record StatusShape(boolean paths, boolean versions, boolean conditions) {

  /** The shapes of the kinds that an OpenAPI v3 document of k0rdent's group version describes. */
  static Map<Kind, StatusShape> ofOpenApi(JsonNode document) {
    Map<Kind, StatusShape> shapes = new EnumMap<>(Kind.class);
    for (JsonNode schema : document.path("components").path("schemas")) {
      for (JsonNode gvk : schema.path("x-kubernetes-group-version-kind")) {
        if (gvk.path("version").asText().equals(Kind.VERSION)) {
          Kind.of(gvk.path("group").asText(), gvk.path("kind").asText())
              .filter(Kind::hasServices)
              .ifPresent(kind -> shapes.put(kind, of(schema)));
        }
      }
    }
    return shapes;
  }

  /** What it can hold, for people. */
  String words() {
    return paths
        ? "paths"
            + (versions ? " with versions" : " without versions")
            + (conditions ? " and our condition" : ", and not our condition")
        : "no paths";
  }

  private static StatusShape of(JsonNode schema) {
    JsonNode status = schema.path("properties").path("status").path("properties");
    JsonNode paths = status.path("servicesUpgradePaths");
    JsonNode upgrade =
        paths.path("items").path("properties").path("availableUpgrades").path("items");
    JsonNode conditions = status.path("conditions");
    JsonNode keys = conditions.path("x-kubernetes-list-map-keys");
    return new StatusShape(
        paths.isObject(),
        upgrade.path("properties").has("versions"),
        conditions.path("x-kubernetes-list-type").asText().equals("map")
            && keys.size() == 1
            && keys.path(0).asText().equals("type"));
  }
}
