package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A value in a manifest and where it stands. A value that YAML aliases repeat is one node in
 * several places.
 */
final class DocumentNode {
  private static final ObjectMapper TREES = new ObjectMapper();

  /** What a document may grow by its aliases, beside ten times what is written. */
  private static final int UNFOLDED = 100_000;

  /** What JSON calls the value. */
  enum Form {
    OBJECT,
    LIST,
    TEXT,
    NUMBER,
    TRUE,
    FALSE,
    NULL
  }

  /** A value and the line of its key. */
  record Member(int line, DocumentNode value) {}

  final Form form;
  final String text;
  final int line;
  final int column;
  final Map<String, Member> members = new LinkedHashMap<>();
  final List<DocumentNode> items = new ArrayList<>();

  /**
   * @param text of a scalar, else empty
   * @param line of the file, from 1
   * @param column of the line, from 1
   */
  DocumentNode(Form form, String text, int line, int column) {
    this.form = form;
    this.text = text;
    this.line = line;
    this.column = column;
  }

  Optional<DocumentNode> member(String name) {
    return Optional.ofNullable(members.get(name)).map(Member::value);
  }

  /** The text of that member; empty if it has none. */
  String textOf(String name) {
    return member(name).filter(value -> value.form == Form.TEXT).map(v -> v.text).orElse("");
  }

  /** What is left to write of an object or a list. */
  private record Open(Iterator<Map.Entry<String, Member>> members, Iterator<DocumentNode> items) {}

  /**
   * The value as tokens, aliases written out.
   *
   * @param written how many nodes the document has; null is returned if aliases make far more of it
   */
  JsonParser tokens(int written) throws IOException {
    try (TokenBuffer tokens = new TokenBuffer(TREES, false)) {
      Deque<Open> open = new ArrayDeque<>();
      write(this, tokens, open);
      long unfolded = 1;
      while (!open.isEmpty()) {
        Open top = open.peek();
        if (top.members != null && top.members.hasNext()) {
          Map.Entry<String, Member> next = top.members.next();
          tokens.writeFieldName(next.getKey());
          write(next.getValue().value(), tokens, open);
        } else if (top.items != null && top.items.hasNext()) {
          write(top.items.next(), tokens, open);
        } else {
          open.pop();
          if (top.members != null) {
            tokens.writeEndObject();
          } else {
            tokens.writeEndArray();
          }
        }
        if (++unfolded > UNFOLDED + 10L * written) {
          return null;
        }
      }
      return tokens.asParser(TREES);
    }
  }

  private static void write(DocumentNode node, TokenBuffer tokens, Deque<Open> open)
      throws IOException {
    switch (node.form) {
      case OBJECT -> {
        tokens.writeStartObject();
        open.push(new Open(node.members.entrySet().iterator(), null));
      }
      case LIST -> {
        tokens.writeStartArray();
        open.push(new Open(null, node.items.iterator()));
      }
      case TEXT -> tokens.writeString(node.text);
      case NUMBER -> number(node.text, tokens);
      case TRUE, FALSE -> tokens.writeBoolean(node.form == Form.TRUE);
      default -> tokens.writeNull();
    }
  }

  private static void number(String text, TokenBuffer tokens) throws IOException {
    try {
      tokens.writeNumber(new BigDecimal(text));
    } catch (NumberFormatException notDecimal) {
      tokens.writeNumber(text); // such as 0x1F or .inf: a number, whatever its value
    }
  }
}
