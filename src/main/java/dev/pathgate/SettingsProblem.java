package dev.pathgate;

import java.util.Optional;

/** Why settings that are fine one by one can't be used together, or here. */
public final class SettingsProblem {
  private SettingsProblem() {}

  /** That there is one: what it is, for people, in one line. */
  public static Optional<String> of(String text) {
    return Optional.of(text);
  }
}
