/**
 * The Helm chart, rendered by the real Helm engine and tried on a real kube-apiserver. Imports
 * nothing of Pathgate's own code: what it says of policies and conditions is told by its own
 * oracles.
 */
package dev.pathgate.charts;
