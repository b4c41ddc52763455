package dev.pathgate.cli.output;

/** What commands exit with. */
public final class ExitCode {
  public static final int FINE = 0;

  /** Something that was looked at is not as it should be. */
  public static final int VIOLATIONS = 1;

  /** The command line, a setting or an input can't be used. */
  public static final int USAGE = 2;

  /** The cluster can't be reached, or refuses. */
  public static final int NO_CLUSTER = 3;

  private ExitCode() {}
}
