package dev.pathgate.rule;

import java.util.List;
import java.util.Map;

/**
 * Which ClusterDeployments a MultiClusterService is rolled out to, by their labels, as k0rdent
 * reads it: all requirements hold together. One without any selects nothing, as k0rdent has it from
 * 1.9 on, and so does one that k0rdent can't take, of which it rolls out nothing.
 *
 * @param labels {@code matchLabels}: what a label must be
 * @param requirements {@code matchExpressions}
 */
public record ClusterSelector(Map<String, String> labels, List<Requirement> requirements) {
  /** Selects nothing. */
  public static final ClusterSelector NONE = new ClusterSelector(Map.of(), List.of());

  /**
   * One of {@code matchExpressions}.
   *
   * @param operator as written: In, NotIn, Exists or DoesNotExist
   */
  public record Requirement(String key, String operator, List<String> values) {
    public Requirement {
      values = List.copyOf(values);
    }

    private boolean holds(Map<String, String> labels) {
      String value = labels.get(key);
      return switch (operator) {
        case "In" -> value != null && values.contains(value);
        // An absent label is none of the values.
        case "NotIn" -> !values.isEmpty() && (value == null || !values.contains(value));
        case "Exists" -> values.isEmpty() && value != null;
        case "DoesNotExist" -> values.isEmpty() && value == null;
        default -> false;
      };
    }
  }

  public ClusterSelector {
    labels = Map.copyOf(labels);
    requirements = List.copyOf(requirements);
  }

  /** Whether there is nothing that it can select. */
  public boolean isEmpty() {
    return labels.isEmpty() && requirements.isEmpty();
  }

  /** Whether it selects a ClusterDeployment with these labels. */
  public boolean selects(Map<String, String> labelsOfCluster) {
    return !isEmpty()
        && labels.entrySet().stream()
            .allMatch(label -> label.getValue().equals(labelsOfCluster.get(label.getKey())))
        && requirements.stream().allMatch(requirement -> requirement.holds(labelsOfCluster));
  }
}
