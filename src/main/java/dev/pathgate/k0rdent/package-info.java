/**
 * The cluster as k0rdent shapes it: reading its objects, the edits between two versions of one, and
 * where chains and their users are known from (the API server or a folder).
 *
 * <p>Imports {@code rule} and {@code chain}; knows neither HTTP handlers nor the status patcher.
 */
package dev.pathgate.k0rdent;
