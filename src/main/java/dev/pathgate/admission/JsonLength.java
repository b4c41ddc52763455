package dev.pathgate.admission;

/** How long things are in an answer. */
final class JsonLength {
  private JsonLength() {}

  /** The bytes of a text as it is written in JSON, without its quotes. */
  static int length(String text) {
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ') {
        length += 6;
      } else if (c == '"' || c == '\\') {
        length += 2;
      } else {
        length += c < 0x80 ? 1 : c < 0x800 ? 2 : Character.isSurrogate(c) ? 6 : 3;
      }
    }
    return length;
  }
}
