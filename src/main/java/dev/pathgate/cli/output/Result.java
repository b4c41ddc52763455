package dev.pathgate.cli.output;

import dev.pathgate.cluster.Manifests.Problem;

/**
 * One thing that a command found, for the formats of other tools.
 *
 * @param rule the rule's id
 * @param subject the object, such as {@code ClusterDeployment tenant42/prod-eu}
 * @param field the path of the field at fault, empty if there is none
 * @param file empty if the object comes from a cluster
 * @param line from 1; 0 if unknown
 */
public record Result(
    Level level, String rule, String subject, String field, String message, String file, int line) {
  /** How bad it is. */
  public enum Level {
    ERROR,
    WARNING,
    NOTE
  }

  /** A document that can't be read. */
  public static Result of(Problem unreadable) {
    return of(Level.ERROR, "unreadable", unreadable);
  }

  /** What of a document can hardly be meant. */
  public static Result ofHint(Level level, Problem hint) {
    return of(level, "manifest", hint);
  }

  private static Result of(Level level, String rule, Problem problem) {
    return new Result(
        level, rule, problem.file(), "", problem.reason(), problem.file(), problem.line());
  }
}
