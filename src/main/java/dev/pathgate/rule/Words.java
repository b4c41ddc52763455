package dev.pathgate.rule;

import dev.pathgate.chain.ChainRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The turns of phrase that several rules share, so that a user meets each in one form only. Names
 * go through {@link #name}: nothing bounds what a tenant writes there.
 */
public final class Words {
  /** The longest name that Kubernetes itself takes. */
  private static final int NAME_LENGTH = 253;

  private static final int USERS_NAMED = 5;

  private Words() {}

  /** The name, cut in its middle if it is longer than any that can exist. */
  public static String name(String name) {
    return cut(name, NAME_LENGTH);
  }

  /** The text, without its middle if it is longer than so many characters, at least 3. */
  public static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int half = (length - 1) / 2;
    int head = Character.isHighSurrogate(text.charAt(half - 1)) ? half - 1 : half;
    int tail = text.length() - half;
    tail = Character.isLowSurrogate(text.charAt(tail)) ? tail + 1 : tail;
    return text.substring(0, head) + "…" + text.substring(tail);
  }

  /** {@code a, b, c and 4 more}. */
  static String some(List<String> names, int atMost) {
    return some(names, atMost, Words::name);
  }

  /** The same, where a name is spelled out only if it is among those named. */
  static <T> String some(List<T> names, int atMost, Function<T, String> spelling) {
    return told(names.size(), names.stream().limit(atMost).map(spelling).toList());
  }

  /** As many of them as fit in so many characters, {@code atMost} at most and one at least. */
  static <T> String fitting(
      List<T> names, int atMost, int characters, Function<T, String> spelling) {
    int length = 0;
    List<String> spelled = new ArrayList<>();
    for (T name : names.subList(0, Math.min(atMost, names.size()))) {
      String next = spelling.apply(name);
      length += next.length() + 2;
      if (length > characters && !spelled.isEmpty()) {
        break;
      }
      spelled.add(next);
    }
    return told(names.size(), spelled);
  }

  /** So many, of which these are told. */
  static String told(long all, List<String> named) {
    return String.join(", ", named)
        + (all == named.size() ? "" : " and " + (all - named.size()) + " more");
  }

  static String cannotUpgrade(ServiceEdit edit, String from) {
    return "service "
        + identity(edit.after())
        + " can't be upgraded from "
        + name(from)
        + " to "
        + name(edit.after().template())
        + ": ";
  }

  /** {@code namespace/name} of a service. */
  public static String identity(Service service) {
    return name(service.namespace()) + "/" + name(service.name());
  }

  /** {@code namespace/name} of a chain. */
  public static String ref(ChainRef ref) {
    return name(ref.namespace()) + "/" + name(ref.name());
  }

  static String chain(ChainRef ref) {
    return "ServiceTemplateChain " + ref(ref);
  }

  /**
   * Why something is not deleted.
   *
   * @param users none where nobody could tell them
   * @param instead what to do about users
   */
  static String inUse(String what, List<ObjectRef> users, String instead) {
    return users.isEmpty()
        ? "who uses " + what + " could not be read in time; try again"
        : what + " is in use by " + some(users, USERS_NAMED, ObjectRef::toString) + "; " + instead;
  }

  /** Chains of one namespace, which is told once: {@code ServiceTemplateChains a, b of n}. */
  static String chains(String namespace, List<String> names, int atMost) {
    return names.size() == 1
        ? chain(new ChainRef(namespace, names.get(0)))
        : "ServiceTemplateChains " + some(names, atMost) + " of namespace " + name(namespace);
  }

  /** Where a chain can be had that is missing in its namespace; empty if nowhere. */
  static String elsewhere(ChainRef missing, String systemNamespace, Facts facts) {
    ChainRef source = new ChainRef(systemNamespace, missing.name());
    return missing.equals(source) || !facts.mayExist(source)
        ? ""
        : "; "
            + chain(source)
            + " does: k0rdent copies it to namespace "
            + name(missing.namespace())
            + " by AccessManagement";
  }

  /** The names of the namespace's chains that list the template: first those that lead on. */
  static List<String> leadingOnFirst(String namespace, String template, Facts facts) {
    return facts.chainsListing(namespace, Set.of(template)).stream()
        .sorted(Comparator.comparing(chain -> !chain.leadsOn(template)))
        .map(chain -> chain.ref().name())
        .toList();
  }
}
