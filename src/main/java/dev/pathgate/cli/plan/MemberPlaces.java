package dev.pathgate.cli.plan;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.pathgate.cluster.Lines;
import dev.pathgate.kube.KubernetesJson;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Where the members of objects stand in a manifest's text, YAML or JSON, document by document: one
 * that can't be read costs only itself.
 */
final class MemberPlaces {
  private static final Pattern SEPARATOR = Pattern.compile("---(\\s.*)?", Pattern.DOTALL);
  private static final Pattern NO_CONTENT = Pattern.compile("(---)?\\s*([#%].*)?", Pattern.DOTALL);

  /** A member of an object: its key, its value, and its neighbours. */
  static final class Member {
    private final int keyStart;
    private final boolean quotedKey;
    private final boolean flow;
    private final Optional<Member> previous;
    private Optional<Member> next = Optional.empty();
    private Optional<ScalarStyle> style = Optional.empty();
    private int start;
    private int end;

    private Member(int keyStart, boolean quotedKey, boolean flow, Optional<Member> previous) {
      this.keyStart = keyStart;
      this.quotedKey = quotedKey;
      this.flow = flow;
      this.previous = previous;
    }

    /** Where its key begins. */
    int keyStart() {
      return keyStart;
    }

    /** Whether its key is in double quotes. */
    boolean hasQuotedKey() {
      return quotedKey;
    }

    /** Whether its object is in braces. */
    boolean isInBraces() {
      return flow;
    }

    /** Where its value begins. */
    int start() {
      return start;
    }

    /** Where its value ends. */
    int end() {
      return end;
    }

    /** How its value is written; empty if that is no scalar of its own. */
    Optional<ScalarStyle> style() {
      return style;
    }

    Optional<Member> previous() {
      return previous;
    }

    Optional<Member> next() {
      return next;
    }
  }

  /** An object or a list that is not yet closed; {@code member} is the one whose value is due. */
  private static final class Open {
    private final boolean object;
    private final boolean flow;
    private final boolean isKey;
    private Optional<Member> last = Optional.empty();
    private Optional<Member> member = Optional.empty();

    Open(boolean object, boolean flow, boolean isKey) {
      this.object = object;
      this.flow = flow;
      this.isKey = isKey;
    }

    boolean wantsKey() {
      return object && member.isEmpty();
    }
  }

  private final Map<Lines.Place, Member> byPlace = new HashMap<>();
  private final Deque<Open> open = new ArrayDeque<>();

  private MemberPlaces() {}

  /** The members by the place where their values begin, as {@link Lines} gives it. */
  static Map<Lines.Place, Member> of(String text) {
    MemberPlaces places = new MemberPlaces();
    int start = 0;
    int firstLine = 1;
    int line = 1;
    for (int from = 0; from < text.length(); line++) {
      int lineEnd = text.indexOf('\n', from);
      int next = lineEnd < 0 ? text.length() : lineEnd + 1;
      if (from > start
          && text.startsWith("---", from)
          && SEPARATOR.matcher(text.substring(from, next)).matches()) {
        places.document(text.substring(start, from), start, firstLine);
        start = from;
        firstLine = line;
      }
      from = next;
    }
    places.document(text.substring(start), start, firstLine);
    return places.byPlace;
  }

  /**
   * Takes a document.
   *
   * @param offset how much of the file stands before it
   * @param line of the file, on which it begins
   */
  private void document(String text, int offset, int line) {
    open.clear();
    int content = content(text);
    if (content < text.length() && text.charAt(content) == '{' && isJson(text, content)) {
      int before = (int) text.substring(0, content).chars().filter(c -> c == '\n').count();
      json(text.substring(content), offset + content, line + before);
    } else {
      yaml(text, offset, line);
    }
  }

  /** Where the content begins, behind blank lines, comments and the separator. */
  private static int content(String text) {
    int at = 0;
    while (at < text.length()) {
      int lineEnd = text.indexOf('\n', at);
      int next = lineEnd < 0 ? text.length() : lineEnd + 1;
      String line = text.substring(at, next);
      if (!NO_CONTENT.matcher(line).matches()) {
        int content = line.startsWith("---") ? 3 : 0;
        while (Character.isWhitespace(line.charAt(content))) {
          content++;
        }
        return at + content;
      }
      at = next;
    }
    return at;
  }

  private static boolean isJson(String text, int content) {
    try (JsonParser parser = KubernetesJson.FACTORY.createParser(text.substring(content))) {
      JsonToken token = parser.nextToken();
      while (token != null) {
        token = parser.nextToken();
      }
      return true;
    } catch (IOException other) {
      return false;
    }
  }

  private void json(String text, int offset, int line) {
    try (JsonParser parser = KubernetesJson.FACTORY.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        int start = offset + (int) parser.currentTokenLocation().getCharOffset();
        switch (token) {
          case START_OBJECT, START_ARRAY -> begin(token == JsonToken.START_OBJECT, true, start);
          case END_OBJECT, END_ARRAY -> finish(start + 1);
          default -> {
            Lines.Place place =
                new Lines.Place(
                    line + parser.currentTokenLocation().getLineNr() - 1,
                    parser.currentTokenLocation().getColumnNr());
            parser.finishToken();
            int end = offset + (int) parser.currentLocation().getCharOffset();
            scalar(place, start, end, Optional.of(ScalarStyle.DOUBLE_QUOTED));
          }
        }
      }
    } catch (IOException impossible) {
      open.clear();
    }
  }

  private void yaml(String text, int offset, int line) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Integer.MAX_VALUE);
    int[] at = {0, 0};
    try {
      ParserImpl parser = new ParserImpl(new StreamReader(text), options);
      for (Event event = parser.getEvent(); event != null; event = parser.getEvent()) {
        int start = offset + offset(text, at, event.getStartMark());
        if (event instanceof CollectionStartEvent begun) {
          begin(event.is(Event.ID.MappingStart), begun.isFlow(), start);
        } else if (event.is(Event.ID.MappingEnd) || event.is(Event.ID.SequenceEnd)) {
          finish(offset + offset(text, at, event.getEndMark()));
        } else if (event instanceof ScalarEvent || event instanceof AliasEvent) {
          scalar(
              new Lines.Place(
                  line + event.getStartMark().getLine(), event.getStartMark().getColumn() + 1),
              start,
              offset + offset(text, at, event.getEndMark()),
              event instanceof ScalarEvent scalar
                  ? Optional.of(scalar.getScalarStyle())
                  : Optional.empty());
        }
      }
    } catch (YAMLException broken) {
      open.clear(); // what stands before it can still be edited
    }
  }

  /** The parser counts code points; {@code at} is how far both counts have come. */
  private static int offset(String text, int[] at, Mark mark) {
    at[1] = text.offsetByCodePoints(at[1], mark.getIndex() - at[0]);
    at[0] = mark.getIndex();
    return at[1];
  }

  private void begin(boolean object, boolean flow, int start) {
    Open top = open.peek();
    boolean isKey = top != null && top.wantsKey();
    if (isKey) {
      key(top, start, false);
    } else {
      value(start, Optional.empty());
    }
    open.push(new Open(object, flow, isKey));
  }

  private void finish(int end) {
    if (!open.pop().isKey) {
      ended(end);
    }
  }

  private void scalar(Lines.Place place, int start, int end, Optional<ScalarStyle> style) {
    Open top = open.peek();
    if (top != null && top.wantsKey()) {
      key(top, start, style.filter(ScalarStyle.DOUBLE_QUOTED::equals).isPresent());
      return;
    }
    value(start, style);
    if (top != null) {
      top.member.ifPresent(member -> byPlace.put(place, member));
    }
    ended(end);
  }

  private static void key(Open in, int start, boolean quoted) {
    Member member = new Member(start, quoted, in.flow, in.last);
    in.last.ifPresent(last -> last.next = Optional.of(member));
    in.member = Optional.of(member);
  }

  private void value(int start, Optional<ScalarStyle> style) {
    Open top = open.peek();
    if (top != null) {
      top.member.ifPresent(
          member -> {
            member.start = start;
            member.style = style;
          });
    }
  }

  private void ended(int end) {
    Open top = open.peek();
    if (top != null && top.member.isPresent()) {
      top.member.get().end = end;
      top.last = top.member;
      top.member = Optional.empty();
    }
  }
}
