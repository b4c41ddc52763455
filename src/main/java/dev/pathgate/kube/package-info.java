/**
 * The API server, whatever its objects: raw requests, leadership, and what every package needs to
 * write a line into the log.
 *
 * <p>Knows none of {@code k0rdent}, {@code rule}, {@code chain}.
 */
package dev.pathgate.kube;
