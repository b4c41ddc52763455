package dev.pathgate.cli.output;

/** Text as XML can hold it. */
public final class XmlText {
  private XmlText() {}

  /** The text with a mark in the place of each character that XML can't hold, escaped or not. */
  public static String of(String text) {
    return text.replaceAll("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\uFFFE\\uFFFF]", "\uFFFD");
  }
}
