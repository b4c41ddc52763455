package dev.pathgate.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.chain.AvailableUpgrade;
import java.util.List;

/** The value of {@code status.servicesUpgradePaths} as the served schema can hold it. */
final class StatusJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private StatusJson() {}

  /** An entry without a way to go has no {@code availableUpgrades} at all. */
  static ArrayNode paths(UpgradePaths paths, boolean withVersions) {
    ArrayNode value = NODES.arrayNode();
    for (UpgradePaths.Entry entry : paths.entries()) {
      if (entry.unchanged().isPresent()) {
        value.add(entry.unchanged().get());
        continue;
      }
      ObjectNode json = value.addObject();
      json.put("name", entry.service().name());
      json.put("namespace", entry.service().namespace());
      json.put("template", entry.service().template());
      if (!entry.paths().isEmpty()) {
        ArrayNode upgrades = json.putArray("availableUpgrades");
        entry.paths().forEach(path -> upgrades.add(path(path, withVersions)));
      }
    }
    return value;
  }

  private static JsonNode path(List<AvailableUpgrade> steps, boolean withVersions) {
    ObjectNode path = NODES.objectNode();
    ArrayNode names = path.putArray("upgradePaths");
    steps.forEach(step -> names.add(step.name()));
    if (withVersions) {
      ArrayNode versions = path.putArray("versions");
      for (AvailableUpgrade step : steps) {
        versions.addObject().put("name", step.name()).put("version", version(step));
      }
    }
    return path;
  }

  /** k0rdent 1.6 to 1.8 require a version where a chain need not have one. */
  static String version(AvailableUpgrade step) {
    return step.version().filter(version -> !version.isEmpty()).orElse(step.name());
  }
}
