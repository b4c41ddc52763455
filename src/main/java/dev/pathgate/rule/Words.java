package dev.pathgate.rule;

import java.util.List;

/** The turns of phrase that several rules share, so that a user meets each in one form only. */
final class Words {
  private Words() {}

  /** {@code a, b, c and 4 more}. */
  static String some(List<String> names, int atMost) {
    String head = String.join(", ", names.subList(0, Math.min(atMost, names.size())));
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
