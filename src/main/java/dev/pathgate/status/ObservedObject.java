package dev.pathgate.status;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pathgate.cluster.CachedKind;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.ObjectReader;
import java.io.IOException;
import java.util.Map;

/**
 * An object that lists services, as a cache brings it to the status patcher.
 *
 * @param observed what is kept of it
 * @param paths {@code status.servicesUpgradePaths}, which is not
 */
record ObservedObject(K0rdentObject object, Observed observed, JsonNode paths)
    implements CachedKind.Named {
  /** Reads an object that the API server stores. */
  static ObservedObject read(JsonParser parser) throws IOException {
    ObjectNode json = PickedFields.of(parser);
    JsonNode status = json.path("status");
    json.remove("status");
    try (JsonParser tree = json.traverse()) {
      tree.nextToken();
      K0rdentObject object = ObjectReader.forCache().read(tree, "");
      return new ObservedObject(
          object, Observed.of(json, status, object), status.path("servicesUpgradePaths"));
    }
  }

  /** The stored entries of services that have another template now, by the service's place. */
  Map<Integer, JsonNode> moved() {
    return Observed.moved(paths, object.services());
  }

  @Override
  public K0rdentObject.Metadata metadata() {
    return object.metadata();
  }
}
