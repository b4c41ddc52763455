package dev.pathgate.cluster;

import dev.pathgate.k0rdent.K0rdentObject;
import dev.pathgate.rule.ClusterSelector;
import dev.pathgate.rule.Service;
import java.util.Map;
import java.util.Set;

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
  private static final long[] NOTHING = {};

  /** The chain and the template of each service, in turns. */
  private final long[] services;

  /** The key and the value of each label, in turns. */
  private final long[] labels;

  Naming(K0rdentObject object) {
    this.services = numbers(object.services().size());
    int count = 0;
    for (Service service : object.services()) {
      services[count++] = number(service.templateChain());
      services[count++] = number(service.template());
    }
    Map<String, String> texts = object.metadata().labels();
    this.labels = numbers(texts.size());
    count = 0;
    for (Map.Entry<String, String> label : texts.entrySet()) {
      labels[count++] = number(label.getKey());
      labels[count++] = number(label.getValue());
    }
  }

  private static long[] numbers(int pairs) {
    return pairs == 0 ? NOTHING : new long[2 * pairs];
  }

  /** The number of a name: FNV-1a of its characters. */
  static long number(String name) {
    long number = OFFSET;
    for (int i = 0; i < name.length(); i++) {
      number = (number ^ name.charAt(i)) * PRIME;
    }
    return number;
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

  /** Adds the templates, as numbers, at which services stand that name the chain. */
  void addTemplatesBeside(long chain, Set<Long> templates) {
    for (int i = 0; i < services.length; i += 2) {
      if (services[i] == chain) {
        templates.add(services[i + 1]);
      }
    }
  }

  @Override
  public boolean has(String key) {
    return isAmong(labels, 0, number(key));
  }

  @Override
  public boolean has(String key, String value) {
    long wanted = number(key);
    for (int i = 0; i < labels.length; i += 2) {
      if (labels[i] == wanted) {
        return labels[i + 1] == number(value);
      }
    }
    return false;
  }
}
