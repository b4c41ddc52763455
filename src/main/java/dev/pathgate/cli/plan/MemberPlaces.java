package dev.pathgate.cli.plan;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.pathgate.cluster.DocumentText;
import dev.pathgate.cluster.Lines;
import dev.pathgate.kube.KubernetesJson;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
    DocumentText.each(text, false, places::document);
    return places.byPlace;
  }

  private void document(DocumentText document) {
    open.clear();
    String text = document.text();
    int content = document.content();
    if (document.isJson(content)) {
      json(text.substring(content), document.offset() + content, document.lineOf(content));
    } else {
      yaml(text, document.offset(), document.line());
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
