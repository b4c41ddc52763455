/**
 * What makes the image: its libraries as one jar ({@code docker/assemble}), and the work that its
 * AOT caches are trained with ({@code docker/train}): the product as it is, beside a stand-in for
 * the API server. Nothing else uses it.
 */
package dev.pathgate.cli.train;
