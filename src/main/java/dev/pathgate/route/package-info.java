/**
 * What the commands plan with: ways over several chains, and chains that succeed others.
 *
 * <p>Plain Java: no Kubernetes, HTTP, JSON or Quarkus; of Pathgate it knows {@code chain} alone.
 */
package dev.pathgate.route;
