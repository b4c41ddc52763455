/**
 * k0rdent's objects, read and compared: decoding what rules look at, and the edits between two
 * versions of one.
 *
 * <p>Imports {@code rule} and {@code chain}; knows neither where objects come from nor who asks.
 */
package dev.pathgate.k0rdent;
