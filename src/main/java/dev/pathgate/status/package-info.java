/**
 * Kubernetes out: the status patcher, which writes where each service may go into {@code
 * status.servicesUpgradePaths}. Three steps: what chains offer ({@code Offer}), what of it an
 * object lacks ({@code Plan}), writing it ({@code Reconciler}).
 *
 * <p>Imports {@code k0rdent}, {@code rule} and {@code chain}; knows nothing of {@code admission}.
 */
package dev.pathgate.status;
