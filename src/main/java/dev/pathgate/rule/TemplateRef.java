package dev.pathgate.rule;

/** Where a ServiceTemplate lives; printed as {@code namespace/name}. */
public record TemplateRef(String namespace, String name) {
  @Override
  public String toString() {
    return Words.name(namespace) + "/" + Words.name(name);
  }
}
