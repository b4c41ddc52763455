package dev.pathgate.cli.extend;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.cli.input.Inventory;
import dev.pathgate.cli.output.CommandFailure;
import dev.pathgate.k0rdent.Kind;
import dev.pathgate.kube.ObjectNames;
import dev.pathgate.kube.OneLine;
import dev.pathgate.rule.ObjectRef;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name of a chain's successor, which no chain among the sources has. */
final class SuccessorName {
  /** A name that counts already; one whose number belongs to a version does not. */
  private static final Pattern NUMBERED = Pattern.compile("((?:.*[^0-9-])?)-([1-9][0-9]{0,5})");

  private SuccessorName() {}

  /** The name that was asked for. */
  static String given(String name, ChainRef old, Inventory inventory) {
    if (isTaken(old.namespace(), name, inventory)) {
      throw CommandFailure.usage(
          "--name " + name + ": namespace " + old.namespace() + " has a chain of that name");
    }
    return name;
  }

  /** The old chain's name with the next number that is free. */
  static String next(ChainRef old, Inventory inventory) {
    Matcher numbered = NUMBERED.matcher(old.name());
    String stem = numbered.matches() ? numbered.group(1) : old.name();
    int number = numbered.matches() ? Integer.parseInt(numbered.group(2)) + 1 : 2;
    while (isTaken(old.namespace(), stem + "-" + number, inventory)) {
      number++;
    }
    String next = stem + "-" + number;
    if (!ObjectNames.canExist(next)) {
      throw CommandFailure.usage(
          "'" + OneLine.of(next, 100) + "': no object can have that name; --name gives another");
    }
    return next;
  }

  private static boolean isTaken(String namespace, String name, Inventory inventory) {
    return inventory
        .find(new ObjectRef(Kind.SERVICE_TEMPLATE_CHAIN.kindName(), namespace, name))
        .isPresent();
  }
}
