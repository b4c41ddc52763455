package dev.pathgate.chain;

/** Where a ServiceTemplateChain lives; printed as {@code namespace/name}. */
public record ChainRef(String namespace, String name) {
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
