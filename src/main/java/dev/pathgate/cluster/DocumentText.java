package dev.pathgate.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.pathgate.kube.KubernetesJson;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The text of one document of a file, JSON or YAML.
 *
 * @param text from its separator on, if it has one
 * @param offset how many characters of the file stand before it
 * @param line of the file, on which it begins; the first is 1
 */
public record DocumentText(String text, int offset, int line) {
  private static final Pattern SEPARATOR = Pattern.compile("---(\\s.*)?", Pattern.DOTALL);
  private static final Pattern NO_CONTENT = Pattern.compile("\\s*([#%].*)?", Pattern.DOTALL);

  /**
   * Takes a file apart, one document after the other.
   *
   * @param onlyJson whether the file's name says that it is JSON, which nothing separates
   */
  public static void each(String file, boolean onlyJson, Consumer<DocumentText> taker) {
    int start = 0;
    int firstLine = 1;
    int line = 0;
    boolean begun = false;
    for (int from = 0; from < file.length(); ) {
      int end = file.indexOf('\n', from);
      int to = end < 0 ? file.length() : end + 1;
      String next = file.substring(from, to);
      line++;
      // A line that begins so ends the document wherever it stands, says YAML; but what is nothing
      // yet, or only directives, belongs to the next.
      if (!onlyJson && begun && SEPARATOR.matcher(next).matches()) {
        taker.accept(new DocumentText(file.substring(start, from), start, firstLine));
        start = from;
        firstLine = line;
        begun = false;
      }
      from = to;
      begun |= !NO_CONTENT.matcher(next).matches() && !SEPARATOR.matcher(next.strip()).matches();
      begun |= next.startsWith("--- ") && !NO_CONTENT.matcher(next.substring(4)).matches();
    }
    taker.accept(new DocumentText(file.substring(start), start, firstLine));
  }

  /** Where its content begins in it, behind blank lines, comments and its separator. */
  public int content() {
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      String next = text.substring(at, end < 0 ? text.length() : end);
      boolean separator = next.startsWith("---");
      if (!NO_CONTENT.matcher(separator ? next.substring(3) : next).matches()) {
        int skip = separator ? 3 : 0;
        while (Character.isWhitespace(next.charAt(skip))) {
          skip++;
        }
        return at + skip;
      }
      at = end < 0 ? text.length() : end + 1;
    }
    return at;
  }

  /** The line of the file on which a character of it stands. */
  public int lineOf(int at) {
    return line + lines(text, at);
  }

  /** How many lines end before that place. */
  static int lines(String text, int end) {
    return (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
  }

  /** Whether its content, which begins there, is JSON. */
  public boolean isJson(int content) {
    if (content == text.length() || text.charAt(content) != '{') {
      return false;
    }
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
}
