package dev.pathgate.admission;

/** What a request does to its object, in the words of Kubernetes. */
public enum Operation {
  CREATE,
  UPDATE,
  DELETE,
  CONNECT,
  /** Something that a newer Kubernetes may know; no rule is asked of it. */
  OTHER;

  /** The operation of that name; {@link #OTHER} if it is none of those. */
  static Operation of(String word) {
    for (Operation operation : values()) {
      if (operation.name().equals(word)) {
        return operation;
      }
    }
    return OTHER;
  }

  /** Whether the request carries a new object that is stored if it passes. */
  public boolean writes() {
    return this == CREATE || this == UPDATE;
  }
}
