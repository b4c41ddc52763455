package dev.pathgate.cli.output;

/** Words as a shell takes them. */
public final class ShellText {
  private ShellText() {}

  /** The word, in quotes where it needs them. */
  public static String quoted(String word) {
    return word.matches("[A-Za-z0-9._/-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
