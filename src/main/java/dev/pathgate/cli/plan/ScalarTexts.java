package dev.pathgate.cli.plan;

import dev.pathgate.cluster.Lines;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * A manifest's text with some of its values replaced, added or taken away where they stand: all
 * else, comments and order included, stays as it is, byte by byte.
 */
final class ScalarTexts {
  /** A value in the text, from {@code start} to {@code end}. */
  private record Scalar(int start, int end, ScalarStyle style) {}

  private record Replacement(int end, String text) {}

  private static final Resolver TYPES = new Resolver();

  private final String text;
  private final Map<Lines.Place, Scalar> scalars = new HashMap<>();
  private final TreeMap<Integer, Replacement> replacements = new TreeMap<>();

  ScalarTexts(String text) {
    this.text = text;
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Integer.MAX_VALUE);
    try {
      ParserImpl parser = new ParserImpl(new StreamReader(text), options);
      int[] at = {0, 0};
      for (Event event = parser.getEvent(); event != null; event = parser.getEvent()) {
        if (event instanceof ScalarEvent scalar) {
          Lines.Place place =
              new Lines.Place(
                  scalar.getStartMark().getLine() + 1, scalar.getStartMark().getColumn() + 1);
          int start = offset(at, scalar.getStartMark().getIndex());
          int end = offset(at, scalar.getEndMark().getIndex());
          scalars.put(place, new Scalar(start, end, scalar.getScalarStyle()));
        }
      }
    } catch (YAMLException broken) {
      // what stands before it can still be edited
    }
  }

  /** The parser counts code points; {@code at} is how far both counts have come. */
  private int offset(int[] at, int codePoints) {
    at[1] = text.offsetByCodePoints(at[1], codePoints - at[0]);
    at[0] = codePoints;
    return at[1];
  }

  /** Writes another value in the place of the one there; false if it can't be done. */
  boolean replace(Optional<Lines.Place> place, String value) {
    Scalar scalar = place.map(scalars::get).orElse(null);
    if (scalar == null
        || scalar.style() == ScalarStyle.LITERAL
        || scalar.style() == ScalarStyle.FOLDED) {
      return false;
    }
    replacements.put(scalar.start(), new Replacement(scalar.end(), written(value, scalar.style())));
    return true;
  }

  /** Writes a key and its value after the value of a sibling; false if it can't be done. */
  boolean addAfter(Optional<Lines.Place> sibling, String key, String value) {
    Scalar scalar = sibling.map(scalars::get).orElse(null);
    int keyStart = scalar == null ? -1 : keyStart(scalar.start());
    if (keyStart < 0) {
      return false;
    }
    boolean quoted = text.charAt(keyStart) == '"';
    if (isBlock(keyStart)) {
      int lineEnd = lineEnd(scalar.end());
      String newline = lineEnd > 0 && text.charAt(lineEnd - 1) == '\r' ? "\r\n" : "\n";
      int at = newline.length() == 2 ? lineEnd - 1 : lineEnd;
      String indent = " ".repeat(keyStart - lineStart(keyStart));
      return insert(at, newline + indent + key + ": " + written(value, ScalarStyle.PLAIN));
    }
    return insert(
        scalar.end(),
        quoted
            ? ", \"" + key + "\": " + written(value, ScalarStyle.DOUBLE_QUOTED)
            : ", " + key + ": " + written(value, ScalarStyle.PLAIN));
  }

  private boolean insert(int at, String added) {
    Replacement there = replacements.get(at);
    replacements.put(at, new Replacement(at, (there == null ? "" : there.text()) + added));
    return there == null || there.end() == at;
  }

  /** Takes a key and its value away; false if it can't be done. */
  boolean remove(Optional<Lines.Place> place) {
    Scalar scalar = place.map(scalars::get).orElse(null);
    int keyStart = scalar == null ? -1 : keyStart(scalar.start());
    if (keyStart < 0) {
      return false;
    }
    int start;
    int end;
    if (isBlock(keyStart)) {
      start = lineStart(keyStart);
      end = Math.min(text.length(), lineEnd(scalar.end()) + 1);
      if (!text.substring(start, keyStart).isBlank()) {
        return false; // the entry's first key, behind its dash
      }
    } else {
      start = text.lastIndexOf(',', keyStart);
      end = scalar.end();
      if (start < 0 || !text.substring(start + 1, keyStart).isBlank()) {
        return false;
      }
    }
    replacements.put(start, new Replacement(end, ""));
    return true;
  }

  /** Where the key of the value at {@code start} begins, if it stands on the same line. */
  private int keyStart(int start) {
    int at = start - 1;
    while (at >= 0 && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at--;
    }
    if (at < 0 || text.charAt(at) != ':') {
      return -1;
    }
    while (at > 0 && " \t,{\n".indexOf(text.charAt(at - 1)) < 0) {
      at--;
    }
    return at;
  }

  private boolean isBlock(int keyStart) {
    return text.substring(lineStart(keyStart), keyStart).matches("[ -]*");
  }

  private int lineStart(int at) {
    return text.lastIndexOf('\n', at - 1) + 1;
  }

  /** Where the line's end begins, the text's end if it has none. */
  private int lineEnd(int at) {
    int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end;
  }

  private static String written(String value, ScalarStyle style) {
    if (style == ScalarStyle.SINGLE_QUOTED) {
      return "'" + value.replace("'", "''") + "'";
    }
    boolean plain =
        value.matches("[A-Za-z0-9][A-Za-z0-9._-]*")
            && TYPES.resolve(NodeId.scalar, value, true).equals(Tag.STR)
            && !value.matches("(?i)true|false|null|yes|no|on|off|y|n");
    return style == ScalarStyle.PLAIN && plain
        ? value
        : "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /** The text with all that. */
  String edited() {
    StringBuilder edited = new StringBuilder(text);
    replacements
        .descendingMap()
        .forEach((start, change) -> edited.replace(start, change.end(), change.text()));
    return edited.toString();
  }
}
