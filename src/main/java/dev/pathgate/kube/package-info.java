/**
 * The API server, whatever its objects: raw requests, leadership, and what every room needs to
 * write a line into a log.
 *
 * <p>Knows none of {@code k0rdent}, {@code rule}, {@code chain}.
 */
package dev.pathgate.kube;
