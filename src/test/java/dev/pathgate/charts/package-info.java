/**
 * The Helm chart, rendered by the real Helm engine and tried on a real kube-apiserver. Only {@link
 * dev.pathgate.charts.PoliciesAndRulesIT} knows Pathgate's own rules, to hold the policies against
 * them.
 */
package dev.pathgate.charts;
