package dev.pathgate.cli.output;

/** Numbers of things as people write them. */
public final class Counted {
  private Counted() {}

  /** {@code 1 warning}, {@code 2 warnings}. */
  public static String of(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
