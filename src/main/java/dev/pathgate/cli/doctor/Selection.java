package dev.pathgate.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What a label selector asks for. */
final class Selection {
  private Selection() {}

  /** Each requirement as {@code kubectl -l} takes it; none where the selector takes everything. */
  static Set<String> requirements(JsonNode selector) {
    Set<String> requirements = new LinkedHashSet<>();
    selector
        .path("matchLabels")
        .properties()
        .forEach(label -> requirements.add(label.getKey() + "=" + label.getValue().asText()));
    for (JsonNode wanted : selector.path("matchExpressions")) {
      String key = wanted.path("key").asText();
      String operator = wanted.path("operator").asText();
      requirements.add(
          switch (operator) {
            case "Exists" -> key;
            case "DoesNotExist" -> "!" + key;
            default ->
                key
                    + " "
                    + operator.toLowerCase(Locale.ROOT)
                    + StreamSupport.stream(wanted.path("values").spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.joining(",", " (", ")"));
          });
    }
    return requirements;
  }
}
