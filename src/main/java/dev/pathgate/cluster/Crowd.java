package dev.pathgate.cluster;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.TemplateRef;
import java.util.Arrays;

/**
 * What is kept of an object with so many services that nobody means it: which chains and templates
 * it names, as numbers. That is sixteen bytes a service, less than the API server stores; texts and
 * the entries by which they are found would be twenty times as much, and whoever may store objects
 * could end a process that keeps them.
 *
 * <p>That a name is found is not certain, though it is wrong once in 2^64 names. Who is told of a
 * user reads it before it counts.
 */
final class Crowd {
  private static final long PRIME = 1_099_511_628_211L;
  private static final long OF_CHAINS = -3_750_763_034_362_895_579L;
  private static final long OF_TEMPLATES = 7_809_847_782_465_536_322L;

  private final String home;
  private final long[] names;

  /**
   * @param home where the chains and templates live that the object names
   */
  Crowd(String home, K0rdentObject object) {
    this.home = home;
    long[] all = new long[2 * object.services().size()];
    int count = 0;
    for (Service service : object.services()) {
      all[count++] = number(OF_CHAINS, service.templateChain());
      all[count++] = number(OF_TEMPLATES, service.template());
    }
    this.names = Arrays.stream(all).sorted().distinct().toArray();
  }

  static boolean is(K0rdentObject object) {
    return object.services().size() > ObjectIndex.SERVICES_KEPT;
  }

  /** FNV-1a of its characters. */
  private static long number(long start, String name) {
    long number = start;
    for (int i = 0; i < name.length(); i++) {
      number = (number ^ name.charAt(i)) * PRIME;
    }
    return number;
  }

  boolean names(ChainRef ref) {
    return home.equals(ref.namespace()) && has(number(OF_CHAINS, ref.name()));
  }

  boolean names(TemplateRef ref) {
    return home.equals(ref.namespace()) && has(number(OF_TEMPLATES, ref.name()));
  }

  private boolean has(long name) {
    return Arrays.binarySearch(names, name) >= 0;
  }
}
