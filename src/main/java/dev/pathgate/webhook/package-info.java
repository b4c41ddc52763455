/**
 * HTTP in: the listener with its limits, health, and the log and metrics of what was decided.
 *
 * <p>Knows nothing of the status patcher, and writes nothing to the cluster but its own certificate
 * and, if asked to, Events about refusals.
 */
package dev.pathgate.webhook;
