package dev.pathgate.cluster;

import dev.pathgate.cluster.DocumentNode.Form;
import dev.pathgate.kube.OneLine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A document as it grows, event by event: keys are set once, merged objects give way to own keys.
 */
final class DocumentTree {
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

  DocumentReader.Document take() {
    DocumentReader.Document whole = new DocumentReader.Document(root, nodes);
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

  void key(String name, int line) throws DocumentFlaw {
    Open top = open.peek();
    if (top.node.members.containsKey(name)) {
      throw new DocumentFlaw(
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

  void open(DocumentNode node) throws DocumentFlaw {
    if (wantsKey()) {
      throw new DocumentFlaw(node.line, "a key that is not a text");
    }
    open.push(new Open(node));
  }

  void close() throws DocumentFlaw {
    Open closed = open.pop();
    closed.merged.forEach(
        other -> other.members.forEach(closed.node.members::putIfAbsent)); // own keys win
    put(closed.node, closed.node.line);
  }

  void put(DocumentNode node, int line) throws DocumentFlaw {
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
      throw new DocumentFlaw(line, "a key that is not a text");
    } else {
      top.node.members.put(top.key, new DocumentNode.Member(top.keyLine, node));
      top.key = null;
    }
  }

  private static void merge(Open into, DocumentNode node, int line) throws DocumentFlaw {
    List<DocumentNode> parts = node.form == Form.LIST ? node.items : List.of(node);
    for (DocumentNode part : parts) {
      if (part.form != Form.OBJECT) {
        throw new DocumentFlaw(line, "<< merges something that is not an object");
      }
      into.merged.add(part);
    }
  }
}
