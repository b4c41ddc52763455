package dev.pathgate.status;

/**
 * Returns an equal value that was seen lately in place of a new one, so that what recurs from
 * object to object is held once. It remembers a bounded number of values, short ones only:
 * otherwise whoever writes objects could fill the memory with values that are long gone. Threads
 * that share it may miss an equal value, which does no other harm.
 *
 * @param <T> values that do not change
 */
final class Interner<T> {
  private static final int SIZE = 1 << 10;

  private static final int MAX_LENGTH = 4_096;

  private final Object[] values = new Object[SIZE];

  /**
   * The value, or one that equals it.
   *
   * @param length of all texts in it; a long one is not remembered
   */
  @SuppressWarnings("unchecked") // only values of that type come in
  T shared(T value, long length) {
    if (length > MAX_LENGTH) {
      return value;
    }
    int hash = value.hashCode();
    int slot = (hash ^ hash >>> 10 ^ hash >>> 20) & SIZE - 1;
    Object known = values[slot];
    if (value.equals(known)) {
      return (T) known;
    }
    values[slot] = value;
    return value;
  }
}
