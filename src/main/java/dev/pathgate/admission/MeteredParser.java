package dev.pathgate.admission;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;

/**
 * A parser that charges for what is read off it, and for nothing that is skipped: a service of two
 * bytes, {@code {}}, becomes objects of hundreds.
 */
final class MeteredParser extends JsonParserDelegate {
  /**
   * What one token costs until the answer is written: decoded, paired with the old object's,
   * judged. Measured with services and templates of one field, the worst there is, and rounded up.
   */
  static final int BYTES_PER_TOKEN = 128;

  private static final int TOKENS_AT_ONCE = 64;

  private final Cost cost;
  private int tokens;

  MeteredParser(JsonParser parser, Cost cost) {
    super(parser);
    this.cost = cost;
  }

  @Override
  public JsonToken nextToken() throws IOException {
    if (++tokens % TOKENS_AT_ONCE == 0) {
      cost.charge((long) TOKENS_AT_ONCE * BYTES_PER_TOKEN);
    }
    return super.nextToken();
  }

  @Override
  public String getText() throws IOException {
    String text = super.getText();
    cost.charge(2L * text.length());
    return text;
  }

  @Override
  public int getTextLength() throws IOException {
    int length = super.getTextLength(); // of a text that is about to be copied
    cost.charge(2L * length);
    return length;
  }
}
