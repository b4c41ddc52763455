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
import java.util.regex.Pattern;

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

  private void document(String text, int start) {
    int content = content(text);
    boolean json = content < text.length() && text.charAt(content) == '{';
    try {
      if (onlyJson || (json && isJson(text.substring(content)))) {
        json(text.substring(content), start + lines(text, content));
      } else {
        YamlDocuments.read(text, start, read::add);
      }
    } catch (DocumentFlaw flaw) {
      int mark = text.indexOf(TEMPLATE_MARK);
      broken.add(
          new Broken(flaw.line(), flaw.getMessage(), mark < 0 ? 0 : start + lines(text, mark)));
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

  /** How many lines end before that place. */
  static int lines(String text, int end) {
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
