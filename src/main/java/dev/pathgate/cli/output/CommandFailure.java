package dev.pathgate.cli.output;

/** Why a command can't go on: one line for stderr, and what it exits with. */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** Wrong use, or input that can't be read. */
  public static CommandFailure usage(String message) {
    return new CommandFailure(ExitCode.USAGE, message);
  }

  /** The cluster can't be reached, or refuses. */
  public static CommandFailure noCluster(String message) {
    return new CommandFailure(ExitCode.NO_CLUSTER, message);
  }

  /** What the process ends with. */
  public int exitCode() {
    return exitCode;
  }
}
