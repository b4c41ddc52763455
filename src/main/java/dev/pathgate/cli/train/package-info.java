/**
 * The work that the image's AOT cache is trained with ({@code docker/train}): the product as it is,
 * beside a stand-in for the API server. Nothing else uses it.
 */
package dev.pathgate.cli.train;
