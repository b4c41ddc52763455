package dev.pathgate.cli.plan;

import dev.pathgate.cli.output.PlainYaml;
import dev.pathgate.cli.plan.MemberPlaces.Member;
import dev.pathgate.cluster.Lines;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;

/**
 * A manifest's text with some of its values replaced, added or taken away where they stand: all
 * else, comments and order included, stays as it is, byte by byte.
 */
final class ScalarTexts {
  private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

  private record Replacement(int end, String text) {}

  private final String text;
  private final Map<Lines.Place, Member> members;
  private final TreeMap<Integer, Replacement> replacements = new TreeMap<>();

  ScalarTexts(String text) {
    this.text = text;
    this.members = MemberPlaces.of(text);
  }

  /** Writes another value in the place of the one there; false if it can't be done. */
  boolean replace(Optional<Lines.Place> place, String value) {
    Optional<Member> member = place.map(members::get);
    Optional<ScalarStyle> style =
        member
            .flatMap(Member::style)
            .filter(found -> found != ScalarStyle.LITERAL && found != ScalarStyle.FOLDED);
    if (style.isEmpty()) {
      return false;
    }
    int start = member.get().start();
    boolean empty = start == member.get().end();
    put(start, member.get().end(), (empty ? " " : "") + written(value, style.get()));
    return true;
  }

  /** Writes a key and its value after the value of a sibling; false if it can't be done. */
  boolean addAfter(Optional<Lines.Place> sibling, String key, String value) {
    Member member = sibling.map(members::get).orElse(null);
    if (member == null) {
      return false;
    }
    if (member.isInBraces()) {
      String added =
          member.hasQuotedKey()
              ? "\"" + key + "\": " + written(value, ScalarStyle.DOUBLE_QUOTED)
              : key + ": " + written(value, ScalarStyle.PLAIN);
      addInBraces(member, added);
    } else {
      int at = lineEnd(member.end());
      String indent = " ".repeat(member.keyStart() - lineStart(member.keyStart()));
      insert(at, newline(at) + indent + key + ": " + written(value, ScalarStyle.PLAIN));
    }
    return true;
  }

  /** On a line of its own where its sibling has one; comments stay with their lines. */
  private void addInBraces(Member sibling, String added) {
    String indent = text.substring(lineStart(sibling.keyStart()), sibling.keyStart());
    if (!indent.isBlank()) {
      insert(sibling.end(), ", " + added);
      return;
    }
    int lineEnd = lineEnd(sibling.end());
    String line = newline(lineEnd) + indent + added;
    String rest = text.substring(sibling.end(), lineEnd).strip();
    if (rest.startsWith(",") && rest.substring(1).strip().startsWith("#")) {
      insert(lineEnd, line + ",");
    } else if (rest.startsWith("#")) {
      insert(sibling.end(), ",");
      insert(lineEnd, line);
    } else {
      insert(sibling.end(), "," + line);
    }
  }

  /** Takes a key and its value away; false if it can't be done. */
  boolean remove(Optional<Lines.Place> place) {
    Member member = place.map(members::get).orElse(null);
    if (member == null) {
      return false;
    }
    int keyStart = member.keyStart();
    Optional<Member> previous = member.previous();
    Optional<Member> next = member.next();
    if (!member.isInBraces()) {
      if (text.substring(lineStart(keyStart), keyStart).isBlank()) {
        int lineEnd = text.indexOf('\n', member.end());
        put(lineStart(keyStart), lineEnd < 0 ? text.length() : lineEnd + 1, "");
        return true;
      }
      // the entry's first key, behind its dash
      boolean bare =
          next.isPresent() && text.substring(member.end(), next.get().keyStart()).isBlank();
      if (bare) {
        put(keyStart, next.get().keyStart(), "");
      }
      return bare;
    }
    if (next.isPresent() && isComma(member.end(), next.get().keyStart())) {
      put(keyStart, next.get().keyStart(), "");
      return true;
    }
    boolean last = previous.isPresent() && isComma(previous.get().end(), keyStart);
    if (last) {
      put(previous.get().end(), member.end(), "");
    }
    return last;
  }

  private boolean isComma(int from, int to) {
    return COMMA.matcher(text.substring(from, to)).matches();
  }

  private void insert(int at, String added) {
    put(at, at, added);
  }

  /** What is put in one place comes in that order. */
  private void put(int start, int end, String written) {
    replacements.merge(
        start,
        new Replacement(end, written),
        (before, after) ->
            new Replacement(Math.max(before.end(), after.end()), before.text() + after.text()));
  }

  private int lineStart(int at) {
    return text.lastIndexOf('\n', at - 1) + 1;
  }

  /** Where the line's end begins, the text's end if it has none. */
  private int lineEnd(int at) {
    int end = text.indexOf('\n', at);
    if (end < 0) {
      return text.length();
    }
    return end > at && text.charAt(end - 1) == '\r' ? end - 1 : end;
  }

  /** The line end that stands there, or one like it. */
  private String newline(int lineEnd) {
    return text.startsWith("\r\n", lineEnd) ? "\r\n" : "\n";
  }

  private static String written(String value, ScalarStyle style) {
    if (style == ScalarStyle.SINGLE_QUOTED) {
      return "'" + value.replace("'", "''") + "'";
    }
    boolean plain = value.matches("[A-Za-z0-9][A-Za-z0-9._-]*") && PlainYaml.isText(value);
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
