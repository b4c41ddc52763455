/**
 * What is known of k0rdent's objects, cached and live: caches that follow an API server, or a
 * folder of manifests, an index of both, and the facts that rules ask for.
 *
 * <p>Imports {@code k0rdent} and what is below it, and {@code kube}; knows nothing of reviews.
 */
package dev.pathgate.cluster;
