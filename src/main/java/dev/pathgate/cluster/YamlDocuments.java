package dev.pathgate.cluster;

import dev.pathgate.cluster.DocumentNode.Form;
import dev.pathgate.kube.OneLine;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
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
 * YAML as kubectl takes it: anchors, aliases and merge keys, {@code yes} and {@code on} are true.
 */
final class YamlDocuments {
  private static final Resolver TYPES = new Resolver();

  private final Map<String, DocumentNode> anchors = new HashMap<>();
  private final DocumentTree tree = new DocumentTree();

  private YamlDocuments() {}

  /**
   * Reads the documents of a text.
   *
   * @param start the line of the file on which the text begins, from 1
   * @param read takes each document as it ends
   */
  static void read(String text, int start, Consumer<DocumentReader.Document> read)
      throws DocumentFlaw {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Integer.MAX_VALUE);
    YamlDocuments documents = new YamlDocuments();
    try {
      ParserImpl parser = new ParserImpl(new StreamReader(text), options);
      for (Event event = parser.getEvent(); event != null; event = parser.getEvent()) {
        documents.take(event, start + event.getStartMark().getLine());
        if (documents.tree.isWhole()) {
          read.accept(documents.tree.take());
        }
      }
    } catch (MarkedYAMLException malformed) {
      Mark mark = mark(malformed);
      throw new DocumentFlaw(start + (mark == null ? 0 : mark.getLine()), inOurWords(malformed));
    } catch (ReaderException unprintable) {
      throw new DocumentFlaw(
          start + DocumentText.lines(text, Math.min(text.length(), unprintable.getPosition())),
          String.format("character U+%04X may not stand here", unprintable.getCodePoint()));
    } catch (YAMLException malformed) {
      throw new DocumentFlaw(start, "not YAML");
    }
  }

  private void take(Event event, int line) throws DocumentFlaw {
    if (event.is(Event.ID.DocumentStart)) {
      anchors.clear();
    } else if (event instanceof AliasEvent alias) {
      tree.put(aliased(alias.getAnchor(), line), line);
    } else if (event instanceof NodeEvent begun) {
      DocumentNode node = node(begun, line);
      if (begun.getAnchor() != null) {
        anchors.put(begun.getAnchor(), node);
      }
      if (begun instanceof ScalarEvent scalar) {
        take(scalar, node, line);
      } else {
        tree.open(node);
      }
    } else if (event.is(Event.ID.MappingEnd) || event.is(Event.ID.SequenceEnd)) {
      tree.close();
    }
  }

  private DocumentNode aliased(String anchor, int line) throws DocumentFlaw {
    DocumentNode node = anchors.get(anchor);
    if (node == null) {
      throw new DocumentFlaw(line, "alias *" + anchor + " has no anchor before it");
    }
    if (tree.isOpen(node)) {
      throw new DocumentFlaw(line, "alias *" + anchor + " stands within its own anchor");
    }
    return node;
  }

  private void take(ScalarEvent scalar, DocumentNode node, int line) throws DocumentFlaw {
    if (!tree.wantsKey()) {
      tree.put(node, line);
    } else if (scalar.isPlain() && node.text.equals("<<")) {
      tree.mergeKey(line);
    } else {
      tree.key(scalar.getValue(), line);
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
}
