package dev.pathgate.rule;

import dev.pathgate.chain.ChainRef;
import dev.pathgate.chain.SupportedTemplate;
import java.util.List;
import java.util.Optional;

/**
 * A ServiceTemplateChain that is created, updated or deleted.
 *
 * @param ref the chain
 * @param templates its {@code spec.supportedTemplates} (on deletion as it was)
 * @param managed whether k0rdent manages it, its templates then being copied after it
 * @param specBefore what the old {@code spec} comes to, unknown fields included: equal for specs
 *     that mean the same; empty if there was none or on creation and deletion
 * @param specAfter the new one
 */
public record ChainEdit(
    ChainRef ref,
    List<SupportedTemplate> templates,
    boolean managed,
    Optional<Object> specBefore,
    Optional<Object> specAfter) {
  public ChainEdit {
    templates = List.copyOf(templates);
  }
}
