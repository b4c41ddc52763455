package dev.pathgate.cli.output;

import java.util.Optional;

/**
 * What is called {@code git:<rev>[:<path>]}: a revision of a repository, or a folder or file of it.
 *
 * @param path from the repository's root; empty for all of it
 */
public record RevisionName(String revision, String path) {
  private static final String SCHEME = "git:";

  /**
   * The parts of such a name; empty if it is another. A revision has a colon of its own only in
   * braces, as in {@code main@{2026-01-01 12:00}} and {@code HEAD^{/fix: typo}}.
   */
  public static Optional<RevisionName> of(String name) {
    if (!name.startsWith(SCHEME)) {
      return Optional.empty();
    }
    int at = SCHEME.length();
    while (at < name.length() && name.charAt(at) != ':') {
      boolean braces = name.startsWith("@{", at) || name.startsWith("^{", at);
      int end = braces ? name.indexOf('}', at) : at;
      at = end < 0 ? name.length() : end + 1;
    }
    return Optional.of(
        new RevisionName(
            name.substring(SCHEME.length(), at), name.substring(Math.min(name.length(), at + 1))));
  }

  /** Where a file stands in the repository, of whichever revision it is. */
  public static String pathOf(String file) {
    return of(file).map(RevisionName::path).orElse(file);
  }
}
