package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.pathgate.cluster.DocumentNode.Form;
import dev.pathgate.kube.KubernetesJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

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
    DocumentText.each(text, onlyJson, reader::document);
    return new Documents(reader.read, reader.broken);
  }

  private void document(DocumentText document) {
    String text = document.text();
    int content = document.content();
    try {
      if (onlyJson || document.isJson(content)) {
        json(text.substring(content), document.lineOf(content));
      } else {
        YamlDocuments.read(text, document.line(), read::add);
      }
    } catch (DocumentFlaw flaw) {
      int mark = text.indexOf(TEMPLATE_MARK);
      broken.add(new Broken(flaw.line(), flaw.getMessage(), mark < 0 ? 0 : document.lineOf(mark)));
    }
  }

  private void json(String text, int start) throws DocumentFlaw {
    try (JsonParser parser = JSON.createParser(text)) {
      DocumentTree tree = new DocumentTree();
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
      throw new DocumentFlaw(
          start + line - 1,
          malformed instanceof JsonEOFException
              ? "it ends within an object, a list or a text"
              : "not JSON: " + KubernetesJson.complaint(malformed.getOriginalMessage()));
    } catch (IOException unreadable) {
      throw new DocumentFlaw(start, "can't be read: " + unreadable.getMessage());
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
}
