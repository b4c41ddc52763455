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

    private boolean holds(Labels labels) {
      return switch (operator) {
        case "In" -> isOneOfThem(labels);
        // An absent label is none of the values.
        case "NotIn" -> !values.isEmpty() && !isOneOfThem(labels);
        case "Exists" -> values.isEmpty() && labels.has(key);
        case "DoesNotExist" -> values.isEmpty() && !labels.has(key);
        default -> false;
      };
    }

    private boolean isOneOfThem(Labels labels) {
      return values.stream().anyMatch(value -> labels.has(key, value));
    }
  }

  /** The labels of a ClusterDeployment, however they are kept. */
  public interface Labels {
    /** Whether it has the label. */
    boolean has(String key);

    /** Whether it has the label with that value. */
    boolean has(String key, String value);

    /** Labels as an object has them. */
    static Labels of(Map<String, String> labels) {
      return new Labels() {
        @Override
        public boolean has(String key) {
          return labels.containsKey(key);
        }

        @Override
        public boolean has(String key, String value) {
          return value.equals(labels.get(key));
        }
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
  public boolean selects(Labels labelsOfCluster) {
    return !isEmpty()
        && labels.entrySet().stream()
            .allMatch(label -> labelsOfCluster.has(label.getKey(), label.getValue()))
        && requirements.stream().allMatch(requirement -> requirement.holds(labelsOfCluster));
  }
}
