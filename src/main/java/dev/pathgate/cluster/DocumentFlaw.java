package dev.pathgate.cluster;

/** Why a document is broken, and where; carries what a parser's exception says in our words. */
final class DocumentFlaw extends Exception {
  private static final long serialVersionUID = 1L;
  private final int line;

  /**
   * @param line of the file, from 1
   */
  DocumentFlaw(int line, String reason) {
    super(reason);
    this.line = line;
  }

  int line() {
    return line;
  }
}
