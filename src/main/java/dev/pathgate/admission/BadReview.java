package dev.pathgate.admission;

/** A body that is no AdmissionReview which can be judged; the message says why, in one line. */
public final class BadReview extends Exception {
  private static final long serialVersionUID = 1L;

  BadReview(String why) {
    super(why);
  }
}
