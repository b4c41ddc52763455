package dev.pathgate.status;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pathgate.cluster.CachedKind;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.k0rdent.ObjectReader;
import java.io.IOException;

/**
 * An object that lists services, as a cache brings it to the status patcher.
 *
 * @param observed what is kept of it
 */
record ObservedObject(K0rdentObject object, Observed observed) implements CachedKind.Named {
  private static final ObjectMapper TREES = new ObjectMapper();

  /** Reads an object that the API server stores. */
  static ObservedObject read(JsonParser parser) throws IOException {
    JsonNode json = TREES.readTree(parser);
    try (JsonParser tree = json.traverse()) {
      tree.nextToken();
      K0rdentObject object = ObjectReader.lenient().read(tree, "");
      return new ObservedObject(object, Observed.of(json, object));
    }
  }

  @Override
  public K0rdentObject.Metadata metadata() {
    return object.metadata();
  }
}
