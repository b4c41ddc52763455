/**
 * What a ServiceTemplateChain means: a directed graph, its shortest paths and the flaws of a spec.
 *
 * <p>Plain Java: no Kubernetes, HTTP, JSON or Quarkus, and no other package of Pathgate.
 */
package dev.pathgate.chain;
