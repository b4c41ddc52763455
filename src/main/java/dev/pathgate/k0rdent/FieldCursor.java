package dev.pathgate.k0rdent;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks the members of objects on a token stream, JSON or YAML:
 *
 * <pre>{@code
 * if (cursor.enters()) {
 *   for (String field = cursor.next(); field != null; field = cursor.next()) {
 *     switch (field) {
 *       case "name" -> name = cursor.text();
 *       default -> cursor.skip();
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>A strict cursor throws {@link UnexpectedType} for a value of another type than is asked for; a
 * lenient one treats it as absent.
 */
final class FieldCursor {
  private static final String WRITTEN_OUT = "written out; YAML aliases are not followed";

  private final boolean strict;
  private final String root;
  private final JsonStreamContext outside;
  private JsonParser parser;

  /** What stands in a list. */
  interface Item<T> {
    T read() throws IOException;
  }

  /**
   * @param root the name that messages give to what starts at the current token
   */
  FieldCursor(JsonParser parser, boolean strict, String root) {
    this.parser = parser;
    this.strict = strict;
    this.root = root;
    JsonStreamContext here = parser.getParsingContext();
    this.outside = parser.currentToken().isStructStart() ? here.getParent() : here;
  }

  JsonParser parser() {
    return parser;
  }

  /** Goes on with a parser that stands where this one does. */
  void readFrom(JsonParser same) {
    parser = same;
  }

  /** Enters the object here; false, and it is passed over, where there is none. */
  boolean enters() throws IOException {
    return opens(JsonToken.START_OBJECT, "an object");
  }

  /** Goes to the value of the next member: its name, or null behind the last. */
  String next() throws IOException {
    if (parser.nextToken() != JsonToken.FIELD_NAME) {
      return null;
    }
    String name = parser.currentName();
    parser.nextToken();
    if (strict && name.equals("<<") && parser instanceof YAMLParser) {
      throw unexpected(WRITTEN_OUT);
    }
    return name;
  }

  /** The items of the list here. */
  <T> List<T> items(Item<T> item) throws IOException {
    if (!opens(JsonToken.START_ARRAY, "a list")) {
      return List.of();
    }
    List<T> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (strict && parser.currentToken() == JsonToken.VALUE_NULL) {
        throw unexpected("set");
      }
      items.add(item.read());
    }
    return items;
  }

  /** The text here; empty where there is none. */
  String text() throws IOException {
    return passText() ? parser.getText() : "";
  }

  /** Whether there is a text here, which need not be decoded to know that. */
  boolean passText() throws IOException {
    return (parser.currentToken() == JsonToken.VALUE_STRING && !isAlias()) || absent("a string");
  }

  /** Passes over the value here. */
  void skip() throws IOException {
    parser.skipChildren();
  }

  private boolean opens(JsonToken token, String expected) throws IOException {
    return parser.currentToken() == token || absent(expected);
  }

  /** Passes over what is not as expected; always false. */
  private boolean absent(String expected) throws IOException {
    if (strict && parser.currentToken() != JsonToken.VALUE_NULL) {
      throw unexpected(isAlias() ? WRITTEN_OUT : expected);
    }
    parser.skipChildren();
    return false;
  }

  /** Whether this is the name of a YAML anchor, which the parser gives as if it were the text. */
  private boolean isAlias() throws IOException {
    return parser instanceof YAMLParser yaml && yaml.isCurrentAlias();
  }

  private UnexpectedType unexpected(String expected) {
    return new UnexpectedType(parser, place(), expected);
  }

  /** Where the parser is, such as {@code spec.serviceSpec.services[0].name}. */
  String place() {
    StringBuilder place = new StringBuilder();
    JsonStreamContext at = parser.getParsingContext();
    while (at != outside) {
      if (at.inArray() && at.hasCurrentIndex()) {
        place.insert(0, "[" + at.getCurrentIndex() + "]");
      } else if (at.hasCurrentName()) {
        place.insert(0, "." + at.getCurrentName());
      }
      at = at.getParent();
    }
    place.insert(0, root);
    if (place.isEmpty()) {
      return "the document";
    }
    return place.charAt(0) == '.' ? place.substring(1) : place.toString();
  }
}
