package dev.pathgate.admission;

/** Who pays for the memory that a review takes. */
@FunctionalInterface
public interface Cost {
  /** Nobody does. */
  Cost FREE = bytes -> {};

  /**
   * Takes {@code bytes} more of the heap, about, until the review is answered.
   *
   * @throws TooCostly if there are none left for it
   */
  void charge(long bytes);
}
