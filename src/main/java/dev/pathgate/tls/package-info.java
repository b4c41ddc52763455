/**
 * The certificate that is served, wherever it comes from: files that change, a Secret that replicas
 * share and renew, or one made at start.
 *
 * <p>Knows none of {@code k0rdent}, {@code rule}, {@code chain}.
 */
package dev.pathgate.tls;
