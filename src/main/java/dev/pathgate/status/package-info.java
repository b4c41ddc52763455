/**
 * Kubernetes out: the status patcher, which writes where each service may go into {@code
 * status.servicesUpgradePaths}. Three steps: what chains lead to ({@code UpgradePaths}), what of it
 * an object lacks ({@code StatusWrite}), writing it ({@code Reconciler}).
 *
 * <p>Imports {@code cluster}, {@code kube} and what is below them; knows nothing of {@code
 * webhook}.
 */
package dev.pathgate.status;
