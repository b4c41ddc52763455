package dev.pathgate.cli;

/** What commands exit with. */
final class ExitCode {
  static final int FINE = 0;

  /** Something that was looked at is not as it should be. */
  static final int VIOLATIONS = 1;

  /** The command line, a setting or an input can't be taken. */
  static final int USAGE = 2;

  private ExitCode() {}
}
