package dev.pathgate.cluster;

import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.ObjectRef;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The labels of the ClusterDeployments that are known and are not being deleted. */
final class ClusterLabels {
  private static final Comparator<ObjectRef> BY_PLACE =
      Comparator.comparing(ObjectRef::namespace).thenComparing(ObjectRef::name);

  private final Map<ObjectRef, Map<String, String>> labels = new ConcurrentHashMap<>();

  void put(ObjectRef cluster, K0rdentObject.Metadata metadata) {
    if (metadata.deleting()) {
      remove(cluster);
    } else {
      labels.put(cluster, shared(metadata.labels()));
    }
  }

  /** A copy whose texts are held once, since the same few labels recur in every object. */
  private static Map<String, String> shared(Map<String, String> labels) {
    Map<String, String> shared = new HashMap<>();
    labels.forEach((key, value) -> shared.put(key.intern(), value.intern()));
    return Map.copyOf(shared);
  }

  void remove(ObjectRef cluster) {
    labels.remove(cluster);
  }

  /** Those that are selected, by namespace and name. */
  List<ObjectRef> matching(ClusterSelector selector) {
    return labels.entrySet().stream()
        .filter(cluster -> selector.selects(cluster.getValue()))
        .map(Map.Entry::getKey)
        .sorted(BY_PLACE)
        .toList();
  }
}
