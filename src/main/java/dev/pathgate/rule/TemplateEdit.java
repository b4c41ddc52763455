package dev.pathgate.rule;

import java.util.Optional;

/**
 * A ServiceTemplate that is updated or deleted.
 *
 * @param specBefore what the old {@code spec} comes to: equal for equal specs, empty if there was
 *     none
 * @param specAfter the same of the new one
 */
public record TemplateEdit(
    TemplateRef ref, Optional<Object> specBefore, Optional<Object> specAfter) {}
