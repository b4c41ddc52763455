package dev.pathgate.chain;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version in the order in which k0rdent's controller compares versions: semantically, where a
 * leading {@code v} and missing minor and patch numbers are accepted and build metadata is ignored.
 */
record KcmVersion(long major, long minor, long patch, String preRelease)
    implements Comparable<KcmVersion> {
  private static final int MAX_LENGTH = 256;
  private static final String WORDS = "([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)";
  private static final Pattern FORM =
      Pattern.compile(
          "v?([0-9]+)(?:\\.([0-9]+))?(?:\\.([0-9]+))?(?:-" + WORDS + ")?(?:\\+" + WORDS + ")?");
  private static final Pattern LEADING_ZERO = Pattern.compile("(?:.*\\.)?0[0-9]+(?:\\..*)?");

  /** The version that the text is; empty if it is none. */
  static Optional<KcmVersion> of(String text) {
    Matcher form = text.length() > MAX_LENGTH ? null : FORM.matcher(text);
    if (form == null || !form.matches()) {
      return Optional.empty();
    }
    String preRelease = form.group(4) == null ? "" : form.group(4);
    try {
      return LEADING_ZERO.matcher(preRelease).matches()
          ? Optional.empty()
          : Optional.of(
              new KcmVersion(
                  number(form.group(1)), number(form.group(2)), number(form.group(3)), preRelease));
    } catch (NumberFormatException tooLarge) {
      return Optional.empty();
    }
  }

  private static long number(String digits) {
    return digits == null ? 0 : Long.parseUnsignedLong(digits);
  }

  @Override
  public int compareTo(KcmVersion other) {
    int order = Long.compareUnsigned(major, other.major);
    order = order != 0 ? order : Long.compareUnsigned(minor, other.minor);
    order = order != 0 ? order : Long.compareUnsigned(patch, other.patch);
    if (order != 0 || preRelease.equals(other.preRelease)) {
      return order;
    }
    if (preRelease.isEmpty() || other.preRelease.isEmpty()) {
      return preRelease.isEmpty() ? 1 : -1;
    }
    String[] words = preRelease.split("\\.", -1);
    String[] others = other.preRelease.split("\\.", -1);
    for (int i = 0; i < Math.min(words.length, others.length) && order == 0; i++) {
      order = compareWords(words[i], others[i]);
    }
    return order != 0 ? order : Integer.compare(words.length, others.length);
  }

  private static int compareWords(String word, String other) {
    Optional<Long> number = numberIn(word);
    Optional<Long> otherNumber = numberIn(other);
    if (number.isPresent() != otherNumber.isPresent()) {
      return number.isPresent() ? -1 : 1;
    }
    return number.isPresent()
        ? Long.compareUnsigned(number.get(), otherNumber.get())
        : word.compareTo(other);
  }

  private static Optional<Long> numberIn(String word) {
    try {
      return Optional.of(Long.parseUnsignedLong(word));
    } catch (NumberFormatException text) {
      return Optional.empty();
    }
  }
}
