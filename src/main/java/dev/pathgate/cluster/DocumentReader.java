package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.pathgate.cluster.DocumentNode.Form;
import dev.pathgate.kube.KubernetesJson;
import dev.pathgate.kube.OneLine;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads the documents of a file, JSON or YAML as kubectl takes it: anchors, aliases and merge keys
 * are followed, and {@code yes} and {@code on} are true. A document that is wrong costs only
 * itself. Neither depth nor length is bounded.
 */
final class DocumentReader {
  /** A document that was read; {@code nodes} counts what is written in it. */
  record Document(DocumentNode root, int nodes) {}

  /** A document that can't be read; {@code mark} is the line of a template mark in it, or 0. */
  record Broken(int line, String reason, int mark) {}

  /** The documents of a file that were read, and the others. */
  record Documents(List<Document> read, List<Broken> broken) {}

  private static final JsonFactory JSON = KubernetesJson.FACTORY;
  private static final Resolver TYPES = new Resolver();
  private static final Pattern SEPARATOR = Pattern.compile("---(\\s.*)?", Pattern.DOTALL);
  private static final Pattern NO_CONTENT = Pattern.compile("\\s*([#%].*)?", Pattern.DOTALL);
  private static final String TEMPLATE_MARK = "{{";

  private final List<Document> read = new ArrayList<>();
  private final List<Broken> broken = new ArrayList<>();
  private final boolean onlyJson;

  private DocumentReader(boolean onlyJson) {
    this.onlyJson = onlyJson;
  }

  /**
   * The documents in a file's text.
   *
   * @param onlyJson whether the file's name says that it is JSON
   */
  static Documents read(String text, boolean onlyJson) {
    DocumentReader reader = new DocumentReader(onlyJson);
    StringBuilder document = new StringBuilder();
    int start = 1;
    int line = 0;
    boolean begun = false;
    for (int from = 0; from < text.length(); ) {
      int end = text.indexOf('\n', from);
      String next = text.substring(from, end < 0 ? text.length() : end + 1);
      from += next.length();
      line++;
      // A line that begins so ends the document wherever it stands, says YAML; but what is nothing
      // yet, or only directives, belongs to the next.
      if (!onlyJson && begun && SEPARATOR.matcher(next).matches()) {
        reader.document(document.toString(), start);
        document.setLength(0);
        start = line;
        begun = false;
      }
      document.append(next);
      begun |= !NO_CONTENT.matcher(next).matches() && !SEPARATOR.matcher(next.strip()).matches();
      begun |= next.startsWith("--- ") && !NO_CONTENT.matcher(next.substring(4)).matches();
    }
    reader.document(document.toString(), start);
    return new Documents(reader.read, reader.broken);
  }

  /** Why a document is broken, and where; carries what a parser's exception says in our words. */
  private static final class Flaw extends Exception {
    private static final long serialVersionUID = 1L;
    private final int line;

    Flaw(int line, String reason) {
      super(reason);
      this.line = line;
    }
  }

  private void document(String text, int start) {
    int content = content(text);
    boolean json = content < text.length() && text.charAt(content) == '{';
    try {
      if (onlyJson || (json && isJson(text.substring(content)))) {
        json(text.substring(content), start + lines(text, content));
      } else {
        yaml(text, start);
      }
    } catch (Flaw flaw) {
      int mark = text.indexOf(TEMPLATE_MARK);
      broken.add(
          new Broken(flaw.line, flaw.getMessage(), mark < 0 ? 0 : start + lines(text, mark)));
    }
  }

  /** Where the document's content begins, behind blank lines, comments and its separator. */
  private static int content(String text) {
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      String line = text.substring(at, end < 0 ? text.length() : end);
      boolean separator = line.startsWith("---");
      if (!NO_CONTENT.matcher(separator ? line.substring(3) : line).matches()) {
        int skip = separator ? 3 : 0;
        while (Character.isWhitespace(line.charAt(skip))) {
          skip++;
        }
        return at + skip;
      }
      at = end < 0 ? text.length() : end + 1;
    }
    return at;
  }

  private static int lines(String text, int end) {
    return (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
  }

  private static boolean isJson(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      JsonToken token = parser.nextToken();
      while (token != null) {
        token = parser.nextToken();
      }
      return true;
    } catch (IOException other) {
      return false;
    }
  }

  private void json(String text, int start) throws Flaw {
    try (JsonParser parser = JSON.createParser(text)) {
      Tree tree = new Tree();
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        JsonLocation at = parser.currentTokenLocation();
        int line = start + at.getLineNr() - 1;
        switch (token) {
          case START_OBJECT, START_ARRAY ->
              tree.open(
                  new DocumentNode(
                      token == JsonToken.START_OBJECT ? Form.OBJECT : Form.LIST,
                      "",
                      line,
                      at.getColumnNr()));
          case END_OBJECT, END_ARRAY -> tree.close();
          case FIELD_NAME -> tree.key(parser.currentName(), line);
          default ->
              tree.put(
                  new DocumentNode(form(token), parser.getText(), line, at.getColumnNr()), line);
        }
        if (tree.isWhole()) {
          read.add(tree.take());
        }
      }
    } catch (JsonProcessingException malformed) {
      int line = malformed.getLocation() == null ? 1 : malformed.getLocation().getLineNr();
      throw new Flaw(
          start + line - 1,
          malformed instanceof JsonEOFException
              ? "it ends within an object, a list or a text"
              : "not JSON: " + KubernetesJson.complaint(malformed.getOriginalMessage()));
    } catch (IOException unreadable) {
      throw new Flaw(start, "can't be read: " + unreadable.getMessage());
    }
  }

  private static Form form(JsonToken token) {
    return switch (token) {
      case VALUE_STRING -> Form.TEXT;
      case VALUE_TRUE -> Form.TRUE;
      case VALUE_FALSE -> Form.FALSE;
      case VALUE_NULL -> Form.NULL;
      default -> Form.NUMBER;
    };
  }

  private void yaml(String text, int start) throws Flaw {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Integer.MAX_VALUE);
    Map<String, DocumentNode> anchors = new HashMap<>();
    try {
      ParserImpl parser = new ParserImpl(new StreamReader(text), options);
      Tree tree = new Tree();
      for (Event event = parser.getEvent(); event != null; event = parser.getEvent()) {
        int line = start + event.getStartMark().getLine();
        if (event.is(Event.ID.DocumentStart)) {
          anchors.clear();
        } else if (event instanceof AliasEvent alias) {
          DocumentNode node = anchors.get(alias.getAnchor());
          if (node == null || tree.isOpen(node)) {
            throw new Flaw(
                line,
                "alias *"
                    + alias.getAnchor()
                    + (node == null
                        ? " has no anchor before it"
                        : " stands within its own anchor"));
          }
          tree.put(node, line);
        } else if (event instanceof NodeEvent begun) {
          DocumentNode node = node(begun, line);
          if (begun.getAnchor() != null) {
            anchors.put(begun.getAnchor(), node);
          }
          if (begun instanceof ScalarEvent scalar) {
            if (!tree.wantsKey()) {
              tree.put(node, line);
            } else if (scalar.isPlain() && node.text.equals("<<")) {
              tree.mergeKey(line);
            } else {
              tree.key(scalar.getValue(), line);
            }
          } else {
            tree.open(node);
          }
        } else if (event.is(Event.ID.MappingEnd) || event.is(Event.ID.SequenceEnd)) {
          tree.close();
        }
        if (tree.isWhole()) {
          read.add(tree.take());
        }
      }
    } catch (MarkedYAMLException malformed) {
      Mark mark = mark(malformed);
      throw new Flaw(start + (mark == null ? 0 : mark.getLine()), inOurWords(malformed));
    } catch (ReaderException unprintable) {
      throw new Flaw(
          start + lines(text, Math.min(text.length(), unprintable.getPosition())),
          String.format("character U+%04X may not stand here", unprintable.getCodePoint()));
    } catch (YAMLException malformed) {
      throw new Flaw(start, "not YAML");
    }
  }

  private static DocumentNode node(NodeEvent event, int line) {
    int column = event.getStartMark().getColumn() + 1;
    if (event instanceof ScalarEvent scalar) {
      return new DocumentNode(form(scalar), scalar.getValue(), line, column);
    }
    return new DocumentNode(
        event instanceof MappingStartEvent ? Form.OBJECT : Form.LIST, "", line, column);
  }

  private static Form form(ScalarEvent scalar) {
    String given = scalar.getTag();
    Tag tag =
        given == null || given.equals("!")
            ? TYPES.resolve(
                NodeId.scalar, scalar.getValue(), scalar.getImplicit().canOmitTagInPlainScalar())
            : new Tag(given);
    String text = scalar.getValue();
    if (tag.equals(Tag.NULL)) {
      return Form.NULL;
    }
    if (tag.equals(Tag.BOOL)) {
      return List.of("true", "yes", "on").contains(text.toLowerCase(Locale.ROOT))
          ? Form.TRUE
          : Form.FALSE;
    }
    // 12:30 is a number of base 60 for YAML 1.1, but a text for kubectl.
    return (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) && text.indexOf(':') < 0
        ? Form.NUMBER
        : Form.TEXT;
  }

  /** Where the mistake is: a key's is where the key begins, not where its ':' is missed. */
  private static Mark mark(MarkedYAMLException malformed) {
    boolean key = "while scanning a simple key".equals(malformed.getContext());
    Mark first = key ? malformed.getContextMark() : malformed.getProblemMark();
    Mark second = key ? malformed.getProblemMark() : malformed.getContextMark();
    return first == null ? second : first;
  }

  private static String inOurWords(MarkedYAMLException malformed) {
    String problem = malformed.getProblem() == null ? "" : malformed.getProblem();
    if (problem.contains("TAB")) {
      return "a tab stands where only blanks may";
    }
    if (problem.contains("mapping values are not allowed")) {
      return "a second ': ' on the line; put the text in quotes";
    }
    if (problem.contains("could not find expected ':'")) {
      return "a key without ':'";
    }
    if (problem.contains("block end")) {
      return "indented otherwise than the lines before it";
    }
    if (problem.contains("stream end") || problem.contains("end of stream")) {
      return "it ends within a list, an object or a text";
    }
    if (problem.startsWith("expected ',' or")) {
      return "a list or an object is not closed";
    }
    return "not YAML: " + OneLine.of(problem.replaceAll("org\\.yaml\\S*|<|>", ""), 120);
  }

  /** A document as it grows. */
  private static final class Tree {
    /** An object or a list that is not yet closed. */
    private static final class Open {
      private final DocumentNode node;
      private final List<DocumentNode> merged = new ArrayList<>();
      private String key;
      private int keyLine;
      private boolean merges;

      Open(DocumentNode node) {
        this.node = node;
      }
    }

    private final Deque<Open> open = new ArrayDeque<>();
    private DocumentNode root;
    private int nodes;

    boolean isWhole() {
      return root != null && open.isEmpty();
    }

    Document take() {
      Document whole = new Document(root, nodes);
      root = null;
      nodes = 0;
      return whole;
    }

    boolean isOpen(DocumentNode node) {
      return open.stream().anyMatch(o -> o.node == node);
    }

    boolean wantsKey() {
      Open top = open.peek();
      return top != null && top.node.form == Form.OBJECT && top.key == null && !top.merges;
    }

    void key(String name, int line) throws Flaw {
      Open top = open.peek();
      if (top.node.members.containsKey(name)) {
        throw new Flaw(
            line,
            "key "
                + OneLine.of(name, 100)
                + " is set twice, before in line "
                + top.node.members.get(name).line());
      }
      top.key = name;
      top.keyLine = line;
    }

    void mergeKey(int line) {
      open.peek().merges = true;
      open.peek().keyLine = line;
    }

    void open(DocumentNode node) throws Flaw {
      if (wantsKey()) {
        throw new Flaw(node.line, "a key that is not a text");
      }
      open.push(new Open(node));
    }

    void close() throws Flaw {
      Open closed = open.pop();
      closed.merged.forEach(
          other -> other.members.forEach(closed.node.members::putIfAbsent)); // own keys win
      put(closed.node, closed.node.line);
    }

    void put(DocumentNode node, int line) throws Flaw {
      nodes++;
      Open top = open.peek();
      if (top == null) {
        root = node;
      } else if (top.node.form == Form.LIST) {
        top.node.items.add(node);
      } else if (top.merges) {
        top.merges = false;
        merge(top, node, line);
      } else if (top.key == null) {
        throw new Flaw(line, "a key that is not a text");
      } else {
        top.node.members.put(top.key, new DocumentNode.Member(top.keyLine, node));
        top.key = null;
      }
    }

    private static void merge(Open into, DocumentNode node, int line) throws Flaw {
      List<DocumentNode> parts = node.form == Form.LIST ? node.items : List.of(node);
      for (DocumentNode part : parts) {
        if (part.form != Form.OBJECT) {
          throw new Flaw(line, "<< merges something that is not an object");
        }
        into.merged.add(part);
      }
    }
  }
}
