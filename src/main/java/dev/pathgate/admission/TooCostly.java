package dev.pathgate.admission;

/** A review that can't be read within the memory that there is for it. */
public final class TooCostly extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why, in one line for the caller. */
  public TooCostly(String why) {
    super(why, null, false, false);
  }
}
