package dev.pathgate.chain;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The templates of a chain, each with a number, in two arrays: a table of entries would take as
 * much again as the names do.
 */
final class Numbering {
  /** What a text takes beside its characters. */
  static final long TEXT_WEIGHT = 48;

  private final String[] names;

  /** All numbers, in the order of their names. */
  private final int[] sorted;

  private Numbering(Map<String, Integer> numbers) {
    this.names = new String[numbers.size()];
    numbers.forEach((name, number) -> names[number] = name);
    String[] inOrder = names.clone();
    Arrays.sort(inOrder, Numbering::compare);
    this.sorted = new int[names.length];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = numbers.get(inOrder[i]);
    }
  }

  /** Numbers the names as they come. */
  static final class Builder {
    private final Map<String, Integer> numbers = new HashMap<>();

    /** The number of the name: that which it has, or the next. */
    int number(String name) {
      Integer next = numbers.size();
      Integer known = numbers.putIfAbsent(name, next);
      return known == null ? next : known;
    }

    /** How many were numbered. */
    int size() {
      return numbers.size();
    }

    Numbering build() {
      return new Numbering(numbers);
    }
  }

  /** The number of the name, {@link Reach#UNSEEN} if it has none. */
  int of(String name) {
    int low = 0;
    int high = sorted.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(names[sorted[middle]], name);
      if (order == 0) {
        return sorted[middle];
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return Reach.UNSEEN;
  }

  /** Hashes tell most names apart at once; names that were made to share one cost little more. */
  private static int compare(String name, String other) {
    int order = Integer.compare(name.hashCode(), other.hashCode());
    if (order != 0) {
      return order;
    }
    return name.equals(other) ? 0 : name.compareTo(other);
  }

  String name(int number) {
    return names[number];
  }

  /** The first so many names. */
  List<String> first(int count) {
    return Collections.unmodifiableList(Arrays.asList(names).subList(0, count));
  }

  int size() {
    return names.length;
  }

  /** How many bytes of memory it takes, about. */
  long weight() {
    long weight = 0;
    for (String name : names) {
      weight += TEXT_WEIGHT + name.length() + 2 * Integer.BYTES;
    }
    return weight;
  }
}
