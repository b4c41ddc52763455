/**
 * Which edits are right: one small class per rule, named as the sentence that it enforces, and what
 * they speak about (services, edits, violations).
 *
 * <p>Plain Java on top of {@code chain}: no Kubernetes, HTTP, JSON or Quarkus. What a rule wants to
 * know of the cluster it asks of {@link dev.pathgate.rule.Facts}.
 */
package dev.pathgate.rule;
