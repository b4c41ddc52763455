package dev.pathgate.chain;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Versions as k0rdent compares them: a leading {@code v} and missing minor and patch numbers are
 * accepted, build metadata makes no difference. Whatever is not a semantic version is compared as
 * text.
 */
public final class SemanticVersion {
  /** No version that is meant is longer; longer ones are compared as text only. */
  private static final int MAX_LENGTH = 256;

  private static final Pattern FORM =
      Pattern.compile(
          "v?(\\d+)(?:\\.(\\d+))?(?:\\.(\\d+))?(-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?");

  private SemanticVersion() {}

  /** A text that is equal for equal versions. */
  static String key(String version) {
    if (version.length() > MAX_LENGTH) {
      return version;
    }
    Matcher form = FORM.matcher(version);
    return form.matches()
        ? number(form.group(1))
            + "."
            + number(form.group(2))
            + "."
            + number(form.group(3))
            + (form.group(4) == null ? "" : form.group(4))
        : version;
  }

  private static String number(String digits) {
    return digits == null ? "0" : digits.replaceFirst("^0+(?=.)", "");
  }

  /** Whether two versions are the same, as text or as semantic versions. */
  public static boolean isSame(String version, String other) {
    return key(version).equals(key(other));
  }
}
