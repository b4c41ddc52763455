package dev.pathgate.rule;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The turns of phrase that several rules share, so that a user meets each in one form only. */
final class Words {
  private Words() {}

  /** {@code a, b, c and 4 more}. */
  static String some(List<String> names, int atMost) {
    return some(names, atMost, Function.identity());
  }

  /** The same, where a name is spelled out only if it is among those named. */
  static String some(List<String> names, int atMost, Function<String, String> spelling) {
    String head = names.stream().limit(atMost).map(spelling).collect(Collectors.joining(", "));
    return names.size() <= atMost ? head : head + " and " + (names.size() - atMost) + " more";
  }

  static String cannotUpgrade(ServiceEdit edit, String from) {
    return "service "
        + edit.after().identity()
        + " can't be upgraded from "
        + from
        + " to "
        + edit.after().template()
        + ": ";
  }

  static String chain(Object ref) {
    return "ServiceTemplateChain " + ref;
  }
}
