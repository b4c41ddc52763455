package dev.pathgate.cluster;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.Service;
import dev.pathgate.rule.TemplateRef;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is kept of an object that lists services, beside its name: which chains, templates and
 * labels it names, as numbers. That is sixteen bytes a service or label, less than the API server
 * stores: texts, and tables to find them by, would be up to six times as much, and whoever may
 * store objects could end a process that keeps those.
 *
 * <p>That a name is found is not certain: others may be made that have its number. Who is told of a
 * user reads it before it counts; what is a hint alone may be wrong.
 */
final class Naming implements ClusterSelector.Labels {
  private static final long PRIME = 1_099_511_628_211L;
  private static final long OFFSET = -3_750_763_034_362_895_579L;
  private static final long NONE = 0;
  private static final long[] NOTHING = {};

  /** The chain and the template of each service, in turns. */
  private final long[] services;

  /** The key and the value of each label, in turns. */
  private final long[] labels;

  /**
   * @param home where the chains and templates live that the object names
   */
  Naming(String home, K0rdentObject object) {
    long namespace = number(OFFSET, home);
    this.services = numbers(object.services().size());
    int count = 0;
    for (Service service : object.services()) {
      services[count++] = numberUnlessEmpty(namespace, service.templateChain());
      services[count++] = numberUnlessEmpty(namespace, service.template());
    }
    Map<String, String> texts = object.metadata().labels();
    this.labels = numbers(texts.size());
    count = 0;
    for (Map.Entry<String, String> label : texts.entrySet()) {
      labels[count++] = number(OFFSET, label.getKey());
      labels[count++] = number(OFFSET, label.getValue());
    }
  }

  private static long[] numbers(int pairs) {
    return pairs == 0 ? NOTHING : new long[2 * pairs];
  }

  private static long numberUnlessEmpty(long namespace, String name) {
    return name.isEmpty() ? NONE : number(namespace, name);
  }

  /** FNV-1a of its characters and an end, so that no name goes on where another ended. */
  private static long number(long start, String name) {
    long number = start;
    for (int i = 0; i < name.length(); i++) {
      number = (number ^ name.charAt(i)) * PRIME;
    }
    number *= PRIME;
    return number == NONE ? 1 : number;
  }

  /** The number of the chain in all objects that name it. */
  static long of(ChainRef chain) {
    return number(number(OFFSET, chain.namespace()), chain.name());
  }

  /** The number of the template in all objects that name it. */
  static long of(TemplateRef template) {
    return number(number(OFFSET, template.namespace()), template.name());
  }

  boolean namesChain(long chain) {
    return isAmong(services, 0, chain);
  }

  boolean namesTemplate(long template) {
    return isAmong(services, 1, template);
  }

  private static boolean isAmong(long[] pairs, int half, long number) {
    for (int i = half; i < pairs.length; i += 2) {
      if (pairs[i] == number) {
        return true;
      }
    }
    return false;
  }

  /** Adds the templates at which services stand that name the chain. */
  void addTemplatesBeside(long chain, Set<Long> templates) {
    for (int i = 0; i < services.length; i += 2) {
      if (services[i] == chain) {
        templates.add(services[i + 1]);
      }
    }
  }

  /** Whether a template of a namespace is among those that were added; empty if none was. */
  static Optional<Predicate<String>> among(Set<Long> templates, String namespace) {
    Set<Long> all = new HashSet<>(templates);
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(name -> all.contains(of(new TemplateRef(namespace, name))));
  }

  @Override
  public boolean has(String key) {
    return isAmong(labels, 0, number(OFFSET, key));
  }

  @Override
  public boolean has(String key, String value) {
    long wanted = number(OFFSET, key);
    for (int i = 0; i < labels.length; i += 2) {
      if (labels[i] == wanted) {
        return labels[i + 1] == number(OFFSET, value);
      }
    }
    return false;
  }
}
