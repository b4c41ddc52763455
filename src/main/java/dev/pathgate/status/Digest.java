package dev.pathgate.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * What remains of a JSON value that is only ever compared: a value may measure 256 KiB, and 10,000
 * of them are known at a time. An absent value, {@code null} and an empty list are the same.
 *
 * <p>128 bits guard against chance, not against people: whoever makes two values collide gets a
 * status that is wrong and not repaired. No verdict rests on one. A digest that withstands people
 * would cost a tenth of a write.
 */
record Digest(long high, long low) {
  static final Digest OF_NOTHING = ofText("");

  /** Equal where the values are equal as JSON. */
  static Digest exact(JsonNode value) {
    return isNothing(value) ? OF_NOTHING : ofText(canonical(value, false));
  }

  /**
   * Equal where the values hold the same things in any order, and lists and members that are empty
   * or absent count as the same. k0rdent's controller writes the entries in the order of a Go map,
   * and sorts the steps of a path as text.
   */
  static Digest asSets(JsonNode value) {
    return isNothing(value) ? OF_NOTHING : ofText(canonical(value, true));
  }

  /**
   * The same for {@code servicesUpgradePaths}, where an available upgrade is no more than the names
   * of its steps, whether they stand in {@code upgradePaths} or in {@code versions}.
   */
  static Digest ofNames(JsonNode paths) {
    JsonNode named = paths.deepCopy();
    for (JsonNode entry : named) {
      for (JsonNode upgrade : entry.path("availableUpgrades")) {
        if (upgrade instanceof ObjectNode object) {
          JsonNode versions = object.remove("versions");
          if (object.path("upgradePaths").isEmpty() && versions != null) {
            ArrayNode names = object.putArray("upgradePaths");
            versions.forEach(version -> names.add(version.path("name").asText()));
          }
        }
      }
    }
    return asSets(named);
  }

  /** Equal where all texts are. */
  static Digest ofTexts(String... texts) {
    StringBuilder all = new StringBuilder();
    for (String text : texts) {
      prefixed(text, all);
    }
    return ofText(all.toString());
  }

  private static boolean isNothing(JsonNode value) {
    return value == null
        || value.isMissingNode()
        || value.isNull()
        || (value.isContainerNode() && value.isEmpty());
  }

  private static String canonical(JsonNode value, boolean unordered) {
    StringBuilder text = new StringBuilder();
    write(value, unordered, text);
    return text.toString();
  }

  private static void write(JsonNode value, boolean unordered, StringBuilder to) {
    if (value.isArray() && unordered) {
      List<String> items = new ArrayList<>();
      value.forEach(item -> items.add(canonical(item, true)));
      to.append('[');
      items.stream().sorted().distinct().forEach(item -> to.append(item).append(','));
      to.append(']');
    } else if (value.isArray()) {
      to.append('[');
      for (JsonNode item : value) {
        write(item, false, to);
        to.append(',');
      }
      to.append(']');
    } else if (value.isObject()) {
      List<String> names = new ArrayList<>(value.size());
      value.fieldNames().forEachRemaining(names::add);
      Collections.sort(names);
      to.append('{');
      for (String name : names) {
        JsonNode member = value.get(name);
        if (!unordered || !isNothing(member)) {
          prefixed(name, to);
          to.append(':');
          write(member, unordered, to);
          to.append(',');
        }
      }
      to.append('}');
    } else if (value.isTextual()) {
      prefixed(value.textValue(), to);
    } else {
      to.append(value);
    }
  }

  /** Its length tells where it ends: nothing in it need be escaped. */
  private static void prefixed(String text, StringBuilder to) {
    to.append('"').append(text.length()).append(':').append(text);
  }

  private static Digest ofText(String canonical) {
    long[] hash = MurmurHash3.hash128x64(canonical.getBytes(StandardCharsets.UTF_8));
    return new Digest(hash[0], hash[1]);
  }
}
